"""A few files at a time: opening and making them is the kernel's work, and it can do several at once."""

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_THREADS = 3
_AT_ONCE = 50

T = TypeVar("T")
R = TypeVar("R")


def side_by_side(work: Callable[[list[T]], list[R]], items: Iterable[T]) -> Iterator[R]:
    """What `work` makes of some items at a time, in their order; `items` are taken by the thread that asks."""
    left = iter(items)
    with ThreadPoolExecutor(_THREADS) as pool:
        waiting: deque[Future[list[R]]] = deque()
        while batch := list(itertools.islice(left, _AT_ONCE)):
            waiting.append(pool.submit(work, batch))
            if len(waiting) > _THREADS:
                yield from waiting.popleft().result()
        for each in waiting:
            yield from each.result()

"""What the use cases did since somebody began to watch, for whoever has to see that it is live."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass
class Doings:
    """Whether there are new changes in the feed, and new requests to the worker."""

    changed: bool = False
    requested: bool = False


_watched: ContextVar[Doings] = ContextVar("doings")


@contextmanager
def watched() -> Iterator[Doings]:
    """What is done within, by this thread; it says more as more is done."""
    doings = Doings()
    token = _watched.set(doings)
    try:
        yield doings
    finally:
        _watched.reset(token)


def changed() -> None:
    """There are new changes in the feed."""
    _watched.get(Doings()).changed = True


def requested() -> None:
    """There is a new request to the worker."""
    _watched.get(Doings()).requested = True

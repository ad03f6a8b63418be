"""Look-ups stay cheap in a large directory, and filling it takes seconds; processor time, since cores are shared."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from carteiro import directory
from carteiro.directory import queries, store
from carteiro.hosting import domains, mailboxes
from carteiro.hosting.access import Actor
from carteiro.settings.layout import Layout
from tests.hosting.world import HASH

ASKED = 1000


@contextmanager
def filled(path: Path, mailbox_count: int) -> Iterator[sqlite3.Connection]:
    """A directory, opened by a client that compiles every statement anew, as Postfix does."""
    with store.replaced(path, store.DIRECTORY) as connection:
        connection.execute("INSERT INTO domain VALUES (1, 'example.org', 'hosted', NULL, 1, 0, NULL, 'list')")
        connection.executemany(
            "INSERT INTO mailbox VALUES (?, ?, 1, ?, 1, 0, 0, 1, 1, 1, 1, ?, NULL)",
            ((number, f"u{number}@example.org", HASH, f"{number:032x}") for number in range(mailbox_count)),
        )
    with closing(sqlite3.connect(path, cached_statements=0)) as reader:
        yield reader


def cost(call: Callable[[int], object]) -> float:
    """Processor seconds for one call, the best of three rounds."""

    def round_() -> float:
        start = time.process_time()
        for number in range(ASKED):
            call(number)
        return (time.process_time() - start) / ASKED

    return min(round_() for _ in range(3))


@pytest.mark.parametrize(("name", "address"), [("mailboxes", "u{}@example.org"), ("routes", "u{}+tag@example.org")])
def test_a_look_up_costs_the_same_in_a_large_directory_as_in_a_small_one(place: Path, name: str, address: str) -> None:
    costs = []
    for count in (100, 100_000):
        with filled(place / f"{count}.sqlite3", count) as reader:

            def ask(number: int, reader: sqlite3.Connection = reader, count: int = count) -> None:
                query = queries.text(name).replace("{address}", address.format(number * 97 % count))
                assert reader.execute(query).fetchall()

            costs.append(cost(ask))
    small, large = costs
    assert large < 3 * small
    assert large < 0.001


def test_ten_thousand_new_mailboxes_are_projected_within_seconds(instance: Layout, root: Actor) -> None:
    directory.catch_up(instance)
    domains.add(root, "example.org")
    for start in range(0, 10_000, 2000):
        new = [mailboxes.NewMailbox(f"u{number}@example.org", HASH) for number in range(start, start + 2000)]
        mailboxes.add_many(root, new)
    start_time = time.process_time()
    assert directory.catch_up(instance).changes == 10_001
    assert time.process_time() - start_time < 5

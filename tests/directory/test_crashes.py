"""Projecting processes die at any moment, run side by side, and nothing of it shows."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import apsw
import pytest

from carteiro import directory
from carteiro.directory import store
from carteiro.hosting import domains, mailboxes
from carteiro.hosting.access import Actor
from carteiro.hosting.database import configure
from carteiro.settings.layout import Layout
from tests.directory.rows import Rows
from tests.directory.test_histories import hold_against_accounts
from tests.hosting.world import HASH, mailbox

ROUNDS = 5


@contextmanager
def projecting(layout: Layout, what: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.directory.projecting", str(layout.config), what, configure.location().text]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


def change_a_lot(root: Actor, turn: int) -> None:
    new = [mailboxes.NewMailbox(f"u{turn}-{number}@one.test", HASH) for number in range(300)]
    mailboxes.add_many(root, new)
    mailboxes.rename(root, "a@one.test", "b@one.test")
    mailboxes.rename(root, "b@one.test", "a@one.test")


@pytest.fixture
def living(instance: Layout, root: Actor) -> Layout:
    domains.add(root, "one.test")
    mailbox(root, "a@one.test")
    directory.catch_up(instance)
    return instance


@pytest.mark.parametrize("what", ["follow", "rebuild"])
def test_a_projecting_process_may_be_killed_at_any_moment(living: Layout, root: Actor, what: str) -> None:
    reader = apsw.Connection(str(living.directory_database), flags=apsw.SQLITE_OPEN_READONLY)
    for turn in range(ROUNDS):
        with projecting(living, what):
            change_a_lot(root, turn)
            time.sleep(random.random() * 0.3)
        # A reader sees one state or the other, never none.
        assert Rows(reader).values("mailboxes", "a@one.test") | Rows(reader).values("mailboxes", "b@one.test")
    reader.close()
    directory.catch_up(living)
    hold_against_accounts(living)


def test_several_processes_project_side_by_side_with_rebuilds_in_between(living: Layout, root: Actor) -> None:
    with projecting(living, "follow"), projecting(living, "follow"), projecting(living, "rebuild"):
        for turn in range(ROUNDS):
            change_a_lot(root, turn)
            directory.catch_up(living)
            assert mailbox_in(living, f"u{turn}-299@one.test") == {f"u{turn}-299@one.test"}
    hold_against_accounts(living)


def test_a_process_killed_while_it_replaces_a_damaged_file_leaves_the_next_one_to_do_it(
    living: Layout, root: Actor
) -> None:
    for turn in range(ROUNDS):
        change_a_lot(root, turn)
        with projecting(living, "follow"):
            living.directory_database.write_bytes(random.randbytes(50_000))
            time.sleep(random.random() * 0.5)
        directory.catch_up(living)
        hold_against_accounts(living)


def mailbox_in(layout: Layout, address: str) -> set[str]:
    with store.opened(layout.directory_database, store.DIRECTORY) as connection:
        return Rows(connection).values("mailboxes", address)

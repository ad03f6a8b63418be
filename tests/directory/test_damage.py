"""A damaged file is noticed and built anew; a full disk or a missing right is told, and the old state stays."""

import os
import random
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from carteiro import directory
from carteiro.directory import Progress, projector, store
from carteiro.hosting import domains, mailboxes
from carteiro.hosting.access import Actor
from carteiro.settings.layout import Layout
from carteiro.words import Fault
from tests.directory.rows import Rows
from tests.hosting.world import HASH, mailbox


def overwrite(path: Path, start: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(content)


def cut(path: Path, size: int) -> None:
    os.truncate(path, size)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "missing": lambda path: path.unlink(),
    "empty": lambda path: cut(path, 0),
    "cut in its header": lambda path: cut(path, 50),
    "cut in the middle": lambda path: cut(path, path.stat().st_size // 2),
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "random": lambda path: path.write_bytes(random.randbytes(path.stat().st_size)),
    "another program's": lambda path: path.write_text("Dear diary,\n" * 1000),
    "header overwritten": lambda path: overwrite(path, 0, random.randbytes(100)),
    "table of tables overwritten": lambda path: overwrite(path, 100, random.randbytes(3996)),
    "of another release": lambda path: overwrite(path, 60, (99).to_bytes(4, "big")),
}


@pytest.fixture
def filled(instance: Layout, root: Actor) -> Layout:
    domains.add(root, "one.test", quota=10**9)
    mailboxes.add_many(root, [mailboxes.NewMailbox(f"u{number}@one.test", HASH) for number in range(500)])
    directory.catch_up(instance)
    return instance


def is_known(layout: Layout, address: str) -> bool:
    with store.opened(layout.directory_database, store.DIRECTORY) as connection:
        return bool(Rows(connection).values("mailboxes", address))


@pytest.mark.parametrize("damage", DAMAGES)
def test_catching_up_notices_a_damaged_file_and_puts_a_new_one_in_its_place(filled: Layout, damage: str) -> None:
    DAMAGES[damage](filled.directory_database)
    assert directory.catch_up(filled) == Progress(rebuilt=True, swapped=True)
    assert directory.check(filled) == []
    assert is_known(filled, "u499@one.test")


def test_a_log_of_the_damaged_file_is_not_taken_for_the_new_one_s(filled: Layout, root: Actor) -> None:
    with store.opened(filled.directory_database, store.DIRECTORY) as connection:
        connection.execute("UPDATE mailbox SET address = 'wrong' || id")  # stays in the log while this is open
        filled.directory_database.write_bytes(b"x" * 8192)
        filled.directory_database.with_name("directory.sqlite3-shm").unlink()
        directory.catch_up(filled)
    assert directory.check(filled) == []


def test_a_page_damaged_in_the_middle_is_found_by_check_and_mended_by_rebuild(filled: Layout) -> None:
    spoil_later_pages(filled.directory_database)
    assert "damaged" in str(directory.check(filled)[0])
    assert directory.rebuild(filled) == Progress(rebuilt=True, swapped=True)
    assert directory.check(filled) == []


def spoil_later_pages(path: Path) -> None:
    for start in range(40_000, path.stat().st_size - 1000, 4096):
        overwrite(path, start, random.randbytes(500))


def test_damage_behind_sound_first_pages_is_found_by_the_inspection_and_mended(filled: Layout) -> None:
    assert projector.inspect(filled) == Progress()
    spoil_later_pages(filled.directory_database)
    assert projector.inspect(filled) == Progress(rebuilt=True, swapped=True)
    assert directory.check(filled) == []
    assert is_known(filled, "u499@one.test")


def test_damage_in_the_log_is_found_by_the_inspection_and_mended(filled: Layout, root: Actor) -> None:
    held = directory.hold(filled)  # keeps what is in the log from being taken for a log to be repaired
    mailboxes.add_many(root, [mailboxes.NewMailbox(f"w{number}@one.test", HASH) for number in range(500)])
    directory.catch_up(filled)
    spoil_later_pages(filled.directory_database.with_name("directory.sqlite3-wal"))
    assert projector.inspect(filled) == Progress(rebuilt=True, swapped=True)
    held.refresh()
    assert directory.check(filled) == []
    assert is_known(filled, "w499@one.test")


def test_following_inspects_by_itself(filled: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projector, "INSPECT_SECONDS", 0.1)
    spoil_later_pages(filled.directory_database)
    said: list[Progress | Fault] = []
    stopped = threading.Event()

    def hear(what: Progress | Fault) -> None:
        said.append(what)
        stopped.set()

    giving_up = threading.Timer(20, stopped.set)
    giving_up.start()
    projector.follow(filled, stopped, hear)
    giving_up.cancel()
    assert said == [Progress(rebuilt=True, swapped=True)]


@pytest.mark.parametrize("damage", ["missing", "random", "cut in the middle", "of another release"])
def test_a_damaged_usage_database_is_made_anew_with_its_limits(filled: Layout, root: Actor, damage: str) -> None:
    DAMAGES[damage](filled.usage_database)
    mailbox(root, "new@one.test")
    assert directory.catch_up(filled) == Progress(changes=1)
    with store.opened(filled.usage_database, store.USAGE) as connection:
        assert list(connection.execute("SELECT * FROM domain_limit")) == [("one.test", "one.test", 10**9)]


@pytest.fixture
def small_disk(instance: Layout) -> Iterator[Layout]:
    """An instance whose directory is on a disk of a quarter megabyte."""
    place = instance.directory_database.parent
    place.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)]
    mounting = subprocess.run(command, capture_output=True, text=True, check=False)
    if mounting.returncode:
        pytest.skip(f"mounting a small disk: {mounting.stderr.strip()}")
    yield instance
    subprocess.run(["umount", place], check=True)


def test_a_full_disk_is_told_and_the_old_state_stays(small_disk: Layout, root: Actor) -> None:
    domains.add(root, "one.test")
    mailbox(root, "ana@one.test")
    directory.catch_up(small_disk)
    mailboxes.add_many(root, [mailboxes.NewMailbox(f"u{number}@one.test", HASH) for number in range(2000)])
    for attempt in (directory.catch_up, directory.rebuild):
        with pytest.raises(Fault, match="No space left"):
            attempt(small_disk)
        assert is_known(small_disk, "ana@one.test")
        assert not is_known(small_disk, "u1999@one.test")
    assert directory.lag(small_disk) == 2000
    domains.remove(root, "one.test")
    domains.add(root, "one.test")
    directory.catch_up(small_disk)
    assert directory.check(small_disk) == []


def test_a_damaged_file_on_a_full_disk_stays_until_there_is_room(small_disk: Layout, root: Actor) -> None:
    directory.catch_up(small_disk)
    domains.add(root, "one.test")
    mailboxes.add_many(root, [mailboxes.NewMailbox(f"u{number}@one.test", HASH) for number in range(2000)])
    small_disk.directory_database.write_bytes(b"damaged")
    with pytest.raises(Fault, match="No space left"):
        directory.catch_up(small_disk)
    assert small_disk.directory_database.read_bytes() == b"damaged"
    domains.remove(root, "one.test")
    assert directory.catch_up(small_disk) == Progress(rebuilt=True, swapped=True)


def test_without_the_right_to_write_the_file_is_named(filled: Layout, root: Actor) -> None:
    mailbox(root, "new@one.test")
    filled.directory_database.parent.rename(filled.directory_database.parent.with_name("away"))
    filled.directory_database.parent.symlink_to("/proc/self")
    with pytest.raises(Fault, match="directory"):
        directory.catch_up(filled)

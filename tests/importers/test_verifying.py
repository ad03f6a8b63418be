"""The comparison of a mailbox with its source finds each difference, and tells of no other."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from .building import Courier, Here
from .old_host import unpacked


@pytest.fixture
def moved(there: Courier, here: Here) -> Courier:
    there.add("1.a", "S")
    there.add("2.b", "FS", folder=".Work")
    there.add("3.c", folder=".Work")
    (there.path / "courierpop3dsizelist").write_text("/3 8 1795379674\n1.a:2,S 60 7:1795379674:0\n")
    (there.path / "courierimapsubscribed").write_text("INBOX.Work\n")
    assert here.bring(there.path).refused == ()
    assert here.verify(there.path) == []
    return there


def _replace(here: Here, file: str, old: str, new: str) -> None:
    path = here.maildir / file
    content = path.read_text()
    assert old in content
    path.write_text(content.replace(old, new))


def _touch(here: Here) -> None:
    os.utime(here.file("2.b", ".Work"), (5, 5))


def _change(here: Here) -> None:
    file = here.file("2.b", ".Work")
    status = file.stat()
    content = bytearray(file.read_bytes())
    content[-3] ^= 1
    file.write_bytes(content)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


PLANTED: dict[str, Callable[[Here], object]] = {
    "Work 2: 3.c is not here": lambda here: here.file("3.c", ".Work").unlink(),
    "Work 1: 2.b: its content differs": _change,
    "Work 1: 2.b: its date differs": _touch,
    "Work 1: 2.b: its flags are S, and there FS": lambda here: here.file("2.b", ".Work").rename(
        here.maildir / ".Work/cur/2.b:2,S"
    ),
    "Work 2: 3.c: UID 9, and there 2": lambda here: _replace(here, ".Work/dovecot-uidlist", "\n2 ", "\n9 "),
    "Work 0: has the UIDVALIDITY 7, and there 795379668": lambda here: _replace(
        here, ".Work/dovecot-uidlist", "V795379668", "V7"
    ),
    "INBOX 1: 1.a: UIDL UID8-1795379674, and there UID7-1795379674": lambda here: _replace(
        here, "dovecot-uidlist", "PUID7-", "PUID8-"
    ),
    "Work 0: is not subscribed here": lambda here: _replace(here, "subscriptions", "\nWork\n", "\n"),
    "Work 0: is not here": lambda here: (here.maildir / ".Work").rename(here.maildir / ".Other"),
}


@pytest.mark.parametrize("told", PLANTED)
def test_a_difference_is_found(moved: Courier, here: Here, told: str) -> None:
    PLANTED[told](here)
    assert here.verify(moved.path) == [told]


def test_mail_of_this_host_is_no_difference(moved: Courier, here: Here) -> None:
    (here.maildir / "new" / "900.own").write_bytes(b"Subject: own\n\n")
    assert here.verify(moved.path) == []


def test_what_is_gone_there_since_is_one(moved: Courier, here: Here) -> None:
    (moved.path / ".Work" / "cur" / "3.c:2,").unlink()
    assert here.verify(moved.path) == ["Work 2: 3.c is here, and no more there"]


@pytest.mark.parametrize("archive", ["vmail.tar.gz", "vmail-utf8.tar.gz"])
def test_the_old_hosts_mailboxes_are_the_same_here(here: Here, tmp_path: Path, archive: str) -> None:
    (tmp_path / "old").mkdir()
    old = unpacked(archive, tmp_path / "old")
    for row in old.mailboxes.values():
        here.forget()
        assert here.bring(old.maildir(row)).refused == ()
        assert here.verify(old.maildir(row)) == []

"""What odd IMAP servers answer costs no mail; real ones are asked in tests/lab."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from carteiro.importers.imap import Account, ImapFolder
from carteiro.importers.maildirs.places import Place
from carteiro.importers.maildirs.source import Wanted

_WHOLE = b"Subject: large\n\n" + b"x" * 3_000_000
_OWNER = (0, 0)


class Server:
    """Answers FETCH for one message as a server might; `gives` is the most of it in an answer."""

    def __init__(self, content: bytes | None, *, told: int, gives: int = 1 << 20) -> None:
        self.content, self.told, self.gives = content, told, gives

    def fetch(self, uids: Iterable[int], items: list[str]) -> dict[int, dict[bytes, Any]]:
        """As IMAPClient has it."""
        return {uid: self._row(items[0]) for uid in uids}

    def _row(self, item: str) -> dict[bytes, Any]:
        if item == "RFC822.SIZE":
            return {b"RFC822.SIZE": self.told}
        part = re.fullmatch(r"BODY\.PEEK\[\]<(\d+)\.(\d+)>", item)
        if part is None:
            return {b"BODY[]": self.content}
        at, most = int(part[1]), min(int(part[2]), self.gives)
        return {b"BODY[]<%d>" % at: None if self.content is None else self.content[at : at + most]}


def _brought(server: Server, directory: Path, times: int = 1) -> tuple[list[bytes], list[str]]:
    """The messages that came, and what was told."""
    told: list[str] = []
    folder = ImapFolder(server, Account("old.test", "ana", "secret"), "INBOX", ())
    with Place.at(directory) as tmp:
        for _ in range(times):
            list(folder.bring([Wanted(b"7.imap", b"7", b"7.imap")], tmp, _OWNER, lambda name, _: told.append(name)))
    return [file.read_bytes() for file in directory.iterdir()], told


@pytest.mark.parametrize(
    ("more", "gives"), [(0, 1 << 20), (-500_000, 1 << 20), (500_000, 1 << 20), (0, 300_000), (500_000, 300_000)]
)
def test_a_message_comes_whole_whatever_is_told_of_its_size(tmp_path: Path, more: int, gives: int) -> None:
    size = len(_WHOLE) + more
    assert _brought(Server(_WHOLE, told=size, gives=gives), tmp_path) == ([_WHOLE], [])


@pytest.mark.parametrize("size", [0, 100, len(_WHOLE)])
def test_a_message_that_was_deleted_meanwhile_is_not_kept_empty(tmp_path: Path, size: int) -> None:
    assert _brought(Server(None, told=size), tmp_path) == ([], [])


def test_a_message_that_is_listed_and_never_given_is_told(tmp_path: Path) -> None:
    assert _brought(Server(None, told=100), tmp_path, times=2) == ([], ["INBOX/7.imap"])

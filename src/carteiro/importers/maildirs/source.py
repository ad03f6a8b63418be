"""What every source of mail is to the machinery that brings it here: folders, and the messages in them."""

import functools
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from carteiro.importers.maildirs.places import Place

_SYSTEM = "DFPRST"  # the letters of https://cr.yp.to/proto/maildir.html; small ones are keywords
_COMBINATIONS = 1000

Refuse = Callable[[str, str], None]
"""Told of what was not brought as it is: its name within the source, and why."""


@dataclass(frozen=True)
class Found:
    """A message at the source."""

    key: bytes  # what it is known by from run to run, within its folder
    handle: bytes  # what the source needs to fetch it
    fresh: bool = False  # nobody has seen it: \\Recent
    uid: int | None = None
    flags: str = ""  # letters as in a Maildir's names, in order, then keywords in order, a space between
    uidl: str = ""  # what POP3 gave out, where that is not made from the UID
    order: int = 0  # messages without UIDs get theirs in this order, then by key


@dataclass(frozen=True)
class Numbers:
    """A folder's UIDVALIDITY and UIDNEXT at the source; 0 where there are none."""

    validity: int = 0
    next: int = 0


@dataclass(frozen=True)
class Wanted:
    """A message that is to be brought, and the name that its file is to have here."""

    key: bytes
    handle: bytes
    base: bytes


@dataclass(frozen=True)
class Brought:
    """A message that lies in the folder's tmp now; `base` is what its file is called."""

    key: bytes
    base: bytes
    size: int
    lines: int | None = None  # line ends without a CR, which IMAP counts as two characters; None where not counted


class Unreadable(Exception):
    """A folder can't be listed: nothing is concluded from what is not in it. The text is for a person."""


class Folder(Protocol):
    """A folder at the source."""

    @property
    def name(self) -> str:
        """What it is called within the source, for a person."""

    @property
    def levels(self) -> tuple[str, ...]:
        """Its name level by level; () is the inbox."""

    def scan(self, pad: sqlite3.Connection, refuse: Refuse) -> Numbers:
        """Put every message on the scratch-pad, into its table `found`. Raises Unreadable."""

    def bring(self, wanted: Iterable[Wanted], tmp: Place, owner: tuple[int, int], refuse: Refuse) -> Iterator[Brought]:
        """Put messages into a directory; what can't be read is refused, what is gone is left out."""


class Source(Protocol):
    """Where mail comes from."""

    @property
    def origin(self) -> str:
        """What it is known by from run to run."""

    def folders(self, refuse: Refuse) -> Iterator[Folder]:
        """All folders, the inbox first."""

    def subscriptions(self) -> frozenset[tuple[str, ...]] | None:
        """The folders that a client has subscribed to; None where the source does not know."""


def flags_reader(keywords: Mapping[int, str]) -> Callable[[str], str]:
    """What the letters at the end of a file's name mean, as `Found` has it; "a" stands for keyword 0.

    A folder has few combinations of them, so each is made out once.
    """

    @functools.lru_cache(_COMBINATIONS)
    def flags(letters: str) -> str:
        words = {keywords.get(ord(letter) - ord("a"), "") for letter in letters if letter.islower()} - {""}
        return canonical("".join(letter for letter in letters if letter in _SYSTEM), words)

    return flags


def canonical(letters: str, keywords: Iterable[str]) -> str:
    """Flags as `Found` has them."""
    return " ".join(("".join(sorted(set(letters))), *sorted(set(keywords))))

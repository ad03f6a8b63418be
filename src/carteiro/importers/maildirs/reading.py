"""A Maildir of Courier's or Dovecot's as a source."""

import os
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from carteiro.importers.maildirs import courier, dovecot, listing, names, state
from carteiro.importers.maildirs.files import How, Taker
from carteiro.importers.maildirs.finding import folder_paths, is_maildir
from carteiro.importers.maildirs.places import Place
from carteiro.importers.maildirs.source import (
    Brought,
    Found,
    Numbers,
    Refuse,
    Unreadable,
    Wanted,
    canonical,
    flags_reader,
)
from carteiro.importers.maildirs.threads import side_by_side
from carteiro.words import N_, Fault, translate

_DIGITS = re.compile(r"[0-9]{1,15}")


class MaildirSource:
    """A mailbox on an old host's disk. Its path is no part of what it is known by: it may be mounted elsewhere."""

    origin = "maildir"

    def __init__(self, place: Place, how: How) -> None:
        self._place = place
        self._how = how
        self._utf8 = names.is_utf8(_flat(folder_paths(place.path)))

    def folders(self, refuse: Refuse) -> Iterator["MaildirFolder"]:
        """The inbox and the folders, Maildir++ or a tree."""
        for path in folder_paths(self._place.path):
            levels = self._levels(path)
            if names.levels(names.directory(levels)) != levels:
                told = names.path(names.levels(names.directory(levels)))
                refuse(path, translate(N_("A folder can't have that name here; it is {name} now."), name=told))
            yield MaildirFolder(self._place, path, levels, self._how)
        for entry in self._place.entries():
            if entry.is_symlink():
                refuse(entry.name, translate(N_("It is a link, which is not followed.")))

    def subscriptions(self) -> frozenset[tuple[str, ...]] | None:
        """What Courier or Dovecot would list, whichever wrote last."""
        if _newer(self._place, dovecot.SUBSCRIPTIONS, courier.SUBSCRIPTIONS):
            raw = list(dovecot.subscriptions(self._place))
        elif self._place.has(courier.SUBSCRIPTIONS):
            raw = [(), *courier.subscriptions(self._place)]
        else:
            return None
        utf8 = self._utf8 or names.is_utf8(level for levels in raw for level in levels)
        return frozenset(tuple(names.shown(level, utf8=utf8) for level in levels) for levels in raw)

    def _levels(self, path: str) -> tuple[str, ...]:
        raw = path[1:].split(".") if path.startswith(".") else path.split("/") if path else []
        return tuple(names.shown(level, utf8=self._utf8) for level in raw)


class MaildirFolder:
    """A folder of such a mailbox."""

    def __init__(self, root: Place, path: str, levels: tuple[str, ...], how: How) -> None:
        self._root = root
        self._path = path
        self._how = how
        self.levels = levels

    @property
    def name(self) -> str:
        """Its path within the Maildir."""
        return self._path

    def scan(self, pad: sqlite3.Connection, refuse: Refuse) -> Numbers:
        """List its messages with all that is known of them."""
        try:
            with self._root.below(self._path) as place:
                by_dovecot = _newer(place, dovecot.UID_FILE, courier.UID_FILE)
                keywords = dovecot.keywords(place) if by_dovecot else {}
                self._list(pad, place, keywords, refuse)
                head = _number_dovecot(pad, place) if by_dovecot else _number_courier(pad, place)
                if not by_dovecot and place.has(courier.KEYWORDS):
                    _note_keywords(pad, place)
        except OSError as error:
            raise Unreadable(error.strerror or str(error)) from error
        file = dovecot.UID_FILE if by_dovecot else courier.UID_FILE
        for line in head.broken:
            refuse(_below(self._path, file), translate(N_("Line {line} can't be read."), line=line))
        self._refuse_twice(pad, refuse)
        return Numbers(head.validity, head.next)

    @contextmanager
    def opened(self) -> Iterator[tuple[Place, Place]]:
        """Its directories new and cur. Raises OSError."""
        with self._root.below(self._path) as place, place.inside("new") as new, place.inside("cur") as cur:
            yield new, cur

    def bring(self, wanted: Iterable[Wanted], tmp: Place, owner: tuple[int, int], refuse: Refuse) -> Iterator[Brought]:
        """Copy or link the messages' files."""
        taker = Taker(self._how, tmp, owner)

        def take(messages: list[Wanted]) -> list[Brought]:
            brought = []
            for message in messages:
                part, _, name = os.fsdecode(message.handle).partition("/")
                telling = _telling(refuse, _below(self._path, part))
                brought.append(taker.take(cur if part == "cur" else new, name, message, telling))
            return [each for each in brought if each is not None]

        with self.opened() as (new, cur):
            yield from side_by_side(take, wanted)
        if taker.fallback:
            refuse(self._path, taker.fallback)

    def _list(self, pad: sqlite3.Connection, place: Place, keywords: dict[int, str], refuse: Refuse) -> None:
        flags_of = flags_reader(keywords)

        def found(part: str, name: str) -> Found:
            base, letters = listing.split(name)
            flags = flags_of(letters)
            key = os.fsencode(base)
            return Found(
                key, os.fsencode(f"{part}/{name}"), part == "new" and not flags, flags=flags, order=_time(base)
            )

        for part, name in listing.messages(place, self._path, refuse):
            message = found(part, name)
            if not state.note_found(pad, message):
                _note_twice(pad, place, message)

    def _refuse_twice(self, pad: sqlite3.Connection, refuse: Refuse) -> None:
        for key, uid in state.take_double_uids(pad):
            refuse(_below(self._path, os.fsdecode(key)), translate(N_("Another message has its UID {uid}."), uid=uid))


@contextmanager
def opened(maildir: Path, how: How) -> Iterator[MaildirSource]:
    """A Maildir to read. Raises Fault if it is none."""
    if not is_maildir(maildir):
        raise Fault(
            N_("{path} is no Maildir: it has no directories cur and new."),
            N_("Name the directory that has them."),
            code="not_found",
            path=names.printable(str(maildir)),
        )
    with Place.at(maildir) as place:
        try:
            source = MaildirSource(place, how)
        except OSError as error:
            raise Fault(
                N_("{path} can't be read: {reason}."),
                code="unreadable",
                path=names.printable(str(maildir)),
                reason=error.strerror or error,
            ) from error
        yield source


def _number_courier(pad: sqlite3.Connection, place: Place) -> courier.Uids:
    head = courier.Uids()
    pad.executemany("INSERT OR IGNORE INTO numbered VALUES (?, ?, NULL)", courier.uids(place, head))
    _take_numbers(pad)
    # POP3 has numbers of its own, for the inbox alone.
    pad.executemany("INSERT OR IGNORE INTO numbered VALUES (?, NULL, ?)", courier.uidls(place))
    pad.execute("UPDATE found SET uidl = numbered.fields FROM numbered WHERE numbered.base = found.key")
    pad.execute("DELETE FROM numbered")
    return head


def _number_dovecot(pad: sqlite3.Connection, place: Place) -> dovecot.Uids:
    head = dovecot.Uids()
    rows = ((row.base, row.uid, row.uidl) for row in dovecot.uids(place, head))
    pad.executemany("INSERT OR IGNORE INTO numbered VALUES (?, ?, ?)", rows)
    pad.execute("UPDATE found SET uidl = numbered.fields FROM numbered WHERE numbered.base = found.key")
    _take_numbers(pad)
    return head


def _take_numbers(pad: sqlite3.Connection) -> None:
    pad.execute("UPDATE found SET uid = numbered.uid FROM numbered WHERE numbered.base = found.key")
    pad.execute("DELETE FROM numbered")


def _note_keywords(pad: sqlite3.Connection, place: Place) -> None:
    for key, words in courier.keywords(place):
        row = pad.execute("SELECT flags FROM found WHERE key = ?", (key,)).fetchone()
        if row is not None:
            letters = row[0].split(" ")[0]
            pad.execute("UPDATE found SET flags = ?, fresh = 0 WHERE key = ?", (canonical(letters, words), key))


def _note_twice(pad: sqlite3.Connection, place: Place, message: Found) -> None:
    """Two files of one name: either the message moved while we looked, or there really are two."""
    other = pad.execute("SELECT handle FROM found WHERE key = ?", (message.key,)).fetchone()[0]
    if _is_there(place, other):
        if _is_there(place, message.handle):
            state.note_found(pad, replace(message, key=message.handle.replace(b"/", b"-")))
        return
    pad.execute("DELETE FROM found WHERE key = ?", (message.key,))
    state.note_found(pad, message)


def _is_there(place: Place, handle: bytes) -> bool:
    part, _, name = os.fsdecode(handle).partition("/")
    with place.inside(part) as files:
        return files.has(name)


def _newer(place: Place, one: str, other: str) -> bool:
    """Whether a file is there, and no older than another."""
    first, second = place.changed(one), place.changed(other)
    return first is not None and (second is None or first >= second)


def _flat(paths: Iterable[str]) -> Iterator[str]:
    return (level for path in paths for level in (path.split(".") if path.startswith(".") else path.split("/")))


def _time(base: str) -> int:
    """The seconds with which a file's name begins; Courier numbers new messages in that order."""
    digits = _DIGITS.match(base)
    return int(digits[0]) if digits else 0


def _below(folder: str, name: str) -> str:
    return names.printable(f"{folder}/{name}" if folder else name)


def _telling(refuse: Refuse, folder: str) -> Refuse:
    return lambda name, reason: refuse(_below(folder, name), reason)

"""Compares a mailbox here with the Maildir that it came from: every message's content, UID, flags and date."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from carteiro.host import files, users
from carteiro.importers.maildirs import dovecot, names, reading, state
from carteiro.importers.maildirs.copying import opened_maildir, placed, stored
from carteiro.importers.maildirs.merging import base_of
from carteiro.importers.maildirs.outcome import Difference
from carteiro.importers.maildirs.places import Place
from carteiro.importers.maildirs.reading import MaildirFolder, MaildirSource
from carteiro.importers.maildirs.source import Numbers, Unreadable
from carteiro.importers.maildirs.target import Target
from carteiro.importers.maildirs.threads import side_by_side
from carteiro.operate.instance import Instance
from carteiro.words import N_, translate

_AT_ONCE = 200  # messages
_BLOCK = 1 << 20  # bytes

_PAIRS = """
    SELECT found.key, found.handle, found.uid, found.flags, found.uidl, here.place, here.name, here.flags,
           numbered.uid, numbered.fields
    FROM found LEFT JOIN message ON message.folder = :folder AND message.key = found.key
    LEFT JOIN here ON here.base = coalesce(message.base, base_of(found.key, found.sort))
    LEFT JOIN numbered ON numbered.base = here.base
"""
_GONE = """
    SELECT message.key, numbered.uid FROM message JOIN here ON here.base = message.base
    LEFT JOIN numbered ON numbered.base = message.base
    WHERE message.folder = :folder AND message.key NOT IN (SELECT key FROM found)
"""


def verify(source: Path, instance: Instance, home: str, step: Callable[[int], None]) -> tuple[Difference, ...]:
    """All that is at the source and is not the same here. Mail that came here by itself is none of it.

    `step` is told of each so many messages that are compared. Nothing is changed. Raises Fault.
    """
    layout, owner = instance.layout, files.ids(users.MAIL, users.MAIL)
    path = layout.importing / f"{home}.sqlite3"
    with (
        reading.opened(source, "copy") as there,
        state.opened(path) as pad,
        opened_maildir(layout, home, owner) as maildir,
    ):
        pad.create_function("base_of", 2, base_of, deterministic=True)
        differences: list[Difference] = []
        for directory, folder in placed(there.folders(_nothing)):
            number = state.folder_id(pad, there.origin, directory)
            differences += _Comparison(folder, directory, maildir, pad, number).run(step)
        return (*differences, *_subscriptions(there, maildir))


class _Row(NamedTuple):
    """A message there, and what is here of it."""

    key: bytes
    handle: bytes
    uid: int | None
    flags: str
    uidl: str
    part: str | None
    name: bytes | None
    flags_here: str | None
    uid_here: int | None
    fields: bytes | None


class _Comparison:
    """One folder's."""

    def __init__(
        self, folder: MaildirFolder, directory: str, maildir: Place, pad: sqlite3.Connection, number: int
    ) -> None:
        self._folder = folder
        self._maildir = maildir
        self._pad = pad
        self._shown = names.path(folder.levels)
        self._directory = directory
        self._id = number

    def run(self, step: Callable[[int], None]) -> Iterator[Difference]:
        """Look at both sides."""
        try:
            with state.transaction(self._pad):
                self._pad.execute("DELETE FROM found")
                numbers = self._folder.scan(self._pad, _nothing)
        except Unreadable as error:
            yield self._differs(0, N_("can't be read there: {reason}"), reason=error)
            return
        if self._directory and not self._maildir.has(self._directory):
            yield self._differs(0, N_("is not here"))
            return
        with self._maildir.below(self._directory) as place:
            target = Target(place, (-1, -1))
            with state.transaction(self._pad):
                head = target.read(self._pad)
                target.look(self._pad)
            yield from self._numbers(numbers, head)
            yield from self._messages(place, step)
            for key, uid in self._pad.execute(_GONE, {"folder": self._id}):
                yield self._differs(uid or 0, N_("{name} is here, and no more there"), name=_text(key))

    def _numbers(self, there: Numbers, here: dovecot.Uids) -> Iterator[Difference]:
        if there.validity and there.validity != here.validity:
            text = N_("has the UIDVALIDITY {here}, and there {there}")
            yield self._differs(0, text, here=here.validity, there=there.validity)
        elif there.next > here.next:
            yield self._differs(0, N_("has the UIDNEXT {here}, and there {there}"), here=here.next, there=there.next)

    def _messages(self, place: Place, step: Callable[[int], None]) -> Iterator[Difference]:
        done = 0
        with self._folder.opened() as (their_new, their_cur), place.inside("new") as new, place.inside("cur") as cur:

            def compare(rows: list[_Row]) -> list[tuple[_Row, list[str]]]:
                return [
                    (row, _compared(row, {"new": their_new, "cur": their_cur}, {"new": new, "cur": cur}))
                    for row in rows
                ]

            rows = (_Row(*values) for values in self._pad.execute(_PAIRS, {"folder": self._id}))
            for row, told in side_by_side(compare, rows):
                for what in told:
                    yield Difference(self._shown, row.uid or row.uid_here or 0, what)
                done += 1
                if done == _AT_ONCE:
                    step(done)
                    done = 0
        step(done)

    def _differs(self, uid: int, text: str, **values: object) -> Difference:
        return Difference(self._shown, uid, translate(text, **values))


def _compared(row: _Row, theirs: dict[str, Place], ours: dict[str, Place]) -> list[str]:
    """What differs between a message there and here."""
    shown = _text(row.key)
    if row.name is None or row.part is None:
        return [translate(N_("{name} is not here"), name=shown)]
    part, _, name = os.fsdecode(row.handle).partition("/")
    told = [
        *_files(theirs[part], name, ours[row.part], os.fsdecode(row.name)),
        *_words(row.flags, row.flags_here or ""),
    ]
    if row.uid is not None and row.uid != row.uid_here:
        told.append(translate(N_("UID {here}, and there {there}"), here=row.uid_here, there=row.uid))
    if row.uidl and row.uidl != (uidl := _uidl(row.fields)):
        told.append(translate(N_("UIDL {here}, and there {there}"), here=uidl or "-", there=row.uidl))
    return [f"{shown}: {what}" for what in told]


def _files(theirs: Place, their_name: str, ours: Place, name: str) -> Iterator[str]:
    """What differs between two files."""
    there = here = None
    try:
        there = theirs.open_known(their_name)
        here = ours.open_known(name)
        if there is None or here is None:
            yield translate(N_("it was moved while it was compared"))
            return
        (file, status), (file_here, status_here) = there, here
        if status.st_size != status_here.st_size or not _same(file, file_here, status.st_size):
            yield translate(N_("its content differs"))
        if status.st_mtime_ns != status_here.st_mtime_ns:
            yield translate(N_("its date differs"))
    except OSError as error:
        yield translate(N_("it can't be read: {reason}"), reason=error.strerror or error)
    finally:
        for opened in (there, here):
            if opened is not None:
                os.close(opened[0])


def _same(one: int, other: int, size: int) -> bool:
    left = size
    while left > 0:
        block = os.read(one, min(left, _BLOCK))
        if not block or block != _exactly(other, len(block)):
            return False
        left -= len(block)
    return True


def _exactly(descriptor: int, size: int) -> bytes:
    block = os.read(descriptor, size)
    while len(block) < size:
        more = os.read(descriptor, size - len(block))
        if not more:
            break
        block += more
    return block


def _words(there: str, here: str) -> Iterator[str]:
    if there != here:
        yield translate(
            N_("its flags are {here}, and there {there}"), here=here.strip() or "-", there=there.strip() or "-"
        )


def _uidl(fields: bytes | None) -> str:
    return dovecot.Listed(0, b"", tuple((fields or b"").split())).uidl


def _subscriptions(there: MaildirSource, maildir: Place) -> Iterator[Difference]:
    here = {names.joined(levels) for levels in dovecot.subscriptions(maildir)}
    for levels in sorted(there.subscriptions() or ()):
        if stored(levels) not in here:
            yield Difference(names.path(levels), 0, translate(N_("is not subscribed here")))


def _nothing(_name: str, _reason: str) -> None:
    return None


def _text(key: bytes) -> str:
    return key.decode("utf-8", "backslashreplace")

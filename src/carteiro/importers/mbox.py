"""mbox files as a source: one for a folder, or a directory of them.

RFC 4155; "From " lines quoted as mboxrd does (https://qmail.org/man/man5/mbox.html). What mail programs keep in headers
of their own becomes flags, keywords and UIDs, and is no part of the message here: Status, X-Status, X-Keywords, X-UID,
X-IMAPbase (https://doc.dovecot.org/2.3/admin_manual/mailbox_formats/mbox/).
"""

import calendar
import hashlib
import os
import re
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from carteiro.host.files import Unwritable
from carteiro.importers.maildirs import state
from carteiro.importers.maildirs.places import Place
from carteiro.importers.maildirs.source import Brought, Found, Numbers, Refuse, Unreadable, Wanted, canonical
from carteiro.words import N_, Fault, translate

_BEGIN = re.compile(rb"From (?:\S+ +)?(?:\w{3} )?(\w{3} +\d+ +\d\d:\d\d(?::\d\d)?)(?: [A-Z]+)? (\d{4})")
_QUOTED = re.compile(rb">+From ")
_OWN = re.compile(rb"(?i)(status|x-status|x-keywords|x-uid|x-imap|x-imapbase):[ \t]*(.*)")
_SEEN = {"R": "S"}  # Status
_MARKS = {"A": "R", "F": "F", "D": "T", "T": "D"}  # X-Status
LONGEST = 1 << 20
"""Bytes of a line that are read at once: there are messages with lines of any length."""
_ENDINGS = (".mbox", ".mbx")


@dataclass(frozen=True)
class Listed:
    """What else is known of a file: its folder, level by level, and whether that is subscribed."""

    levels: tuple[str, ...]
    subscribed: bool


class MboxSource:
    """A file, or a directory with a file for each folder; a directory beside one holds the folders in it."""

    origin = "mbox"

    def __init__(self, path: Path, folder: str = "", listed: Mapping[str, Listed] | None = None) -> None:
        """`folder` is where a file's messages go: level by level with "/" between, "" is the inbox.

        `listed` tells of files in a directory, by their names in it, what these can't.
        """
        if not path.exists():
            raise Fault(N_("There is no {path}."), N_("Name an mbox file, or a directory of them."), path=path)
        self._path = path
        self._levels = tuple(level for level in folder.split("/") if level and folder.upper() != "INBOX")
        self._listed = listed or {}

    def folders(self, refuse: Refuse) -> Iterator["MboxFolder"]:
        """Each file as a folder."""
        if self._path.is_file():
            yield MboxFolder(self._path, self._path.name, self._levels)
            return
        for place, directories, names in os.walk(self._path):
            directories[:] = sorted(name for name in directories if not name.startswith("."))
            for name in sorted(names):
                file = Path(place) / name
                shown = str(file.relative_to(self._path))
                if name.startswith(".") or file.suffix in (".msf", ".dat", ".html"):
                    continue
                if not _is_mbox(file):
                    refuse(shown, translate(N_("It is no mbox file.")))
                    continue
                known = self._listed.get(shown)
                if self._listed and known is None:
                    refuse(shown, translate(N_("It was not written by the last export.")))
                    continue
                yield MboxFolder(file, shown, (*self._levels, *(known.levels if known else _levels(shown))))

    def subscriptions(self) -> frozenset[tuple[str, ...]] | None:
        """A program shows what it has been given, where nothing else is known."""
        left = {name for name, known in self._listed.items() if not known.subscribed}
        return frozenset(
            folder.levels for folder in self.folders(lambda _name, _reason: None) if folder.name not in left
        )


@dataclass
class _Message:
    """What is known of one while its lines go by."""

    start: int
    date: int
    odd: str = ""
    letters: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    uid: int | None = None
    base: tuple[int, int] | None = None  # UIDVALIDITY and the last UID
    end: int = 0
    digest: bytes = b""


class MboxFolder:
    """One file."""

    def __init__(self, file: Path, name: str, levels: tuple[str, ...]) -> None:
        self._file = file
        self.name = name
        self.levels = levels

    def scan(self, pad: sqlite3.Connection, refuse: Refuse) -> Numbers:
        """List its messages; each is known by a sum of its content."""
        validity = last = 0
        try:
            with self._file.open("rb") as file:
                for message in _messages(file):
                    if message.base is not None and not validity:
                        validity, last = message.base
                    self._note(pad, message)
        except OSError as error:
            raise Unreadable(error.strerror or str(error)) from error
        if not validity:
            pad.execute("UPDATE found SET uid = NULL")
        state.take_double_uids(pad)
        return Numbers(validity, last + 1) if validity else Numbers()

    def _note(self, pad: sqlite3.Connection, message: _Message) -> None:
        handle = b"%d:%d" % (message.start, message.end)
        flags = canonical("".join(message.letters), message.words)
        for copy in range(1_000_000):
            key = b"%d.%s_%d.mbox" % (message.date, message.digest.hex()[:32].encode(), copy)
            if state.note_found(pad, Found(key, handle, False, message.uid, flags, order=message.start)):
                return

    def bring(self, wanted: Iterable[Wanted], tmp: Place, owner: tuple[int, int], refuse: Refuse) -> Iterator[Brought]:
        """Write the messages out, without what is the program's own."""
        with self._file.open("rb") as file:
            for message in wanted:
                start, _, end = message.handle.partition(b":")
                file.seek(int(start))
                lines = _content(_limited(file, int(end) - int(start)), None)
                try:
                    size = tmp.write(os.fsdecode(message.base), lines, owner, int(message.key.split(b".")[0]))
                except OSError as error:
                    raise Unwritable(tmp.path, error) from error
                yield Brought(message.key, message.base, size)


def _messages(file: BinaryIO) -> Iterator[_Message]:
    """Every message of an mbox file, in one pass."""
    current: _Message | None = None
    while True:
        at = file.tell()
        line = file.readline(LONGEST)
        begin = _BEGIN.match(line)
        if not line or begin is None:
            if line and current is None and line.strip():
                current = _Message(at, 0)
                file.seek(at)
            elif not line:
                return
        else:
            current = _Message(file.tell(), _date(begin))
        if current is not None:
            sum_ = hashlib.sha256()
            for part in _content(_until_next(file), current):
                sum_.update(part)
            current.digest, current.end = sum_.digest(), file.tell()
            yield current


def _until_next(file: BinaryIO) -> Iterator[bytes]:
    """The lines up to the next message; the empty one before it belongs to the form, not to the message."""
    blank = b""
    begins = True  # a line; else it is the rest of a long one
    while line := file.readline(LONGEST):
        if blank and _BEGIN.match(line):
            file.seek(-len(line), os.SEEK_CUR)
            return
        if blank:
            yield blank
            blank = b""
        if begins and line in (b"\n", b"\r\n"):
            blank = line
        else:
            yield line
        begins = line.endswith(b"\n")


def _limited(file: BinaryIO, size: int) -> Iterator[bytes]:
    end = file.tell() + size
    blank = b""
    begins = True
    while file.tell() < end and (line := file.readline(LONGEST)):
        if blank:
            yield blank
        blank = line if begins and line in (b"\n", b"\r\n") else b""
        if not blank:
            yield line
        begins = line.endswith(b"\n")


def _content(lines: Iterable[bytes], told: _Message | None) -> Iterator[bytes]:
    """A message's own lines; what a program has noted in its header goes into `told`."""
    header = True
    dropped = False
    begins = True
    for line in lines:
        rest, begins = not begins, line.endswith(b"\n")
        if rest:
            if not dropped:
                yield line
            continue
        if header and line in (b"\n", b"\r\n"):
            header = False
        elif header and dropped and line[:1] in b" \t":
            continue
        elif header and (own := _OWN.match(line)):
            dropped = True
            if told is not None:
                _take(told, own[1].decode().lower(), own[2].decode("utf-8", "replace").strip())
            continue
        dropped = False
        yield line[1:] if _QUOTED.match(line) else line


def _take(message: _Message, name: str, value: str) -> None:
    numbers = value.split()
    if name == "status":
        message.letters |= {_SEEN[letter] for letter in value if letter in _SEEN}
    elif name == "x-status":
        message.letters |= {_MARKS[letter] for letter in value if letter in _MARKS}
    elif name == "x-keywords":
        message.words |= set(numbers)
    elif name == "x-uid" and value.isdigit() and 0 < int(value) < 2**32:
        message.uid = int(value)
    elif name.startswith("x-imap") and len(numbers) >= 2 and all(number.isdigit() for number in numbers[:2]):
        message.base = int(numbers[0]), int(numbers[1])


def _date(begin: re.Match[bytes]) -> int:
    text = b" ".join((*begin[1].split(), begin[2])).decode()
    for form in ("%b %d %H:%M:%S %Y", "%b %d %H:%M %Y"):
        try:
            return max(0, calendar.timegm(time.strptime(text, form)))
        except ValueError:
            continue
    return 0


def _is_mbox(file: Path) -> bool:
    if file.is_symlink() or not file.is_file():
        return False
    with file.open("rb") as opened:
        head = opened.read(5)
    return head in (b"", b"From ")


def _levels(path: str) -> tuple[str, ...]:
    """The levels of a file: "Work.sbd/Old.mbox" is Old in Work."""
    levels = [level.removesuffix(".sbd") for level in path.split("/")]
    for ending in _ENDINGS:
        levels[-1] = levels[-1].removesuffix(ending)
    return () if [level.upper() for level in levels] == ["INBOX"] else tuple(levels)

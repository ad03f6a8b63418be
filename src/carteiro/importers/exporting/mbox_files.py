"""Writes the folders of a Maildir as mbox files, with flags, keywords and UIDs as mail programs keep them.

RFC 4155; https://doc.dovecot.org/2.3/admin_manual/mailbox_formats/mbox/ tells of Status, X-Status, X-Keywords, X-UID
and X-IMAPbase. Lines that begin with "From " are quoted as mboxrd does.
"""

import os
import re
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO

from carteiro.host import files
from carteiro.importers.maildirs import Refused, state
from carteiro.importers.maildirs.copying import Step
from carteiro.importers.maildirs.reading import MaildirFolder, MaildirSource
from carteiro.importers.maildirs.source import Numbers, Unreadable
from carteiro.importers.mbox import LONGEST, Listed

_FROM = re.compile(rb">*From ")
_ODD = re.compile(r"[/\x00-\x1f\x7f]")
_LONGEST = 60  # characters of a level: four bytes each and an ending are what a file's name may have
_MARKS = {"R": "A", "F": "F", "T": "D", "D": "T"}  # X-Status


def write_mbox(
    source: MaildirSource, directory: Path, notes: Path, step: Step
) -> tuple[list[dict[str, Any]], list[Refused]]:
    """A file for each folder; folders in folders lie in "NAME.sbd".

    Gives what files don't tell (each folder's name level by level, and whether it is subscribed), for `listed`, and
    what could not be read.
    """
    refused: list[Refused] = []
    rows: list[dict[str, Any]] = []
    subscribed = source.subscriptions()

    def refuse(name: str, reason: str) -> None:
        refused.append(Refused(name, reason))

    with state.opened(notes) as pad:
        for folder in source.folders(refuse):
            name = _name(folder.levels, {row["file"] for row in rows})
            try:
                with state.transaction(pad):
                    pad.execute("DELETE FROM found")
                    numbers = folder.scan(pad, refuse)
                step(_write(folder, numbers, directory / name, pad))
            except (Unreadable, OSError) as error:
                refuse(folder.name, str(error))
            known = subscribed is None or folder.levels in subscribed
            rows.append({"file": name, "levels": list(folder.levels), "subscribed": known})
    return rows, refused


def listed(rows: Iterable[dict[str, Any]]) -> Mapping[str, Listed]:
    """The folders of an export by their files' names; what is not as it was written is left to the files."""
    return {
        str(row.get("file")): Listed(tuple(map(str, row["levels"])), bool(row.get("subscribed")))
        for row in rows
        if isinstance(row, dict) and isinstance(row.get("levels"), list)
    }


def _write(folder: MaildirFolder, numbers: Numbers, file: Path, pad: sqlite3.Connection) -> int:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    count = 0
    rows = pad.execute("SELECT handle, uid, flags FROM found ORDER BY uid IS NULL, uid, sort, key")
    with folder.opened() as (new, cur), files.replacing_bytes(file, mode=0o600) as target:
        for handle, uid, flags in rows:
            part, _, name = os.fsdecode(handle).partition("/")
            own = [f"X-UID: {uid}"] if uid else []
            if not count and numbers.validity:
                own.insert(0, f"X-IMAPbase: {numbers.validity} {numbers.next - 1}")
            opened = (cur if part == "cur" else new).open_file(name)
            if opened is None:
                continue
            with closing(os.fdopen(opened, "rb")) as message:
                date = time.asctime(time.gmtime(os.fstat(opened).st_mtime))
                target.write(f"From MAILER-DAEMON {date}\n".encode())
                target.writelines(_with_marks(message, [*own, *_marks(flags)]))
            count += 1
    return count


def _with_marks(message: BinaryIO, own: list[str]) -> Iterator[bytes]:
    marks = "".join(f"{line}\n" for line in own).encode()
    yield marks
    last = b"\n"
    while line := message.readline(LONGEST):
        yield b">" + line if last.endswith(b"\n") and _FROM.match(line) else line
        last = line
    yield b"\n" if last.endswith(b"\n") else b"\n\n"


def _marks(flags: str) -> list[str]:
    letters, *words = flags.split(" ")
    lines = [f"Status: {'RO' if 'S' in letters else 'O'}"]
    if marks := "".join(mark for letter, mark in _MARKS.items() if letter in letters):
        lines.append(f"X-Status: {marks}")
    if words:
        lines.append(f"X-Keywords: {' '.join(words)}")
    return lines


def _name(levels: tuple[str, ...], taken: set[str]) -> str:
    """The file of a folder, below the directory of all."""
    if not levels:
        return "INBOX.mbox"
    *above, name = (_safe(level) for level in levels)
    path = "/".join((*(f"{level}.sbd" for level in above), name))
    # On file systems that make no difference of case there would be one file for two folders.
    while f"{path}.mbox".lower() in {each.lower() for each in taken}:
        path += "_"
    return f"{path}.mbox"


def _safe(level: str) -> str:
    """A level as a file's name: no separator, not hidden, and short enough."""
    name = _ODD.sub("_", level)
    return f"_{name[1:]}" if name.startswith(".") else name[:_LONGEST]

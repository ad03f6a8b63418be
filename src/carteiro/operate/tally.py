"""Counts what the engines' logs say, each line once: the numbers and the position are saved in one transaction."""

import datetime
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from carteiro.hosting.running import figures, readings
from carteiro.hosting.running.readings import Name
from carteiro.operate.instance import Instance
from carteiro.operate.maillog import Tally

LOGS = ("mail.log", "dovecot.log")
_CHUNK = 4 * 1024 * 1024


@dataclass(frozen=True)
class Position:
    """Up to where a log was read; its inode stays when it is rotated."""

    inode: int
    offset: int


def count(instance: Instance) -> None:
    """Count all lines that were written since the last time."""
    look = readings.last(Name.TALLY).get(Name.TALLY)
    positions = {name: Position(**told) for name, told in (look.data if look else {}).items()}
    for name in LOGS:
        for content, position in unread(instance.layout.log / name, positions.get(name)):
            tally = Tally()
            tally.count(content.decode(errors="replace").split("\n"), datetime.datetime.now(datetime.UTC))
            positions[name] = position
            figures.add(tally.counts, tally.logins, _told(positions))


def unread(path: Path, position: Position | None) -> Iterator[tuple[bytes, Position]]:
    """Whole lines after a position, a part at a time, each with the position after it; rotated files come first."""
    for file in _files(path, position):
        with file.open("rb") as log:
            status = os.fstat(log.fileno())
            known = position is not None and position.inode == status.st_ino and position.offset <= status.st_size
            offset = position.offset if known and position else 0
            log.seek(offset)
            while content := log.read(_CHUNK):
                end = content.rfind(b"\n") + 1
                if not end:
                    break  # its end is being written
                offset += end
                log.seek(offset)
                yield content[:end], Position(status.st_ino, offset)


def _files(path: Path, position: Position | None) -> list[Path]:
    """The log, and before it those that it was since the position, oldest first."""
    if not path.exists():
        return []
    rotated = [file for file in path.parent.glob(f"{path.name}-*") if file.suffix != ".gz"]
    files = [*sorted(rotated, key=lambda file: file.stat().st_mtime), path]
    inodes = [file.stat().st_ino for file in files]
    if position is None or position.inode not in inodes:
        return [path]
    return files[inodes.index(position.inode) :]


def _told(positions: Mapping[str, Position]) -> dict[str, dict[str, int]]:
    return {name: asdict(position) for name, position in positions.items()}

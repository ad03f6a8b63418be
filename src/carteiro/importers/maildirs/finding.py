"""Finds the mailboxes below a directory, and tells how large one is, without reading a message."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PARTS = ("cur", "new", "tmp")


@dataclass(frozen=True)
class Measured:
    """How much a Maildir holds; bytes as the files have them."""

    messages: int
    bytes: int
    folders: int


def is_maildir(directory: Path) -> bool:
    """Whether a directory, no link, has the parts of a Maildir (https://cr.yp.to/proto/maildir.html)."""
    return all(_is_directory(directory / part) for part in ("cur", "new"))


def find(root: Path) -> Iterator[Path]:
    """Every mailbox below `root`, in any layout: domain/user, user@domain, user, each with or without a Maildir in it.

    What is in a Maildir belongs to it, its folders too. No link is followed; what can't be read is passed over.
    """
    if is_maildir(root):
        yield root
        return
    for entry in sorted(_directories(root)):
        yield from find(root / entry)


def measure(maildir: Path) -> Measured:
    """Count the messages of a mailbox with its folders; what goes away meanwhile, or can't be read, does not count."""
    messages = size = folders = 0
    for folder in ("", *_below(maildir, "", _directories)):
        folders += 1
        for part in ("cur", "new"):
            for entry in _files(maildir / folder / part):
                # Mail programs rename and delete files at any time.
                with suppress(OSError):
                    size += entry.stat(follow_symlinks=False).st_size
                    messages += 1
    return Measured(messages, size, folders)


def folder_paths(maildir: Path) -> Iterator[str]:
    """The folders of a Maildir as paths relative to it, the inbox ("") first: Maildir++ (.A.B) or a tree (A/B).

    Raises OSError when a directory can't be listed, so that nobody takes its folders for gone.
    """
    yield ""
    yield from _below(maildir, "", _listed)


def _below(maildir: Path, place: str, listed: Callable[[Path], list[str]]) -> Iterator[str]:
    for name in sorted(listed(maildir / place)):
        if name in _PARTS:
            continue
        path = f"{place}/{name}" if place else name
        if _is_folder(maildir / path):
            yield path
        if not name.startswith("."):
            yield from _below(maildir, path, listed)


def _is_folder(place: Path) -> bool:
    """Half a folder is one, and one that can't be looked into: that it can't be read is told later."""
    try:
        return any((place / part).exists() for part in _PARTS)
    except OSError:
        return True


def _listed(place: Path) -> list[str]:
    with os.scandir(place) as entries:
        return [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]


def _directories(place: Path) -> list[str]:
    try:
        return _listed(place)
    except OSError:
        return []


def _files(place: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(place) as entries:
            yield from (entry for entry in entries if entry.is_file(follow_symlinks=False))
    except OSError:
        return


def _is_directory(place: Path) -> bool:
    try:
        return stat.S_ISDIR(place.lstat().st_mode)
    except OSError:
        return False

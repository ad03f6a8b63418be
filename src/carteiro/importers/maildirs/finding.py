"""Finds the mailboxes below a directory, and tells how large one is, without reading a message."""

import os
from collections.abc import Iterator
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
    """Count the messages of a mailbox and of its folders."""
    messages = size = folders = 0
    for folder in folder_paths(maildir):
        folders += 1
        for part in ("cur", "new"):
            for entry in _files(maildir / folder / part):
                messages += 1
                size += entry.stat(follow_symlinks=False).st_size
    return Measured(messages, size, folders)


def folder_paths(maildir: Path) -> Iterator[str]:
    """The folders of a Maildir as paths relative to it, the inbox ("") first: Maildir++ (.A.B) or a tree (A/B).

    Raises OSError when a directory can't be listed, so that nobody takes its folders for gone.
    """
    yield ""
    yield from _below(maildir, "")


def _below(maildir: Path, place: str) -> Iterator[str]:
    for name in sorted(_listed(maildir / place)):
        if name in _PARTS:
            continue
        path = f"{place}/{name}" if place else name
        # Half a folder is one: that it can't be read is told later.
        if any((maildir / path / part).exists() for part in _PARTS):
            yield path
        if not name.startswith("."):
            yield from _below(maildir, path)


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
    return place.is_dir() and not place.is_symlink()

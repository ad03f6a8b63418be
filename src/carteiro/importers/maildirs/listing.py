"""The messages that lie in a folder's cur and new, and what lies there without being one."""

import os
from collections.abc import Iterator

from carteiro.importers.maildirs.names import printable
from carteiro.importers.maildirs.places import Place
from carteiro.importers.maildirs.source import Refuse, Unreadable
from carteiro.words import N_, translate

# A message that moves from one to the other meanwhile is seen twice rather than not at all.
PARTS = ("new", "cur")


def messages(place: Place, name: str, refuse: Refuse) -> Iterator[tuple[str, str]]:
    """Each message as its part and its file's name; all else is told. Raises Unreadable."""
    for part in PARTS:
        try:
            with place.inside(part) as files:
                for entry in files.entries():
                    reason = _wrong(entry)
                    if reason:
                        refuse(_joined(name, part, entry.name), translate(reason))
                    else:
                        yield part, entry.name
        except OSError as error:
            raise Unreadable(_joined(name, part) + ": " + (error.strerror or str(error))) from error


def _wrong(entry: os.DirEntry[str]) -> str:
    if entry.name.startswith("."):
        return N_("Its name begins with a dot: no mail program sees it.")
    if entry.is_file(follow_symlinks=False):
        return ""
    if entry.is_symlink():
        return N_("It is a link, which is not followed.")
    return N_("It is a directory.") if entry.is_dir(follow_symlinks=False) else N_("It is no file.")


def _joined(*names: str) -> str:
    return printable("/".join(name for name in names if name))


def split(name: str) -> tuple[str, str]:
    """A file's name as its base and the letters after ":2,"."""
    base, separator, info = name.rpartition(":")
    if not separator:
        return name, ""
    return base, info[2:] if info.startswith("2,") else ""

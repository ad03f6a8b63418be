"""What every mailbox holds, by the sums that Dovecot keeps in the Maildirs; for the panel."""

import os
import re
import stat
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from carteiro.hosting.running import usages
from carteiro.hosting.running.usages import Found, Known
from carteiro.mail.maildirsize import Usage
from carteiro.operate import room
from carteiro.operate.instance import Instance

_AT_ONCE = 3000  # mailboxes
# A mailbox without limits has no sum: its files are counted, so often and for so long at once.
_COUNTED_EVERY = timedelta(days=1)
_COUNTING_SECONDS = 5.0
# Dovecot writes each message's size into its file's name.
_SIZE = re.compile(r",S=([0-9]{1,15})")


class UsageChore:
    """Looks at all mailboxes of a small host at once, at those of a large one in turn."""

    def __init__(self, instance: Instance) -> None:
        self._mail = instance.layout.mail
        self._last = 0  # the mailbox that was looked at last

    def __call__(self) -> None:
        """Look at the next ones, and write down what is not as it was."""
        known = usages.after(self._last, _AT_ONCE)
        usages.note(self._found(known))
        if len(known) == _AT_ONCE:
            self._last = known[-1].id
            return
        self._last = 0
        usages.note_full()

    def _found(self, known: list[Known]) -> Iterator[Found]:
        deadline = time.monotonic() + _COUNTING_SECONDS
        for each in known:
            home = self._mail / each.home[:2] / each.home
            used = room.usage(home)
            counted = used is None and _is_old(each) and time.monotonic() < deadline
            if counted:
                used = walk(home / "Maildir")
            if used is not None and (counted or (used.size, used.messages) != (each.size, each.messages)):
                yield Found(each.id, used.size, used.messages)


def walk(maildir: Path) -> Usage:
    """Count the messages of a Maildir and its folders."""
    size = messages = 0
    for folder in _directories(maildir):
        for name in ("cur", "new"):
            for entry in _entries(folder / name):
                told = _SIZE.search(entry.name)
                size += int(told[1]) if told else entry.stat(follow_symlinks=False).st_size
                messages += 1
    return Usage(size, messages)


def _is_old(known: Known) -> bool:
    return known.at is None or timezone.now() - known.at > _COUNTED_EVERY


def _directories(maildir: Path) -> Iterator[Path]:
    yield maildir
    yield from (maildir / entry.name for entry in _entries(maildir, folders=True) if entry.name.startswith("."))


def _entries(place: Path, *, folders: bool = False) -> list[os.DirEntry[str]]:
    """What is in a directory that is no link: its owner is not root, which reads it."""
    try:
        if not stat.S_ISDIR(place.lstat().st_mode):
            return []
        with os.scandir(place) as entries:
            return [entry for entry in entries if entry.is_dir(follow_symlinks=False) == folders]
    except OSError:
        return []  # gone meanwhile

"""Finds out which mailboxes are far from their limits, by the sums that Dovecot keeps in the Maildirs."""

import os
from pathlib import Path

from carteiro.directory import room
from carteiro.directory.room import Limited
from carteiro.mail.maildirsize import Usage, parse_maildirsize
from carteiro.operate.instance import Instance

PARTS = 20
"""In how many rounds every mailbox is looked at."""

# Between two looks at a mailbox no more than this is expected to arrive; what does is refused after DATA, by Dovecot.
_LARGEST_MESSAGES = 4
_FIFTH = 5
_MESSAGES = 1000
# Dovecot sums a longer file up (quota-maildir.c).
_LONGEST = 8192


def look(instance: Instance, part: int) -> None:
    """Look at the mailboxes that are new or changed, and at one part of the others."""
    largest = instance.settings.mail.message_size_limit
    found = [
        (mailbox, has_room(usage(instance.layout.mail / mailbox.home[:2] / mailbox.home), mailbox, largest))
        for mailbox in room.limited(instance.layout, part, PARTS)
    ]
    room.note(instance.layout, found)


def usage(home: Path) -> Usage | None:
    """What a mailbox holds; None when that can't be told. One that never got a message holds nothing."""
    maildir = home / "Maildir"
    try:
        content = _read(maildir / "maildirsize")
    except FileNotFoundError:
        return None if maildir.exists() else Usage(0, 0)
    except OSError:
        return None
    return parse_maildirsize(content) if len(content) <= _LONGEST else None


def _read(path: Path) -> bytes:
    # The file's owner is not root, which reads it: no link is followed, and nothing is waited for.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        return os.read(descriptor, _LONGEST + 1)
    finally:
        os.close(descriptor)


def has_room(used: Usage | None, limits: Limited, largest_message: int) -> bool:
    """Whether all that may come before the next look fits without a question."""
    if used is None:
        return False
    size = max(_LARGEST_MESSAGES * largest_message, limits.quota // _FIFTH)
    messages = max(_MESSAGES, limits.quota_messages // _FIFTH)
    return (not limits.quota or used.size + size <= limits.quota) and (
        not limits.quota_messages or used.messages + messages <= limits.quota_messages
    )

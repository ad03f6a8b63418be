"""Which mailboxes are far from their limits, so that Dovecot need not be asked about each message to them.

Nobody projects this: the worker looks, and what it found is forgotten when the mailbox is changed.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from carteiro.directory import store
from carteiro.settings.layout import Layout

# Each mailbox with a limit that nobody has looked at yet, and a share of the others in turn.
_LIMITED = """
    SELECT id, home, quota, quota_messages, room FROM mailbox
    WHERE (quota > 0 OR quota_messages > 0) AND (room IS NULL OR id % ? = ?)
"""
# The limits too are compared: what was found with others says nothing.
_NOTE = "UPDATE mailbox SET room = ? WHERE id = ? AND quota = ? AND quota_messages = ?"


@dataclass(frozen=True)
class Limited:
    """A mailbox with a limit; `room` is what is known of it: None is nothing."""

    id: int
    home: str
    quota: int  # bytes; 0 is unlimited
    quota_messages: int  # 0 is unlimited
    room: int | None


def limited(layout: Layout, part: int, parts: int) -> list[Limited]:
    """Mailboxes of which nothing is known, and the given one of so many parts of the others. Raises Damaged."""
    with store.opened(layout.directory_database, store.DIRECTORY) as directory:
        return [Limited(*row) for row in directory.execute(_LIMITED, (parts, part))]


def note(layout: Layout, found: Iterable[tuple[Limited, bool]]) -> None:
    """Write down which have room, and that somebody looked; Postfix then asks about the others only.

    Raises Fault as `catch_up` does.
    """
    rows = [
        (room, mailbox.id, mailbox.quota, mailbox.quota_messages) for mailbox, room in found if mailbox.room != room
    ]
    path = layout.directory_database
    with (
        store.locked(path, store.DIRECTORY),
        store.opened(path, store.DIRECTORY) as directory,
        store.transaction(directory),
    ):
        directory.executemany(_NOTE, rows)
        directory.execute("INSERT OR REPLACE INTO look VALUES (1, unixepoch())")

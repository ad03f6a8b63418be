"""The usage database: what mailboxes use, kept by Dovecot, and what domains may use, told by the projector."""

import apsw

from carteiro.directory import accounts, store
from carteiro.settings.layout import Layout

_LIMITS = """
    SELECT domain.name, domain.name, domain.quota FROM domain
    WHERE domain.kind = 'hosted' AND domain.quota IS NOT NULL
    UNION ALL
    SELECT other.name, domain.name, domain.quota FROM domain JOIN domain AS other ON other.target_id = domain.id
    WHERE domain.kind = 'hosted' AND domain.quota IS NOT NULL
    ORDER BY 1
"""
_WATCH = """
    CREATE TEMP TABLE earlier (id INTEGER NOT NULL, address TEXT NOT NULL);
    CREATE TEMP TRIGGER earlier_address AFTER DELETE ON main.mailbox BEGIN
        INSERT INTO earlier VALUES (OLD.id, OLD.address);
    END;
"""
_MOVED = """
    SELECT DISTINCT earlier.address, mailbox.address FROM earlier LEFT JOIN mailbox ON mailbox.id = earlier.id
    WHERE mailbox.address IS NOT earlier.address
"""
_RECORD = """
    INSERT INTO usage (address, bytes, messages) VALUES (?, ?, ?)
    ON CONFLICT (address) DO UPDATE SET bytes = excluded.bytes, messages = excluded.messages
"""


# What Dovecot wrote meanwhile is newer.
_MEASURED = f"{_RECORD} WHERE usage.bytes IS ? AND usage.messages IS ?"


def watch_addresses(directory: apsw.Connection) -> None:
    """From now on this connection remembers which addresses its mailboxes had, for `tell`."""
    directory.execute(_WATCH)


def tell(layout: Layout, directory: apsw.Connection) -> None:
    """Bring the limits to what the directory says; what a mailbox uses goes along to its new address, or away with it.

    A missing or damaged usage database is made anew: Dovecot fills in each mailbox at its next change.
    """
    limits = list(directory.execute(_LIMITS))
    moved = list(directory.execute(_MOVED))
    path = layout.usage_database
    with store.locked(path, store.USAGE):
        try:
            with store.opened(path, store.USAGE) as usage:
                _tell(usage, limits, moved)
        except store.Damaged:
            with store.replaced(path, store.USAGE) as usage:
                _set_limits(usage, limits)


def recorded(layout: Layout, address: str) -> tuple[int | None, int | None]:
    """The bytes and messages that are on record for a mailbox; None where there are none."""
    with store.opened(layout.usage_database, store.USAGE) as usage:
        for size, messages in usage.execute("SELECT bytes, messages FROM usage WHERE address = ?", (address,)):
            return int(size), int(messages)
    return None, None


def record(layout: Layout, address: str, size: int, messages: int, *, before: tuple[int | None, int | None]) -> None:
    """Note what a mailbox was found to hold, in bytes and messages; from then on Dovecot keeps the count.

    `before` is what was on record when measuring began: where that has changed, the measurement is out of date.
    """
    path = layout.usage_database
    with store.locked(path, store.USAGE), store.opened(path, store.USAGE) as usage, store.transaction(usage):
        usage.execute(_MEASURED, (address, size, messages, *before))


def _tell(usage: apsw.Connection, limits: list[accounts.Row], moved: list[accounts.Row]) -> None:
    unchanged = list(usage.execute("SELECT domain, target, quota FROM domain_limit ORDER BY domain")) == limits
    if unchanged and not moved:
        return
    with store.transaction(usage):
        _move(usage, moved)
        if not unchanged:
            usage.execute("DELETE FROM domain_limit")
            _set_limits(usage, limits)


def _move(usage: apsw.Connection, moved: list[accounts.Row]) -> None:
    # Two mailboxes may have changed places: all are read before one is written.
    rows = [
        (new, *row)
        for old, new in moved
        for row in usage.execute("SELECT bytes, messages FROM usage WHERE address = ?", (old,))
    ]
    usage.executemany("DELETE FROM usage WHERE address = ?", ((old,) for old, _ in moved))
    usage.executemany(_RECORD, (row for row in rows if row[0] is not None))


def _set_limits(usage: apsw.Connection, limits: list[accounts.Row]) -> None:
    usage.executemany("INSERT INTO domain_limit (domain, target, quota) VALUES (?, ?, ?)", limits)

"""What was brought before, so that a later run brings only the difference; a small SQLite file for each mailbox.

It also is the scratch-pad on which folders are compared, so that a folder of any size needs little memory.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from carteiro.host.files import Unwritable
from carteiro.importers.maildirs.source import Found
from carteiro.words import N_, Fault

_CACHE_KILOBYTES = 24_000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS folder (
    id INTEGER PRIMARY KEY,
    origin TEXT NOT NULL,
    name TEXT NOT NULL,              -- the directory here
    validity INTEGER NOT NULL DEFAULT 0,  -- at the source
    UNIQUE (origin, name)
);
-- step: 0 lies in tmp, 1 is being put into the folder, 2 is in it
CREATE TABLE IF NOT EXISTS message (
    folder INTEGER NOT NULL REFERENCES folder ON DELETE CASCADE,
    key BLOB NOT NULL,
    base BLOB NOT NULL,
    step INTEGER NOT NULL,
    uid INTEGER,
    theirs INTEGER,                  -- the UID at the source
    flags TEXT NOT NULL,             -- as the source had them when they were last taken over
    uidl TEXT NOT NULL,
    fresh INTEGER NOT NULL,
    size INTEGER NOT NULL,
    lines INTEGER,
    sort INTEGER NOT NULL,
    PRIMARY KEY (folder, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS subscription (origin TEXT, name TEXT, PRIMARY KEY (origin, name)) WITHOUT ROWID;
CREATE TEMP TABLE found (
    key BLOB PRIMARY KEY, handle BLOB, fresh INTEGER, uid INTEGER, flags TEXT, uidl TEXT, sort INTEGER
) WITHOUT ROWID;
CREATE INDEX temp.found_uid ON found (uid);
CREATE TEMP TABLE numbered (base BLOB PRIMARY KEY, uid INTEGER, fields BLOB) WITHOUT ROWID;
CREATE INDEX temp.numbered_uid ON numbered (uid);
CREATE TEMP TABLE here (base BLOB PRIMARY KEY, place TEXT, name BLOB, flags TEXT) WITHOUT ROWID;
"""


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The state of one mailbox, for one run at a time. Raises Fault when another run has it, or the disk is full."""
    try:
        with _alone(path), closing(sqlite3.connect(path, isolation_level=None)) as state:
            path.chmod(0o600)
            state.execute("PRAGMA journal_mode = WAL")
            state.execute("PRAGMA synchronous = FULL")
            # The scratch-pad need not outlive this run: no journal, and only what does not fit in memory is written.
            for pragma in ("temp_store = FILE", "temp.journal_mode = OFF", "temp.synchronous = OFF"):
                state.execute(f"PRAGMA {pragma}")
            state.execute(f"PRAGMA temp.cache_size = -{2 * _CACHE_KILOBYTES}")
            state.execute(f"PRAGMA main.cache_size = -{_CACHE_KILOBYTES}")
            state.executescript(_SCHEMA)
            yield state
    except sqlite3.DatabaseError as error:
        raise _told(path, error) from error


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Unwritable(path, error) from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Fault(
                N_("Another import into this mailbox runs."),
                N_("Wait until it has ended, then run this again."),
                code="busy",
            ) from None
        yield
    finally:
        os.close(lock)


@contextmanager
def transaction(state: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing."""
    state.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if state.in_transaction:
            state.execute("ROLLBACK")
        raise
    state.execute("COMMIT")


def folder_id(state: sqlite3.Connection, origin: str, name: str) -> int:
    """The number of a folder; a new one if it was never brought."""
    state.execute("INSERT OR IGNORE INTO folder (origin, name) VALUES (?, ?)", (origin, name))
    row = state.execute("SELECT id FROM folder WHERE origin = ? AND name = ?", (origin, name)).fetchone()
    return int(row[0])


def note_found(state: sqlite3.Connection, message: Found) -> bool:
    """Put a message of the source on the scratch-pad; False if one with its key is there already."""
    row = (message.key, message.handle, message.fresh, message.uid, message.flags, message.uidl, message.order)
    return state.execute("INSERT OR IGNORE INTO found VALUES (?, ?, ?, ?, ?, ?, ?)", row).rowcount == 1


def take_double_uids(state: sqlite3.Connection) -> list[tuple[bytes, int]]:
    """Leave each UID to the first message that has it; gives the others."""
    twice = state.execute(
        "SELECT key, uid FROM found AS other WHERE uid IS NOT NULL"
        " AND EXISTS (SELECT 1 FROM found AS one WHERE one.uid = other.uid AND one.key < other.key)"
    ).fetchall()
    state.executemany("UPDATE found SET uid = NULL WHERE key = ?", ((key,) for key, _ in twice))
    return twice


def _told(path: Path, error: sqlite3.DatabaseError) -> Fault:
    text = str(error)
    if "full" in text:
        return Fault(
            N_("{path} can't be written: the disk is full."),
            N_("Make room on that disk, then run this again."),
            code="unwritable",
            path=path,
        )
    return Fault(
        N_("{path} can't be used: {reason}."),
        N_("Move it away, then run this again: messages that are here already are recognised by their files' names."),
        code="damaged",
        path=path,
        reason=error,
    )

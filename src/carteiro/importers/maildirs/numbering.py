"""Which UID each message gets.

A folder takes over the UIDVALIDITY and the UIDs of its source. What was here before it, or came here meanwhile, has
UIDs above. A UID below UIDNEXT is given to nobody: programs would never look for it (RFC 9051, section 2.3.1.1).
"""

import sqlite3
import time
from collections.abc import Callable

from carteiro.importers.maildirs.dovecot import Uids
from carteiro.importers.maildirs.source import Numbers

Clash = Callable[[bytes, int, int], None]
"""Told of a message that can't have its UID here: its key, its UID at the source, its UID here."""


def number(pad: sqlite3.Connection, folder: int, head: Uids, source: Numbers, clash: Clash) -> bool:
    """Give UIDs to all messages of a folder that have none yet, in the tables `message` and `numbered`, and in `head`.

    `head` is that of the list here, which is on the scratch-pad. Gives whether numbers that programs and indexes have
    seen here may mean another message now.
    """
    pad.create_function("fields", 3, _fields, deterministic=True)
    if is_taken_over(pad, folder, head, source):
        existed = head.validity != 0
        _take_over(pad, folder, head, source)
        return existed
    if not head.validity:
        head.validity, head.next = source.validity or int(time.time()), 1
    same = head.validity == source.validity
    low = _append(pad, folder, head, clash if same else None)
    if same:
        head.next = max(head.next, source.next)
    return low | _tell_uidls(pad, folder)


def is_taken_over(pad: sqlite3.Connection, folder: int, head: Uids, source: Numbers) -> bool:
    """Whether the source's numbers take the place of those here: unless these are another source's."""
    if source.validity in (0, head.validity):
        return False
    others = pad.execute(
        "SELECT 1 FROM folder AS other JOIN folder AS this ON other.name = this.name AND other.id <> this.id"
        " WHERE this.id = ? AND other.validity = ?",
        (folder, head.validity),
    )
    return head.validity == 0 or others.fetchone() is None


def _take_over(pad: sqlite3.Connection, folder: int, head: Uids, source: Numbers) -> None:
    own = {"folder": folder}
    pad.execute(
        "UPDATE message SET theirs = found.uid, uid = found.uid, uidl = found.uidl, step = 1 FROM found"
        " WHERE message.folder = :folder AND found.key = message.key",
        own,
    )
    most = pad.execute("SELECT max(uid) FROM message WHERE folder = :folder", own).fetchone()[0] or 0
    head.validity, head.guid, head.next = source.validity, "", max(source.next, most + 1, 1)
    pad.execute("CREATE TEMP TABLE behind AS SELECT key FROM message WHERE folder = :folder AND uid IS NULL"
                " ORDER BY sort, key", own)  # fmt: skip
    for (key,) in pad.execute("SELECT key FROM behind ORDER BY rowid"):
        pad.execute("UPDATE message SET uid = ? WHERE folder = ? AND key = ?", (head.next, folder, key))
        head.next += 1
    pad.execute("DROP TABLE behind")
    pad.execute("DELETE FROM numbered WHERE base IN (SELECT base FROM message WHERE folder = :folder)", own)
    pad.execute("CREATE TEMP TABLE behind AS SELECT base FROM numbered ORDER BY uid")
    for (base,) in pad.execute("SELECT base FROM behind ORDER BY rowid"):
        pad.execute("UPDATE numbered SET uid = ? WHERE base = ?", (head.next, base))
        head.next += 1
    pad.execute("DROP TABLE behind")
    pad.execute(
        "INSERT INTO numbered SELECT base, uid, fields(size, lines, uidl) FROM message WHERE folder = :folder", own
    )


def _append(pad: sqlite3.Connection, folder: int, head: Uids, clash: Clash | None) -> bool:
    """New ones above all others; with `clash` the source's UIDs count here, too."""
    pad.execute(
        "CREATE TEMP TABLE behind AS SELECT message.key, message.base, message.uid AS meant, found.uid AS theirs,"
        " numbered.uid AS listed FROM message JOIN found ON found.key = message.key"
        " LEFT JOIN numbered ON numbered.base = message.base WHERE message.folder = :folder"
        " AND (message.step < 2 OR (:same AND found.uid IS NOT NULL AND found.uid IS NOT message.theirs))"
        " ORDER BY found.uid IS NULL, found.uid, message.sort, message.key",
        {"folder": folder, "same": clash is not None},
    )
    low = False
    for key, base, meant, theirs, listed in pad.execute("SELECT * FROM behind ORDER BY rowid"):
        wanted = theirs if clash is not None else None
        uid = listed if listed is not None and wanted in (None, listed) else None
        if uid is None and meant is not None and wanted in (None, meant) and not _is_taken(pad, meant, base):
            # An earlier run meant to give it this one, and was ended before it could.
            uid = meant
            low = low or uid < head.next
        if uid is None:
            uid = wanted if wanted is not None and wanted >= head.next else head.next
            if wanted not in (None, uid) and clash is not None:
                clash(key, wanted, uid)
        head.next = max(head.next, uid + 1)
        pad.execute(
            "UPDATE message SET uid = ?, theirs = ?, step = min(step, 1) WHERE folder = ? AND key = ?",
            (uid, theirs, folder, key),
        )
        if uid != listed:
            pad.execute(
                "INSERT OR REPLACE INTO numbered SELECT base, uid, fields(size, lines, uidl) FROM message"
                " WHERE folder = ? AND key = ?",
                (folder, key),
            )
    pad.execute("UPDATE message SET step = 1 WHERE folder = ? AND step = 0", (folder,))
    pad.execute("DROP TABLE behind")
    return low


def _is_taken(pad: sqlite3.Connection, uid: int, base: bytes) -> bool:
    row = pad.execute("SELECT 1 FROM numbered WHERE uid = ? AND base <> ?", (uid, base)).fetchone()
    return row is not None


def _tell_uidls(pad: sqlite3.Connection, folder: int) -> bool:
    """What POP3 has given out at the source since."""
    pad.execute(
        "CREATE TEMP TABLE behind AS SELECT message.key, message.base, found.uidl, size, lines FROM message"
        " JOIN found ON found.key = message.key WHERE folder = ? AND found.uidl <> message.uidl",
        (folder,),
    )
    pad.execute(
        "UPDATE numbered SET fields = fields(behind.size, behind.lines, behind.uidl) FROM behind"
        " WHERE behind.base = numbered.base"
    )
    changed = pad.execute(
        "UPDATE message SET uidl = behind.uidl FROM behind WHERE message.folder = ? AND message.key = behind.key",
        (folder,),
    ).rowcount
    pad.execute("DROP TABLE behind")
    return changed > 0


def _fields(size: int, lines: int | None, uidl: str) -> bytes:
    """The fields of a message in Dovecot's list: S is its size, W that with CRLF, P its UIDL."""
    fields = [b"S%d" % size] if size else []
    if size and lines is not None:
        fields.append(b"W%d" % (size + lines))
    if uidl and uidl.isascii() and uidl.isprintable() and " " not in uidl:
        fields.append(b"P" + uidl.encode())
    return b" ".join(fields)

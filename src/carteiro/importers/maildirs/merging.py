"""Brings one folder here: what is new is fetched, what was brought before is made equal again.

First the new messages are put into the folder's tmp, which nobody looks at, and noted. Then, under Dovecot's lock, all
get their UIDs, and the list with them is written before the files go into cur and new. Whatever moment a run ends at,
the next one goes on from there.
"""

import hashlib
import os
import re
import sqlite3
from collections.abc import Callable, Iterator

from carteiro.host import run
from carteiro.host.files import Unwritable
from carteiro.importers.maildirs import dovecot, state
from carteiro.importers.maildirs.outcome import Outcome
from carteiro.importers.maildirs.places import Place
from carteiro.importers.maildirs.settling import Settling
from carteiro.importers.maildirs.source import Brought, Folder, Numbers, Refuse, Wanted
from carteiro.importers.maildirs.target import Target
from carteiro.words import N_, Fault, translate

_AT_ONCE = 2000  # messages
_BYTES_AT_ONCE = 64_000_000
_SYNC_SECONDS = 600.0
# What may be in the name of a file here as it is.
_SAFE = re.compile(rb"[\x21-\x2d\x30-\x39\x3b-\x7e][\x21-\x2e\x30-\x39\x3b-\x7e]{0,199}")


class Merge:
    """The work on one folder."""

    def __init__(self, folder: Folder, target: Target, pad: sqlite3.Connection, number: int, refuse: Refuse) -> None:
        self._folder = folder
        self._target = target
        self._pad = pad
        self._id = number
        self._refuse = refuse
        self._words = {word: place for place, word in dovecot.keywords(target.place).items()}
        self._head = dovecot.Uids()
        self.renumbered = False
        pad.create_function("base_of", 2, base_of, deterministic=True)

    def run(self, step: Callable[[int], None]) -> Outcome:
        """Do all of it. Raises Unreadable, where nothing is changed, and Unwritable."""
        numbers = self._look(self._refuse)
        self._forget_lost()
        known = self._count("SELECT count(*) FROM message JOIN found USING (key) WHERE folder = :folder")
        step(known)
        copied, size = self._bring(step)
        if self._count(_MISSING) or self._count(_GONE):
            # Something was moved while we looked, or is gone: only a second look tells.
            self._note_missing()
            numbers = self._look(lambda _name, _reason: None)
            more, more_size = self._bring(step)
            copied, size = copied + more, size + more_size
            self._refuse_vanished()
        settling = Settling(self._target, self._pad, self._id, self._words, self._refuse)
        deleted, flagged = settling.run(numbers, self._head)
        self.renumbered = settling.renumbered
        return Outcome(copied, known - flagged, deleted, flagged, size)

    def _look(self, refuse: Refuse) -> Numbers:
        """List the folder there and here."""
        with state.transaction(self._pad):
            return self._list(refuse)

    def _list(self, refuse: Refuse) -> Numbers:
        for table in ("found", "numbered"):
            self._pad.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
        numbers = self._folder.scan(self._pad, refuse)
        self._refuse_keywords(refuse)
        self._head = self._target.read(self._pad)
        self._target.look(self._pad)
        # Files that are here under their names at the source: the state was lost, or somebody put them here by hand.
        self._pad.execute(
            "INSERT OR IGNORE INTO message SELECT :folder, key, here.base, 1, numbered.uid, NULL, here.flags, '', 0,"
            " 0, NULL, sort FROM found JOIN here ON here.base = base_of(key, sort)"
            " LEFT JOIN numbered ON numbered.base = here.base"
            " WHERE NOT EXISTS (SELECT 1 FROM message WHERE folder = :folder AND message.key = found.key)",
            {"folder": self._id},
        )
        return numbers

    def _forget_lost(self) -> None:
        """Forget what was fetched by a run that was ended, and is neither in tmp nor in the folder."""
        rows = self._pad.execute(
            "SELECT key, base, size, key IN (SELECT key FROM found) FROM message WHERE folder = ? AND step < 2"
            " AND base NOT IN (SELECT base FROM here)",
            (self._id,),
        ).fetchall()
        with self._target.place.inside("tmp") as tmp:
            for key, base, size, wanted in rows:
                if not wanted or tmp.size(os.fsdecode(base)) != size:
                    tmp.remove(os.fsdecode(base))
                    self._pad.execute("DELETE FROM message WHERE folder = ? AND key = ?", (self._id, key))
        self._pad.execute(
            "UPDATE message SET step = 2 WHERE folder = ? AND step < 2 AND key NOT IN (SELECT key FROM found)",
            (self._id,),
        )

    def _bring(self, step: Callable[[int], None]) -> tuple[int, int]:
        """Fetch all that is not here into tmp; how many, and how many bytes."""
        copied = total = 0
        with self._target.place.inside("tmp") as tmp:
            for batch in self._batches(tmp):
                self._note(batch, tmp)
                step(len(batch))
                copied += len(batch)
                total += sum(each.size for each in batch)
        return copied, total

    def _batches(self, tmp: Place) -> Iterator[list[Brought]]:
        """What was fetched, some at a time; what came before a source was lost is worth to be noted, too."""
        batch: list[Brought] = []
        size = 0
        try:
            for brought in self._folder.bring(self._wanted(), tmp, self._target.owner, self._refuse):
                batch.append(brought)
                size += brought.size
                if len(batch) == _AT_ONCE or size > _BYTES_AT_ONCE:
                    yield batch
                    batch, size = [], 0
        except Unwritable:
            raise
        except Fault:
            yield batch
            raise
        yield batch

    def _wanted(self) -> Iterator[Wanted]:
        self._pad.execute("DROP TABLE IF EXISTS temp.wanted")
        self._pad.execute(
            "CREATE TEMP TABLE wanted AS SELECT key, handle, base_of(key, sort) AS base FROM found"
            " WHERE NOT EXISTS (SELECT 1 FROM message WHERE folder = ? AND message.key = found.key)"
            " ORDER BY uid IS NULL, uid, sort, key",
            (self._id,),
        )
        for key, handle, base in self._pad.execute("SELECT key, handle, base FROM wanted ORDER BY rowid"):
            yield Wanted(key, handle, base)

    def _note(self, batch: list[Brought], tmp: Place) -> None:
        """Remember what lies in tmp; it is on the disk by then."""
        if not batch:
            return
        run.run(("sync", "--file-system", tmp.path), timeout=_SYNC_SECONDS)
        with state.transaction(self._pad):
            self._pad.executemany(
                "INSERT INTO message SELECT ?, key, ?, 0, NULL, uid, flags, uidl, fresh, ?, ?, sort FROM found"
                " WHERE key = ?",
                ((self._id, each.base, each.size, each.lines, each.key) for each in batch),
            )

    def _note_missing(self) -> None:
        self._pad.execute("DROP TABLE IF EXISTS temp.missing")
        self._pad.execute(
            "CREATE TEMP TABLE missing AS SELECT key FROM found WHERE NOT EXISTS"
            " (SELECT 1 FROM message WHERE folder = ? AND message.key = found.key)",
            (self._id,),
        )

    def _refuse_vanished(self) -> None:
        rows = self._pad.execute("SELECT key FROM missing WHERE key NOT IN (SELECT key FROM found)").fetchall()
        for (key,) in rows:
            self._refuse(_shown(self._folder.name, key), translate(N_("It was gone when it was to be copied.")))

    def _refuse_keywords(self, refuse: Refuse) -> None:
        """Give numbers to keywords that are new here; Dovecot has only so many."""
        query = "SELECT DISTINCT flags FROM found WHERE instr(flags, ' ') > 0"
        flags = [str(row[0]) for row in self._pad.execute(query)]
        for word in sorted({word for each in flags for word in each.split(" ")[1:]} - set(self._words)):
            free = set(range(dovecot.MOST_KEYWORDS)) - set(self._words.values())
            if free:
                self._words[word] = min(free)
            else:
                text = N_("A folder has {most} keywords at most here; {word} is left out.")
                refuse(self._folder.name, translate(text, most=dovecot.MOST_KEYWORDS, word=word))
        for each in flags:
            kept = " ".join((each.split(" ")[0], *(word for word in each.split(" ")[1:] if word in self._words)))
            if kept != each:
                self._pad.execute("UPDATE found SET flags = ? WHERE flags = ?", (kept, each))

    def _count(self, query: str) -> int:
        return int(self._pad.execute(query, {"folder": self._id}).fetchone()[0])


_MISSING = (
    "SELECT count(*) FROM found WHERE NOT EXISTS"
    " (SELECT 1 FROM message WHERE folder = :folder AND message.key = found.key)"
)
_GONE = "SELECT count(*) FROM message WHERE folder = :folder AND key NOT IN (SELECT key FROM found)"


def base_of(key: bytes, sort: int) -> bytes:
    """The name of a message's file here: that at the source, or a new one where that can't be."""
    if _SAFE.fullmatch(key):
        return key
    return b"%d.%s.renamed" % (sort, hashlib.sha256(key).hexdigest()[:24].encode())


def _shown(folder: str, key: bytes) -> str:
    name = key.decode("utf-8", "backslashreplace")
    return f"{folder}/{name}" if folder else name

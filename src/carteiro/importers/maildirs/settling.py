"""Puts what was fetched into a folder, and makes what is there equal to the source, under Dovecot's lock."""

import os
import sqlite3

from carteiro.host.files import Unwritable
from carteiro.importers.maildirs import dovecot, numbering, state
from carteiro.importers.maildirs.source import Numbers, Refuse
from carteiro.importers.maildirs.target import Target, name_with
from carteiro.words import N_, translate

_OFTEN = 1000  # messages between two signs of life

_GONE = (
    "SELECT message.key, message.base, here.place, here.name, here.flags = message.flags FROM message"
    " LEFT JOIN here ON here.base = message.base WHERE folder = :folder AND step = 2"
    " AND message.key NOT IN (SELECT key FROM found)"
)
_FLAGGED = (
    "SELECT message.key, message.base, here.place, here.name, found.flags FROM message"
    " JOIN found ON found.key = message.key JOIN here ON here.base = message.base"
    " WHERE folder = :folder AND found.flags <> message.flags AND here.flags = message.flags"
)
_RENUMBERED = (
    "SELECT 1 FROM message JOIN found ON found.key = message.key WHERE folder = :folder AND (found.uidl <> message.uidl"
    " OR (found.uid IS NOT NULL AND found.uid IS NOT message.theirs AND found.uid <> message.uid))"
)
_PENDING = "SELECT 1 FROM message WHERE folder = :folder AND step < 2"


class Settling:
    """The second half of a merge: the scratch-pad says what is there and what is here."""

    def __init__(
        self, target: Target, pad: sqlite3.Connection, number: int, words: dict[str, int], refuse: Refuse
    ) -> None:
        self._target = target
        self._pad = pad
        self._id = number
        self._words = words
        self._refuse = refuse
        self.renumbered = False

    def run(self, source: Numbers, head: dovecot.Uids) -> tuple[int, int]:
        """Do it, if there is anything to do; how many messages were deleted, and how many got other flags.

        `head` is that of the list as it was looked at without the lock.
        """
        if self._is_settled(source, head):
            return 0, 0
        with self._target.locked():
            with state.transaction(self._pad):
                head = self._target.read(self._pad)
                self._target.look(self._pad)
                deleted = self._delete()
                flagged = self._flag()
                self.renumbered = numbering.number(self._pad, self._id, head, source, self._clash)
            self._write_keywords()
            self._target.write(self._pad, head)
            if self.renumbered:
                self._target.forget_index()
            self._place()
            with state.transaction(self._pad):
                self._pad.execute("UPDATE message SET step = 2 WHERE folder = ?", (self._id,))
                self._pad.execute("UPDATE folder SET validity = ? WHERE id = ?", (source.validity, self._id))
        return deleted, flagged

    def _is_settled(self, source: Numbers, head: dovecot.Uids) -> bool:
        if not head.validity or numbering.is_taken_over(self._pad, self._id, head, source):
            return False
        if head.validity == source.validity and head.next < source.next:
            return False
        return not any(
            self._pad.execute(query, {"folder": self._id}).fetchone()
            for query in (_PENDING, _GONE, _FLAGGED, _RENUMBERED)
        )

    def _delete(self) -> int:
        """What is gone there goes here, unless it was changed here; then it is ours from now on."""
        deleted = 0
        for key, base, part, name, same in self._pad.execute(_GONE, {"folder": self._id}).fetchall():
            if name is not None and same:
                with self._target.place.inside(part) as files:
                    files.remove(os.fsdecode(name))
                self._pad.execute("DELETE FROM numbered WHERE base = ?", (base,))
                deleted += 1
            self._pad.execute("DELETE FROM message WHERE folder = ? AND key = ?", (self._id, key))
        return deleted

    def _flag(self) -> int:
        """Flags as they are there, unless they were changed here."""
        self._pad.execute(
            "UPDATE message SET flags = found.flags, fresh = found.fresh FROM found WHERE found.key = message.key"
            " AND folder = ? AND step < 2 AND base NOT IN (SELECT base FROM here)",
            (self._id,),
        )
        rows = self._pad.execute(_FLAGGED, {"folder": self._id}).fetchall()
        with self._target.place.inside("cur") as cur:
            for key, base, part, name, flags in rows:
                with self._target.place.inside(part) as files:
                    new = name_with(os.fsdecode(base), flags, self._words)
                    try:
                        os.rename(os.fsdecode(name), new, src_dir_fd=files.fd, dst_dir_fd=cur.fd)
                    except FileNotFoundError:
                        continue  # a program has changed it in this moment
                self._pad.execute("UPDATE message SET flags = ? WHERE folder = ? AND key = ?", (flags, self._id, key))
                self._pad.execute("UPDATE here SET flags = ? WHERE base = ?", (flags, base))
        return len(rows)

    def _write_keywords(self) -> None:
        names = {number: word for word, number in self._words.items()}
        if names != dovecot.keywords(self._target.place):
            self._target.put(dovecot.KEYWORDS, dovecot.keyword_lines(names))

    def _place(self) -> None:
        """Out of tmp, now that the list knows them."""
        rows = self._pad.execute(
            "SELECT key, base, flags, fresh FROM message WHERE folder = ? AND step = 1"
            " AND base NOT IN (SELECT base FROM here)",
            (self._id,),
        )
        lost: list[bytes] = []
        place = self._target.place
        with place.inside("tmp") as tmp, place.inside("cur") as cur, place.inside("new") as new:
            for number, (key, base, flags, fresh) in enumerate(rows):
                name = os.fsdecode(base)
                try:
                    if fresh:
                        os.rename(name, name, src_dir_fd=tmp.fd, dst_dir_fd=new.fd)
                    else:
                        seen = name_with(name, flags, self._words)
                        os.rename(name, seen, src_dir_fd=tmp.fd, dst_dir_fd=cur.fd)
                except FileNotFoundError:
                    lost.append(key)
                except OSError as error:
                    raise Unwritable(cur.path / name, error) from error
                if number % _OFTEN == 0:
                    self._target.keep_locked()
            cur.sync()
            new.sync()
        for key in lost:
            self._pad.execute("DELETE FROM message WHERE folder = ? AND key = ?", (self._id, key))
            self._refuse(
                key.decode("utf-8", "backslashreplace"), translate(N_("It was lost on the way: run it again."))
            )

    def _clash(self, key: bytes, theirs: int, ours: int) -> None:
        text = N_("Its UID {theirs} has been given to another message here; it has {ours}.")
        self._refuse(key.decode("utf-8", "backslashreplace"), translate(text, theirs=theirs, ours=ours))

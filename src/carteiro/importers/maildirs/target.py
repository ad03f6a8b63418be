"""A folder of a mailbox here: its files as Dovecot keeps them, changed under Dovecot's own lock."""

import os
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from carteiro.host.files import Unwritable
from carteiro.importers.maildirs import dovecot, listing
from carteiro.importers.maildirs.places import Place
from carteiro.importers.maildirs.source import flags_reader
from carteiro.words import N_, Fault

_LOCK = f"{dovecot.UID_FILE}.lock"
_STALE_SECONDS = 120  # as Dovecot has it (maildir-uidlist.c)
_PATIENCE_SECONDS = 150
_INDEX = "dovecot.index"
_LIST_INDEX = "dovecot.list.index"
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class Target:
    """A folder here, held open; all files in it belong to `owner`."""

    def __init__(self, place: Place, owner: tuple[int, int]) -> None:
        self.place = place
        self.owner = owner

    @classmethod
    @contextmanager
    def of(cls, maildir: Place, directory: str, owner: tuple[int, int]) -> Iterator["Target"]:
        """A folder of a mailbox, made if it is not there; "" is the inbox."""
        try:
            if directory:
                maildir.make(directory, owner)
            with maildir.below(directory) as place:
                for part in ("tmp", "new", "cur"):
                    place.make(part, owner)
                target = cls(place, owner)
                if directory and not place.has("maildirfolder"):
                    # Deliveries with Maildir++ quota look for it (https://www.courier-mta.org/maildirmake.html).
                    target.put("maildirfolder", b"")
                yield target
        except NotADirectoryError as error:
            raise Unwritable(maildir.path / directory, error) from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep Dovecot from changing what is in the folder; waits for it. Raises Fault when that takes too long."""
        self._take_lock()
        try:
            yield
        finally:
            self.place.remove(_LOCK)

    def keep_locked(self) -> None:
        """Tell that we still work: an old lock is broken by others."""
        os.utime(_LOCK, dir_fd=self.place.fd, follow_symlinks=False)

    def read(self, pad: sqlite3.Connection) -> dovecot.Uids:
        """Put the list of messages on the scratch-pad, into its table `numbered`."""
        head = dovecot.Uids()
        pad.execute("DELETE FROM numbered")
        rows = ((row.base, row.uid, b" ".join(row.fields)) for row in dovecot.uids(self.place, head))
        pad.executemany("INSERT OR IGNORE INTO numbered VALUES (?, ?, ?)", rows)
        return head

    def look(self, pad: sqlite3.Connection) -> None:
        """Put the files on the scratch-pad, into its table `here`."""
        flags_of = flags_reader(dovecot.keywords(self.place))
        pad.execute("DELETE FROM here")
        rows = (
            (os.fsencode(base), part, os.fsencode(name), flags_of(letters))
            for part, name in listing.messages(self.place, "", lambda _name, _reason: None)
            for base, letters in (listing.split(name),)
        )
        pad.executemany("INSERT OR REPLACE INTO here VALUES (?, ?, ?, ?)", rows)

    def write(self, pad: sqlite3.Connection, head: dovecot.Uids) -> None:
        """Replace the list by what is on the scratch-pad."""
        head.guid = head.guid or secrets.token_hex(16)
        rows = pad.execute("SELECT uid, base, fields FROM numbered WHERE uid IS NOT NULL ORDER BY uid")
        listed = (dovecot.Listed(uid, base, tuple((fields or b"").split())) for uid, base, fields in rows)
        self.put(dovecot.UID_FILE, dovecot.uid_lines(head, listed))

    def put(self, name: str, content: bytes | Iterator[bytes]) -> None:
        """Write a file that takes the place of the old one when all of it is on the disk. Raises Unwritable."""
        new = f"{name}.import"
        try:
            self.place.remove(new)
            descriptor = os.open(new, _NEW, 0o600, dir_fd=self.place.fd)
            with os.fdopen(descriptor, "wb") as file:
                file.writelines([content] if isinstance(content, bytes) else content)
                file.flush()
                os.fchown(descriptor, *self.owner)
                os.fsync(descriptor)
            os.rename(new, name, src_dir_fd=self.place.fd, dst_dir_fd=self.place.fd)
        except OSError as error:
            with suppress(OSError):
                self.place.remove(new)
            raise Unwritable(self.place.path / name, error) from error

    def forget_index(self) -> None:
        """Take Dovecot's index away: it has numbers that are no longer so. What it said is in the files' names, too."""
        for entry in list(self.place.entries()):
            if entry.name.startswith(_INDEX):
                self.place.remove(entry.name)

    def _take_lock(self) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                descriptor = os.open(_LOCK, _NEW, 0o600, dir_fd=self.place.fd)
            except FileExistsError:
                if self._is_stale():
                    self.place.remove(_LOCK)
                elif time.monotonic() > deadline:
                    raise Fault(
                        N_("{path} is locked by another program."),
                        N_("Look what works on that mailbox, then run this again."),
                        code="busy",
                        path=self.place.path,
                    ) from None
                else:
                    time.sleep(0.05)
                continue
            except OSError as error:
                raise Unwritable(self.place.path / _LOCK, error) from error
            with os.fdopen(descriptor, "wb") as file:
                file.write(f"{os.getpid()}:{os.uname().nodename}".encode())
            os.chown(_LOCK, *self.owner, dir_fd=self.place.fd, follow_symlinks=False)
            return

    def _is_stale(self) -> bool:
        """Whether a lock's holder is dead, or has shown no sign of life for long."""
        changed = self.place.changed(_LOCK)
        if changed is None:
            return False
        holder, _, host = (self.place.read(_LOCK, 256) or b"").decode("ascii", "replace").partition(":")
        if host == os.uname().nodename and holder.isdigit():
            return not os.path.exists(f"/proc/{holder}")  # noqa: PTH110 - no path that anybody gave
        return time.time() - changed / 1e9 > _STALE_SECONDS


def forget_list(maildir: Place) -> None:
    """Take away the index of folders, which tells without a look whether one has changed."""
    for entry in list(maildir.entries()):
        if entry.name.startswith(_LIST_INDEX):
            maildir.remove(entry.name)


def name_with(base: str, flags: str, words: dict[str, int]) -> str:
    """The name of a file in cur with these flags (`canonical`)."""
    letters, *named = flags.split(" ")
    small = sorted(chr(ord("a") + words[word]) for word in named if word in words)
    return f"{base}:2,{letters}{''.join(small)}"

"""Takes message files over: by copy, by hard link or by reflink."""

import errno
import fcntl
import os
import re
import stat
from collections.abc import Iterator
from typing import Literal

from carteiro.host.files import Unwritable
from carteiro.importers.maildirs.places import Place
from carteiro.importers.maildirs.source import Brought, Refuse, Wanted
from carteiro.words import N_, translate

How = Literal["copy", "hard", "reflink"]

_FICLONE = 0x40049409  # ioctl_ficlone(2)
_BLOCK = 1 << 20  # bytes
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_SIZES = re.compile(rb",([SW])=([0-9]+)")
_HEADER = re.compile(rb"[\x21-\x39\x3b-\x7e]+[ \t]*:|From |\r?\n")
_NO_LINKS = frozenset((errno.EXDEV, errno.EOPNOTSUPP, errno.EMLINK, errno.EPERM, errno.EINVAL, errno.ENOTTY))


class Taker:
    """Puts messages into a directory of ours; `fallback` tells why some were copied that were to be linked."""

    def __init__(self, how: How, tmp: Place, owner: tuple[int, int]) -> None:
        self._how = how
        self._tmp = tmp
        self._owner = owner
        self.fallback = ""

    def take(self, place: Place, name: str, wanted: Wanted, refuse: Refuse) -> Brought | None:
        """One message; None if it is gone meanwhile, or refused. Raises Unwritable."""
        try:
            source = os.open(name, _READ, dir_fd=place.fd)
        except OSError as error:
            if error.errno != errno.ENOENT:
                refuse(name, error.strerror or str(error))
            return None
        try:
            status = os.fstat(source)
            if not stat.S_ISREG(status.st_mode):
                refuse(name, translate(N_("It is no file.")))
                return None
            return self._take(source, status, place, name, wanted, refuse)
        finally:
            os.close(source)

    def _take(
        self, source: int, status: os.stat_result, place: Place, name: str, wanted: Wanted, refuse: Refuse
    ) -> Brought | None:
        if self._how == "hard" and self._link(status, place, name, wanted):
            base = self._named(os.fsdecode(wanted.base), status.st_size, None)
            return Brought(wanted.key, base, status.st_size)
        new = os.fsdecode(wanted.base)
        try:
            target = self._new(new)
            try:
                if self._how == "reflink" and self._clone(source, target):
                    size, lines = status.st_size, None
                else:
                    size, lines, reason = _copied(source, target, status.st_size)
                    if reason:
                        refuse(name, translate(reason))
                os.fchown(target, *self._owner)
                os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))
            finally:
                os.close(target)
        except _ReadError as error:
            self._tmp.remove(new)
            refuse(name, str(error))
            return None
        except OSError as error:
            self._tmp.remove(new)
            raise Unwritable(self._tmp.path / new, error) from error
        return Brought(wanted.key, self._named(new, size, lines), size, lines)

    def _new(self, name: str) -> int:
        try:
            return os.open(name, _WRITE, 0o600, dir_fd=self._tmp.fd)
        except FileExistsError:
            # A run that was ended in its middle left a part of it.
            self._tmp.remove(name)
            return os.open(name, _WRITE, 0o600, dir_fd=self._tmp.fd)

    def _named(self, name: str, size: int, lines: int | None) -> bytes:
        """The name with the right sizes in it, where it has any: Dovecot believes them."""
        true = {b"S": size, b"W": None if lines is None else size + lines}

        def right(told: re.Match[bytes]) -> bytes:
            value = true[told[1]]
            return told[0] if value is None else b",%s=%d" % (told[1], value)

        old = os.fsencode(name)
        new = _SIZES.sub(right, old)
        if new != old:
            os.rename(old, new, src_dir_fd=self._tmp.fd, dst_dir_fd=self._tmp.fd)
        return new

    def _link(self, status: os.stat_result, place: Place, name: str, wanted: Wanted) -> bool:
        """A second name for the source's file, where that needs no change of the file itself."""
        if status.st_uid != self._owner[0] or not status.st_mode & stat.S_IRUSR:
            self.fallback = translate(
                N_("Copied: the source's files belong to another user, and links would share that.")
            )
            return False
        try:
            self._tmp.remove(os.fsdecode(wanted.base))
            os.link(name, os.fsdecode(wanted.base), src_dir_fd=place.fd, dst_dir_fd=self._tmp.fd, follow_symlinks=False)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise Unwritable(self._tmp.path, error) from error
            self.fallback = translate(N_("Copied: no link is possible there ({reason})."), reason=error.strerror)
            return False
        return True

    def _clone(self, source: int, target: int) -> bool:
        try:
            fcntl.ioctl(target, _FICLONE, source)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            self.fallback = translate(N_("Copied: no link is possible there ({reason})."), reason=error.strerror)
            return False
        return True


class _ReadError(Exception):
    """The source can't be read to its end."""


def _copied(source: int, target: int, size: int) -> tuple[int, int, str]:
    """Copy all of a file; its size, its line ends without CR, and what is odd about it."""
    total = lines = 0
    last = b""
    odd = ""
    for block in _blocks(source, size):
        if not total:
            odd = "" if _HEADER.match(block) else N_("It is kept as it is, but it does not begin with a header.")
        lines += block.count(b"\n") - (last == b"\r" and block[:1] == b"\n")
        if b"\r" in block:
            lines -= block.count(b"\r\n")
        last = block[-1:]
        total += len(block)
        view = memoryview(block)
        while view:
            view = view[os.write(target, view) :]
    return total, lines, odd if total else N_("It is kept as it is, but it is empty.")


def _blocks(source: int, size: int) -> Iterator[bytes]:
    # One more than it has, so that a small message needs no second call to see its end.
    want = min(size + 1, _BLOCK)
    while True:
        try:
            block = os.read(source, want)
        except OSError as error:
            raise _ReadError(error.strerror or str(error)) from error
        if block:
            yield block
        if len(block) < want:
            return

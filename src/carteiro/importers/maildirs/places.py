"""Directories held open, so that nothing below them is reached through a link that somebody planted."""

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

_OPEN = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Place:
    """An open directory; names given to it are single ones, never paths."""

    def __init__(self, descriptor: int, path: Path) -> None:
        self.fd = descriptor
        self.path = path

    @classmethod
    @contextmanager
    def at(cls, path: Path) -> Iterator["Place"]:
        """Open the directory of a path that a person gave: links in it are followed."""
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            yield cls(descriptor, path)
        finally:
            os.close(descriptor)

    @contextmanager
    def inside(self, name: str) -> Iterator["Place"]:
        """Open a directory in this one. Raises OSError, for a link too."""
        descriptor = os.open(name, _OPEN, dir_fd=self.fd)
        try:
            yield Place(descriptor, self.path / name)
        finally:
            os.close(descriptor)

    @contextmanager
    def below(self, path: str) -> Iterator["Place"]:
        """As `inside`, name by name."""
        name, _, rest = path.partition("/")
        if not name:
            yield self
            return
        with self.inside(name) as place:
            if rest:
                with place.below(rest) as last:
                    yield last
            else:
                yield place

    def make(self, name: str, owner: tuple[int, int]) -> bool:
        """Make a directory for its owner alone if it is not there; whether it was made."""
        try:
            os.mkdir(name, 0o700, dir_fd=self.fd)
        except FileExistsError:
            return False
        os.chown(name, *owner, dir_fd=self.fd, follow_symlinks=False)
        return True

    def read(self, name: str, most: int = -1) -> bytes | None:
        """A file's content; None if there is no such file, or it is none."""
        descriptor = self.open_file(name)
        if descriptor is None:
            return None
        with os.fdopen(descriptor, "rb") as file:
            return file.read(most)

    def lines(self, name: str) -> Iterator[bytes]:
        """A file's lines without their ends, a line at a time; none if there is no such file."""
        descriptor = self.open_file(name)
        if descriptor is None:
            return
        with os.fdopen(descriptor, "rb") as file:
            for line in file:
                yield line.rstrip(b"\r\n")

    def open_file(self, name: str) -> int | None:
        """Open a regular file to read it; None if there is none. Never waits, as opening a pipe would."""
        opened = self.open_known(name)
        return None if opened is None else opened[0]

    def open_known(self, name: str) -> tuple[int, os.stat_result] | None:
        """As `open_file`, with what is known of the file."""
        try:
            descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=self.fd)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ELOOP, errno.ENXIO, errno.ENAMETOOLONG):
                return None
            raise
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            os.close(descriptor)
            return None
        return descriptor, status

    def has(self, name: str) -> bool:
        """Whether there is anything of that name."""
        return self.changed(name) is not None

    def changed(self, name: str) -> int | None:
        """When it was changed last, in nanoseconds; None if it is not there."""
        try:
            return os.stat(name, dir_fd=self.fd, follow_symlinks=False).st_mtime_ns
        except OSError:
            return None

    def size(self, name: str) -> int | None:
        """A file's size; None if it is not there."""
        try:
            return os.stat(name, dir_fd=self.fd, follow_symlinks=False).st_size
        except OSError:
            return None

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        try:
            os.unlink(name, dir_fd=self.fd)
        except FileNotFoundError:
            return

    def write(self, name: str, parts: Iterable[bytes], owner: tuple[int, int], date: int) -> int:
        """Write a file anew, for its owner alone, last changed at `date` (seconds); its size. Raises OSError.

        Whatever ends it before its end leaves no file.
        """
        self.remove(name)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(name, flags, 0o600, dir_fd=self.fd)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.writelines(parts)
                size = file.tell()
                os.fchown(descriptor, *owner)
                file.flush()
                os.utime(descriptor, (date, date))
        except BaseException:
            self.remove(name)
            raise
        return size

    def entries(self) -> Iterator[os.DirEntry[str]]:
        """What is in it."""
        with os.scandir(self.fd) as found:
            yield from found

    def sync(self) -> None:
        """Make its names last (fsync(2))."""
        os.fsync(self.fd)

"""Files and directories, written so that a crash at any moment leaves the old or the new, never a half."""

import errno
import fcntl
import grp
import io
import os
import pwd
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol, TextIO

from carteiro.words import N_, Fault

_SOCKET_PATH_BYTES = 107  # sun_path has 108 with its closing NUL, unix(7)


class TreeFile(Protocol):
    """One file of a tree, its path relative to the tree's top."""

    @property
    def path(self) -> str:
        """Where, below the tree's top."""

    @property
    def content(self) -> bytes:
        """What is in it."""

    @property
    def mode(self) -> int:
        """Permission bits."""

    @property
    def owner(self) -> str:
        """The owner's name."""

    @property
    def group(self) -> str:
        """The group's name."""


class Unwritable(Fault):
    """A file or directory can't be written."""

    code = "unwritable"

    def __init__(self, path: Path, error: OSError) -> None:
        remedy = {
            errno.ENOSPC: N_("Make room on that disk, then run this again."),
            errno.EDQUOT: N_("Make room on that disk, then run this again."),
            errno.EROFS: N_("Mount that file system for writing."),
            errno.EACCES: N_("Run this as root."),
            errno.EPERM: N_("Run this as root."),
        }.get(error.errno or 0, "")
        super().__init__(N_("{path} can't be written: {reason}."), remedy, path=path, reason=error.strerror or error)


@contextmanager
def _in_place_of(path: Path) -> Iterator[Path]:
    """A name beside `path` to write to; what is there at the end takes the place of `path` in one step."""
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        try:
            yield new
            new.rename(path)
        except BaseException:
            new.unlink(missing_ok=True)
            raise
        sync_directory(path.parent)
    except OSError as error:
        raise Unwritable(path, error) from error


def write(path: Path, content: bytes, *, mode: int = 0o644, owner: str = "", group: str = "") -> None:
    """Replace a file in one step: a new one beside it, on disk for sure, then a rename.

    Empty `owner` and `group` leave it to whoever runs this. Raises `Unwritable`; then the old file is untouched.
    """
    with _in_place_of(path) as new:
        _write_new(new, content, mode, owner, group)


@contextmanager
def replacing(path: Path, *, mode: int = 0o644) -> Iterator[TextIO]:
    """A text file to write that takes the place of `path` when all of it is on disk. Raises `Unwritable`."""
    with replacing_bytes(path, mode=mode) as file:
        stream = io.TextIOWrapper(file, encoding="utf-8", newline="")
        yield stream
        stream.flush()
        stream.detach()


@contextmanager
def replacing_bytes(path: Path, *, mode: int = 0o644) -> Iterator[BinaryIO]:
    """As `replacing`, for bytes."""
    with _in_place_of(path) as new:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, mode)
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(descriptor)


def write_tree(directory: Path, files: Iterable[TreeFile]) -> None:
    """Write a whole directory that is not there yet; it appears complete or not at all. Raises `Unwritable`."""
    new = directory.with_name(f".{directory.name}.{secrets.token_hex(4)}")
    try:
        try:
            new.mkdir(mode=0o755)
            for file in files:
                target = new / file.path
                target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
                _write_new(target, file.content, file.mode, file.owner, file.group)
            for place, _, _ in os.walk(new):
                Path(place).chmod(0o755)
                sync_directory(Path(place))
            new.rename(directory)
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise
        sync_directory(directory.parent)
    except OSError as error:
        raise Unwritable(directory, error) from error


def make_directory(path: Path, *, mode: int = 0o755, owner: str = "root", group: str = "root") -> None:
    """See to it that a directory is there with just this owner and mode; parents are made as root's, 0755."""
    try:
        path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
        os.chown(path, *ids(owner, group))
        path.chmod(mode)
    except OSError as error:
        raise Unwritable(path, error) from error


def switch(link: Path, target: Path) -> None:
    """Let a symbolic link point elsewhere in one step; a target beside the link is stored relative to it."""
    stored = target.relative_to(link.parent) if target.is_relative_to(link.parent) else target
    with _in_place_of(link) as new:
        new.symlink_to(stored)


def sync_directory(path: Path) -> None:
    """Make the names in a directory last through a power cut (fsync(2))."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def lock(path: Path) -> int:
    """Hold a file for as long as the returned descriptor is open; our process id is written into it.

    The kernel lets go of it when we die, however (flock(2)). Raises `Fault` with the holder's process id.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "?"
        os.close(descriptor)
        if error.errno != errno.EWOULDBLOCK:
            raise
        raise Fault(
            N_("The instance of {path} runs already, as process {process}."),
            N_("Stop it first with `carteiro stop`, or give another directory with --instance."),
            code="locked",
            path=path,
            process=holder,
        ) from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return descriptor


def require_space(path: Path, needed: int) -> None:
    """Refuse when the disk of `path` has fewer than `needed` bytes left for us."""
    place = next(parent for parent in (path, *path.parents) if parent.exists())
    free = shutil.disk_usage(place).free
    if free < needed:
        raise Fault(
            N_("The disk of {path} has only {free} MB left; {needed} MB are needed."),
            N_("Make room on that disk, then run this again."),
            code="disk_full",
            path=path,
            free=free // 1_000_000,
            needed=-(-needed // 1_000_000),
        )


def require_reachable(path: Path, user: str) -> None:
    """Refuse when `user` can't pass through each directory above `path` (path_resolution(7)).

    Looks at owners and modes; the superuser passes everywhere.
    """
    account = pwd.getpwnam(user)
    groups = set(os.getgrouplist(user, account.pw_gid))
    for parent in reversed(path.absolute().parents):
        if not parent.exists():
            return
        if account.pw_uid != 0 and not _may_pass(parent, account.pw_uid, groups):
            raise Fault(
                N_("The user {user} can't pass through {directory} to reach {path}."),
                N_("Choose a place below a directory open to all, such as /srv or /opt, or `chmod o+x {directory}`."),
                code="unreachable",
                user=user,
                directory=parent,
                path=path,
            )


def require_socket_path(path: Path) -> None:
    """Refuse a path too long for a Unix socket (unix(7))."""
    length = len(os.fsencode(path))
    if length > _SOCKET_PATH_BYTES:
        raise Fault(
            N_("{path} is {length} bytes long; a socket's path may have {most}."),
            N_("Choose an instance directory with a shorter path."),
            code="path_too_long",
            path=path,
            length=length,
            most=_SOCKET_PATH_BYTES,
        )


def ids(owner: str, group: str) -> tuple[int, int]:
    """The numbers of a user and a group; -1 (leave as it is, chown(2)) for an empty name."""
    try:
        return (
            pwd.getpwnam(owner).pw_uid if owner else -1,
            grp.getgrnam(group).gr_gid if group else -1,
        )
    except KeyError as error:
        raise Fault(
            N_("A user or group is missing: {reason}."),
            N_("Run `./up` or `carteiro install` to make it."),
            code="no_such_user",
            reason=error.args[0],
        ) from None


def _write_new(path: Path, content: bytes, mode: int, owner: str, group: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fchown(descriptor, *ids(owner, group))
        os.fchmod(descriptor, mode)
        os.fsync(descriptor)


def _may_pass(directory: Path, user: int, groups: set[int]) -> bool:
    status = directory.stat()
    if status.st_uid == user:
        return bool(status.st_mode & 0o100)
    if status.st_gid in groups:
        return bool(status.st_mode & 0o010)
    return bool(status.st_mode & 0o001)

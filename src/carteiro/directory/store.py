"""The SQLite files that the engines read: made, opened, locked and replaced so that readers never see a half."""

import ctypes
import errno
import fcntl
import os
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import apsw

from carteiro.host import files
from carteiro.settings.layout import Layout
from carteiro.words import N_, Fault

OWNER = "carteiro"
READERS = "postfix"  # the group of Postfix's daemons; Dovecot's auth-worker and dict get it too
WAIT_SECONDS = 30.0  # for another process that writes
_WAL_BYTES = 4 * 1024 * 1024  # what stays on disk of a write-ahead log that grew


@dataclass(frozen=True)
class Kind:
    """A sort of file: its tables and who may do what with it."""

    schema: str  # the SQL that makes the tables
    file_mode: int
    directory_mode: int

    @property
    def version(self) -> int:
        """PRAGMA user_version: a file with tables other than these is built anew."""
        return zlib.crc32(self.schema.encode()) >> 1


def _read(name: str) -> str:
    """A file beside this one, once for all: the projector may not be able to read it when it is root no more."""
    return resources.files(__package__).joinpath(name).read_text()


# The set-group-id bits give a file that the projector makes, as plain user, to the group of the readers.
DIRECTORY = Kind(_read("schema.sql"), 0o640, 0o2750)
# Dovecot writes here, and closes the file as anybody does: SQLite would then take -wal and -shm away, and a reader that
# may not write can't make them again (Postfix would refuse all mail). In a directory that it may not write it can't.
USAGE = Kind(_read("usage.sql"), 0o660, 0o2750)


class Damaged(Fault):
    """The file is missing, cut short, not a database or of another release: it has to be built anew."""

    code = "damaged"

    def __init__(self, path: Path, reason: object) -> None:
        super().__init__(
            N_("{path} is damaged: {reason}."), N_("Run 'carteiro directory rebuild'."), path=path, reason=reason
        )


def prepare(layout: Layout) -> None:
    """Make the directories of both files, as root, with owner and mode. Raises Unwritable."""
    for path, kind in ((layout.directory_database, DIRECTORY), (layout.usage_database, USAGE)):
        _make_directory(path.parent, kind)


@contextmanager
def locked(path: Path, kind: Kind) -> Iterator[None]:
    """Be the only writer of a file, across a swap too; waits for another one at most WAIT_SECONDS.

    The kernel lets go when a process dies, so there is nothing to clean up (flock(2)).
    """
    lock = path.with_suffix(".lock")
    try:
        _make_directory(path.parent, kind)
        descriptor = os.open(lock, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o640)
    except OSError as error:
        raise files.Unwritable(lock, error) from error
    try:
        _give(lock)
        _wait_for(descriptor, path)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def opened(path: Path, kind: Kind) -> Iterator[apsw.Connection]:
    """An existing file, for writing. Raises Damaged, or Fault for what SQLite says of disk and rights.

    SQLite looks at size, header and tables here; at any other page when it comes to read it.
    """
    with translated(path):
        if not path.exists() or path.stat().st_size == 0:
            raise Damaged(path, "the file is missing or empty")
        connection = _connect(path)
        try:
            _refuse_damaged(connection, path, kind)
            yield connection
        finally:
            connection.close()


class Held:
    """Both databases held open by a process that lives long.

    Whoever opens a database that nobody has open takes it alone for a moment to set up -shm; a reader that comes just
    then is turned away, and Postfix and Dovecot do not wait: mail would be put off for nothing.
    """

    def __init__(self, *paths: Path) -> None:
        self._open: dict[Path, tuple[int, apsw.Connection]] = {}
        self._paths = paths

    def refresh(self) -> None:
        """Hold the files that are there now; one that was replaced is let go. What can't be opened is left alone."""
        for path in self._paths:
            with suppress(OSError, apsw.Error):
                inode = path.stat().st_ino
                if path in self._open and self._open[path][0] == inode:
                    continue
                connection = _connect(path)
                # Only a first look maps -shm.
                connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
                self._let_go(path)
                self._open[path] = inode, connection

    def _let_go(self, path: Path) -> None:
        if path in self._open:
            self._open.pop(path)[1].close()


@contextmanager
def transaction(connection: apsw.Connection) -> Iterator[None]:
    """All or nothing; no other writer meanwhile."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # SQLite has rolled back by itself already where the disk was full (https://sqlite.org/lang_transaction.html).
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def replaced(path: Path, kind: Kind) -> Iterator[apsw.Connection]:
    """Build a file aside and put it in the place of the old one, whatever that is; on an error the old one stays.

    Who has the old file open goes on reading that: the engines must be reloaded afterwards.
    """
    new = path.with_suffix(".new")
    with translated(path):
        try:
            _unlink(new)
            _make_file(new, kind)
            with _built(new, kind) as connection:
                yield connection
            _swap(new, path)
        except BaseException:
            with suppress(OSError):
                _unlink(new)
            raise
        _connect(path).close()  # readers that may not write need -wal and -shm to be there


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what SQLite and the file system say into one line for a person; the one place that does."""
    try:
        yield
    except (apsw.CorruptError, apsw.NotADBError) as error:
        raise Damaged(path, error) from error
    except apsw.FullError as error:
        raise files.Unwritable(path, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))) from error
    except apsw.BusyError as error:
        raise _busy(path) from error
    except apsw.Error as error:
        raise Fault(
            N_("{path} can't be used: {reason}."),
            N_("Check its disk, owner and mode."),
            code="unwritable",
            path=path,
            reason=error,
        ) from error
    except OSError as error:
        raise files.Unwritable(path, error) from error


def soundness(connection: apsw.Connection) -> str:
    """What SQLite finds when it reads every page: "ok", or the first thing that is wrong."""
    ((verdict,),) = connection.execute("PRAGMA quick_check(1)")
    return str(verdict)


def keep_wal(connection: apsw.Connection, database: str = "main") -> None:
    """Leave -wal and -shm in place when the last connection closes (SQLITE_FCNTL_PERSIST_WAL)."""
    flag = ctypes.c_int(1)
    connection.file_control(database, apsw.SQLITE_FCNTL_PERSIST_WAL, ctypes.addressof(flag))


def _connect(path: Path) -> apsw.Connection:
    connection = _plain(path)
    connection.set_busy_timeout(int(WAIT_SECONDS * 1000))
    keep_wal(connection)
    # The last to close would take the whole file to tidy up; a reader that opens it just then would be turned away, and
    # Postfix does not wait (no busy time-out): a refused letter for nothing.
    connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
    connection.execute("PRAGMA journal_mode = WAL")
    # After a power cut the last changes may be missing, never more: the feed brings them again.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(f"PRAGMA journal_size_limit = {_WAL_BYTES}")
    return connection


def _plain(path: Path) -> apsw.Connection:
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def _refuse_damaged(connection: apsw.Connection, path: Path, kind: Kind) -> None:
    if connection.pragma("user_version") != kind.version:
        raise Damaged(path, "it was made by another release")


@contextmanager
def _built(path: Path, kind: Kind) -> Iterator[apsw.Connection]:
    # Closing takes the log away: one file can be moved into place in one step.
    connection = _plain(path)
    try:
        with transaction(connection):
            connection.execute(kind.schema)
            connection.pragma("user_version", kind.version)
            yield connection
        connection.pragma("journal_mode", "wal")
    finally:
        connection.close()


def _swap(new: Path, path: Path) -> None:
    # The log goes first: SQLite would take it for the new file's.
    for suffix in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    new.rename(path)
    files.sync_directory(path.parent)


def _unlink(path: Path) -> None:
    for suffix in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _make_file(path: Path, kind: Kind) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, kind.file_mode)
    try:
        os.fchmod(descriptor, kind.file_mode)
    finally:
        os.close(descriptor)
    _give(path)


def _make_directory(path: Path, kind: Kind) -> None:
    if os.geteuid() != 0 and path.exists():
        return
    path.mkdir(mode=0o750, parents=True, exist_ok=True)
    _give(path)
    path.chmod(kind.directory_mode)


def _give(path: Path) -> None:
    if os.geteuid() != 0:
        return
    for user, group in ((OWNER, ""), ("", READERS)):
        with suppress(Fault):  # a tree without the instance's users: the files stay root's
            os.chown(path, *files.ids(user, group))


def _wait_for(descriptor: int, path: Path) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise _busy(path) from None
            time.sleep(0.005)
        else:
            return


def _busy(path: Path) -> Fault:
    return Fault(
        N_("Another process has been writing {path} for {seconds} seconds."),
        N_("Look with `carteiro status` what hangs, then try again."),
        code="busy",
        path=path,
        seconds=int(WAIT_SECONDS),
    )

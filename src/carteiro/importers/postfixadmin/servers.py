"""Private database servers for the time of an import: on a socket that nobody else reaches, gone afterwards."""

import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pymysql

from carteiro.host import files, packages, run, users
from carteiro.importers.postfixadmin.databases import Place
from carteiro.words import N_, Fault, translate

_DATABASE = "imported"
_LOADER = "loader"  # may fill that one database and nothing else
_READY_SECONDS = 60.0
_MAKING_SECONDS = 300.0
_NEEDS = 300 << 20  # bytes of an empty server's files, with room

Tell = Callable[[str], None]


@contextmanager
def mariadb(directory: Path, tell: Tell) -> Iterator[tuple[Place, str]]:
    """A MariaDB server with an empty database; where it is, and the password of an account for that database alone."""
    # The client for my_print_defaults, which mariadb-install-db asks.
    _install(("mariadb-server-core", "mariadb-client-core"), directory, tell)
    with _room(directory) as room:
        data, socket = room / "data", room / "socket"
        everywhere = ("--no-defaults", f"--datadir={data}")
        tell(translate(N_("starting a private MariaDB for the dump")))
        own = ("--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve")
        maker = ("mariadb-install-db", *everywhere, *own)
        run.run((*users.command_as(users.IMPORTER), *maker), timeout=_MAKING_SECONDS, directory=room)
        server = (
            *("mariadbd", *everywhere, f"--socket={socket}", "--skip-networking", f"--pid-file={room / 'pid'}"),
            *(f"--tmpdir={room}", f"--secure-file-priv={room / 'nothing'}", "--local-infile=0", "--symbolic-links=0"),
            # As the servers of old were: zero dates, and whatever else a dump of theirs may hold.
            *("--sql-mode=", "--character-set-server=utf8mb4", "--collation-server=utf8mb4_general_ci"),
            *("--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=0", "--performance-schema=0"),
            *("--innodb-strict-mode=OFF",),
            *("--max-allowed-packet=256M", "--skip-log-bin", "--event-scheduler=DISABLED"),
        )
        with run.attended((*users.command_as(users.IMPORTER, bound=True), *server), room / "log") as runs:
            _wait(lambda: pymysql.connect(unix_socket=str(socket), user="root"), runs, room / "log")
            password = secrets.token_hex(16)
            _make_account(socket, password)
            yield Place("mysql", user=_LOADER, database=_DATABASE, options={"socket": str(socket)}), password


@contextmanager
def postgresql(directory: Path, tell: Tell) -> Iterator[tuple[Place, str]]:
    """A PostgreSQL server with an empty database that belongs to an account without further rights."""
    programs = _programs_of_postgresql()
    if programs is None:
        _install(("postgresql",), directory, tell)
        programs = _programs_of_postgresql() or Path("/usr/lib/postgresql")
    with _room(directory) as room:
        data = room / "data"
        tell(translate(N_("starting a private PostgreSQL for the dump")))
        own = ("--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--no-locale")
        maker = (programs / "initdb", f"--pgdata={data}", *own)
        run.run((*users.command_as(users.IMPORTER), *maker), timeout=_MAKING_SECONDS, directory=room)
        settings = ("fsync=off", "shared_buffers=32MB", "listen_addresses=", f"unix_socket_directories={room}")
        options = tuple(word for setting in settings for word in ("-c", setting))
        server: tuple[str | Path, ...] = (programs / "postgres", "-D", data, *options)
        with run.attended((*users.command_as(users.IMPORTER, bound=True), *server), room / "log") as runs:
            _wait(lambda: psycopg.connect(host=str(room), user="postgres", dbname="postgres"), runs, room / "log")
            with psycopg.connect(host=str(room), user="postgres", dbname="postgres", autocommit=True) as connection:
                connection.execute(f"CREATE ROLE {_LOADER} LOGIN")
                connection.execute(f"CREATE DATABASE {_DATABASE} OWNER {_LOADER}")
            yield Place("postgresql", user=_LOADER, database=_DATABASE, options={"socket": str(room)}), ""


def _install(names: tuple[str, ...], directory: Path, tell: Tell) -> None:
    if packages.missing(names):
        packages.ensure(names, tell, directory / "packages.log")


def _programs_of_postgresql() -> Path | None:
    """Where Debian has the newest release's programs; they are on no search path."""
    found = [
        path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb") if path.parent.parent.name.isdigit()
    ]
    return max(found, key=lambda path: int(path.parent.name), default=None)


@contextmanager
def _room(directory: Path) -> Iterator[Path]:
    """A directory of the importer's user alone; what a killed run left there goes first."""
    users.ensure_user(users.IMPORTER)
    room = directory / "server"
    shutil.rmtree(room, ignore_errors=True)
    files.require_socket_path(room / ".s.PGSQL.5432")
    files.require_space(room, _NEEDS)
    files.require_reachable(room, users.IMPORTER)
    try:
        for path in (room, room / "nothing"):
            files.make_directory(path, mode=0o700, owner=users.IMPORTER, group=users.IMPORTER)
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _wait(connect: Callable[[], object], runs: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while True:
        try:
            connection = connect()
        except (pymysql.Error, psycopg.Error, OSError) as error:
            if not runs() or time.monotonic() > deadline:
                said = run.last_line(log.read_text("utf-8", "replace"))
                raise Fault(
                    N_("The private database server for the dump does not start: {reason}"),
                    N_("Try again; if it stays so, load the dump yourself and give --database."),
                    code="command_failed",
                    reason=said or error,
                ) from error
            time.sleep(0.1)
        else:
            connection.close()  # type: ignore[attr-defined]
            return


def _make_account(socket: Path, password: str) -> None:
    connection = pymysql.connect(unix_socket=str(socket), user="root")
    with connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {_DATABASE}")
        cursor.execute(f"CREATE USER {_LOADER}@localhost IDENTIFIED BY '{password}'")
        cursor.execute(f"GRANT CREATE, INSERT, SELECT ON {_DATABASE}.* TO {_LOADER}@localhost")

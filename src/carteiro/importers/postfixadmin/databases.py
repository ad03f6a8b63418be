"""Live databases by URL, and the private ones that dumps are loaded into: open for reading, values as they come."""

import re
import sqlite3
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import psycopg
import pymysql
import pymysql.converters
import pymysql.cursors

from carteiro.importers.postfixadmin.tables import Row
from carteiro.words import N_, Fault

_SECONDS = 15
_ROWS = 1000
_UNTRUSTED = re.compile(r"certificate verify failed|does not match host name|root certificate", re.IGNORECASE)
_OBVIOUS = re.compile(r"^connection failed: (connection to server .*? failed: )?(FATAL: +)?")
_UNKNOWN_CHARSET = 1115  # ER_UNKNOWN_CHARACTER_SET

_FILES = frozenset({"ca", "cert", "key"})
KINDS = {"mysql": "mysql", "mariadb": "mysql", "postgresql": "postgresql", "postgres": "postgresql", "sqlite": "sqlite"}


@dataclass(frozen=True)
class Place:
    """Where a database is, taken from its URL; the password comes from elsewhere."""

    kind: str  # mysql, postgresql, sqlite
    host: str = ""
    port: int = 0
    user: str = ""
    database: str = ""
    options: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """As people may read it."""
        if self.kind == "sqlite":
            return f"sqlite://{self.database}"
        port = f":{self.port}" if self.port else ""
        return f"{self.kind}://{self.user}@{self.options.get('socket') or self.host}{port}/{self.database}"


def parse_url(url: str) -> Place:
    """`mysql://user@host/database`, `postgresql://…`, `sqlite:///path`; options: socket, ca, cert, key.

    Raises Fault for another form, and for a password in it: every user of the machine could read that.
    """
    parts = urlsplit(url)
    kind = KINDS.get(parts.scheme)
    if kind is None:
        raise Fault(
            N_("{kind} is no kind of database that can be read."),
            N_("Write mysql://user@host/database, postgresql://user@host/database or sqlite:///path."),
            code="invalid",
            kind=parts.scheme or "''",
        )
    if parts.password is not None:
        raise Fault(
            N_("The URL of the database holds a password, which every user of this machine can see."),
            N_("Leave it out: it is asked for, or read with --password-file."),
            code="invalid",
        )
    if kind == "sqlite":
        return Place(kind, database=unquote(parts.path))
    return _server(kind, parts)


def _server(kind: str, parts: SplitResult) -> Place:
    name = unquote(parts.path.strip("/"))
    options = dict(parse_qsl(parts.query))
    unknown = sorted(set(options) - {"socket"} - _FILES)
    try:
        port = parts.port or 0
    except ValueError:
        unknown.append("port")
        port = 0
    if unknown or not name:
        raise Fault(
            N_("The URL of the database can't be understood: {reason}."),
            N_("Write mysql://user@host/database; after a ? may come socket=, ca=, cert= and key=."),
            code="invalid",
            reason=", ".join(unknown) or "/database",
        )
    return Place(kind, parts.hostname or "localhost", port, unquote(parts.username or "postfix"), name, options)


@contextmanager
def opened(place: Place, password: str = "") -> Iterator["Connection"]:
    """The database, open for reading. Raises Fault where it can't be opened: wrong password, no such database."""
    openers: dict[str, Callable[[Place, str], Connection]] = {
        "mysql": Mysql,
        "postgresql": Postgresql,
        "sqlite": Sqlite,
    }
    _refuse_missing(place)
    try:
        connection = openers[place.kind](place, password)
    except (pymysql.Error, psycopg.Error, sqlite3.Error, OSError) as error:
        raise _unopened(place, _said(error)) from error
    try:
        with closing(connection):
            yield connection
    except (pymysql.Error, psycopg.Error, sqlite3.Error) as error:
        raise Fault(
            N_("The database {database} can't be read: {reason}."),
            N_("Try again; the source was not changed."),
            code="unreachable",
            database=place,
            reason=_said(error),
        ) from error


def _refuse_missing(place: Place) -> None:
    """Drivers do not name the file that they miss."""
    for name in sorted(_FILES & set(place.options)):
        try:
            Path(place.options[name]).read_bytes()
        except OSError as error:
            raise Fault(
                N_("The file {file}, which the URL of the database names as {name}=, can't be read: {reason}."),
                code="not_found",
                file=place.options[name],
                name=name,
                reason=error.strerror,
            ) from error


def _unopened(place: Place, reason: str) -> Fault:
    if _UNTRUSTED.search(reason):
        return Fault(
            N_("The certificate of the database {database} can't be trusted: {reason}."),
            N_("Use the host's name that is in it, and the authority's certificate as ca= in the URL."),
            code="untrusted",
            database=place,
            reason=reason,
        )
    return Fault(
        N_("The database {database} can't be opened: {reason}."),
        N_("Check name, user and password, and whether this machine may connect."),
        code="unreachable",
        database=place,
        reason=reason,
    )


class Connection:
    """An open database; see `tables.Database`."""

    def __init__(self, place: Place) -> None:
        self.name = str(place)

    def tables(self) -> Sequence[str]:
        """The names of all its tables."""
        return self._tables

    @cached_property
    def _tables(self) -> list[str]:
        return sorted(self._names())

    def _names(self) -> Iterator[str]:
        raise NotImplementedError

    def rows(self, table: str) -> Iterator[Row]:
        """The rows of one of its tables, some at a time, so that a large one needs little memory."""
        raise NotImplementedError

    def close(self) -> None:
        """End the connection."""
        raise NotImplementedError


class Mysql(Connection):
    """MariaDB or MySQL, read in one transaction; every value as text, so that zero dates arrive."""

    def __init__(self, place: Place, password: str) -> None:
        super().__init__(place)
        where: dict[str, Any] = {"host": place.host, "port": place.port or 3306}
        if "socket" in place.options:
            where = {"unix_socket": place.options["socket"]}
        files = {f"ssl_{name}": value for name, value in place.options.items() if name != "socket"}
        # As bytes: the driver would take the password for Latin-1.
        where |= {"user": place.user, "password": password.encode(), "database": place.database}
        self.connection = self._connect(where | files | {"ssl_verify_identity": "ca" in place.options})
        with self.connection.cursor() as cursor:
            cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            # Not READ ONLY, which MySQL has had since 5.6 only.
            cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT")

    def _connect(self, where: dict[str, Any]) -> Any:  # noqa: ANN401 - generic in its cursors
        # Only what it writes is converted: what it reads stays text, so that zero dates arrive as they are.
        usual: dict[str, Any] = {"conv": dict(pymysql.converters.encoders), "connect_timeout": _SECONDS}
        try:
            return pymysql.connect(charset="utf8mb4", **usual, **where)
        except pymysql.Error as error:
            if not error.args or error.args[0] != _UNKNOWN_CHARSET:
                raise
            return pymysql.connect(charset="utf8", **usual, **where)  # MySQL before 5.5.3

    def _names(self) -> Iterator[str]:
        with self.connection.cursor() as cursor:
            cursor.execute("SHOW TABLES")
            yield from (str(row[0]) for row in cursor.fetchall())

    def rows(self, table: str) -> Iterator[Row]:
        """The rows, streamed."""
        with self.connection.cursor(pymysql.cursors.SSDictCursor) as cursor:
            cursor.execute(f"SELECT * FROM `{table.replace('`', '``')}`")  # noqa: S608 - a name that it told itself, quoted
            while some := cursor.fetchmany(_ROWS):
                yield from some

    def close(self) -> None:
        """End the connection."""
        self.connection.close()


class Postgresql(Connection):
    """PostgreSQL, read in one transaction."""

    def __init__(self, place: Place, password: str) -> None:
        super().__init__(place)
        names = {"ca": "sslrootcert", "cert": "sslcert", "key": "sslkey"}
        files: dict[str, Any] = {names[name]: value for name, value in place.options.items() if name in names}
        if "ca" in place.options:
            files["sslmode"] = "verify-full"
        self.connection = psycopg.connect(
            host=place.options.get("socket") or place.host,
            port=place.port or None,
            user=place.user,
            password=password or None,
            dbname=place.database,
            connect_timeout=_SECONDS,
            **files,
        )
        self.connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        self.connection.read_only = True

    def _names(self) -> Iterator[str]:
        found = self.connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = ANY (current_schemas(false))"
        )
        yield from (str(row[0]) for row in found)

    def rows(self, table: str) -> Iterator[Row]:
        """The rows, by a cursor on the server."""
        statement = psycopg.sql.SQL("SELECT * FROM {}").format(psycopg.sql.Identifier(table))
        with self.connection.cursor("rows", row_factory=psycopg.rows.dict_row) as cursor:
            cursor.itersize = _ROWS
            yield from cursor.execute(statement)

    def close(self) -> None:
        """End the connection."""
        self.connection.close()


class Sqlite(Connection):
    """A SQLite file, opened read-only; texts as bytes, since nothing says that they are UTF-8."""

    def __init__(self, place: Place, _: str) -> None:
        super().__init__(place)
        if not Path(place.database).is_file():
            raise FileNotFoundError(2, "No such file or directory", place.database)
        address = f"{Path(place.database).absolute().as_uri()}?mode=ro"
        self.connection = sqlite3.connect(address, uri=True, timeout=_SECONDS)
        self.connection.text_factory = bytes
        self.connection.execute("SELECT 1 FROM sqlite_master LIMIT 1")

    def _names(self) -> Iterator[str]:
        yield from sqlite_names(self.connection)

    def rows(self, table: str) -> Iterator[Row]:
        """The rows, as they are asked for."""
        yield from sqlite_rows(self.connection, table)

    def close(self) -> None:
        """End the connection."""
        self.connection.close()


def sqlite_names(connection: sqlite3.Connection) -> Iterator[str]:
    """The tables of a SQLite connection."""
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
        yield name.decode() if isinstance(name, bytes) else name


def sqlite_rows(connection: sqlite3.Connection, table: str) -> Iterator[Row]:
    """The rows of a table of a SQLite connection."""
    quoted = '"' + table.replace('"', '""') + '"'
    cursor = connection.execute(f"SELECT * FROM {quoted}")  # noqa: S608 - a name that it told itself, quoted
    columns = [each[0] for each in cursor.description]
    for row in cursor:
        yield dict(zip(columns, row, strict=True))


def _said(error: Exception) -> str:
    """What a driver says, in one line without its numbers, its advice and what everybody knows."""
    if isinstance(error, pymysql.Error) and isinstance(cause := error.__cause__ or error.__context__, ssl.SSLError):
        error = cause
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate verify failed: {error.verify_message.rstrip('.')}"
    words = str(error.args[1] if isinstance(error, pymysql.Error) and len(error.args) > 1 else error)
    return _OBVIOUS.sub("", words.strip().partition("\n")[0]).rstrip(". ")

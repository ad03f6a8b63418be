"""A dump file loaded into a private server, by an account that may fill that one database.

Only CREATE TABLE, INSERT and COPY of tables that are known are run; everything else in a dump is passed over, whatever
it is. A dump that was cut short is refused, and told by the table at which it ends: what is missing would look as if
its owner had deleted it.
"""

import codecs
import gzip
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import psycopg
import pymysql

from carteiro.importers.postfixadmin import databases, servers, statements
from carteiro.importers.postfixadmin.databases import Connection, Place, sqlite_names, sqlite_rows
from carteiro.importers.postfixadmin.servers import Tell
from carteiro.importers.postfixadmin.statements import Cut, Dialect, Statement, Stream
from carteiro.importers.postfixadmin.tables import KNOWN, NEEDED, WEBMAIL, Row
from carteiro.words import N_, Fault

_HEAD = 1 << 16
_NAME = rb'((?:[`"]?[\w$-]+[`"]?\s*\.\s*)?[`"]?[\w$-]+[`"]?)'
_CREATE = re.compile(rb"CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?" + _NAME, re.IGNORECASE)
_FILL = re.compile(rb"(?:INSERT|REPLACE)\s+(?:IGNORE\s+)?INTO\s+" + _NAME + rb"[^']*?\sVALUES\s*\(", re.IGNORECASE)
_FILL_ANYHOW = re.compile(rb"(?:INSERT|REPLACE|COPY)\s+(?:IGNORE\s+)?(?:INTO\s+)?" + _NAME, re.IGNORECASE)
_COPY = re.compile(rb"COPY\s+" + _NAME, re.IGNORECASE)
_USE = re.compile(rb"USE\s+[`\"]?([\w$-]+)", re.IGNORECASE)
_CHARSET = re.compile(
    rb"(?:/\*!\d*\s*)?SET\s+(?:NAMES\s+|client_encoding\s*=\s*)['\"]?(\w+)['\"]?\s*(?:\*/)?", re.IGNORECASE
)
# What tells that a dump is whole, near its end; mysqldump, mariadb-dump, phpMyAdmin, pg_dump, sqlite3.
_WHOLE = re.compile(
    rb"Dump completed|SQL_NOTES=@OLD|CHARACTER_SET_CLIENT=@OLD|database dump complete|COMMIT;", re.IGNORECASE
)
# Those that write it: mysqldump from MySQL 4.1 on, but neither phpMyAdmin of old nor --compact.
_TELLS_ITS_END = re.compile(rb"(?:MySQL|MariaDB) dump 1|PostgreSQL database dump|BEGIN TRANSACTION;")
_BOM = b"\xef\xbb\xbf"
_ANSI = re.compile(rb'(?:CREATE TABLE|INSERT INTO)[^`\'(]*"', re.IGNORECASE)


@dataclass
class Survey:
    """What a dump holds, found in one reading."""

    dialect: Dialect
    utf8: bool = True
    whole: bool = False
    tables: dict[str, set[str]] = field(default_factory=dict)  # by database; empty where none is named
    last: str = ""  # the table that was told of last

    def database(self) -> str:
        """The database of the dump that holds PostfixAdmin's tables, or the most of them."""
        return max(self.tables, key=lambda name: _likeness(self.tables[name]), default="")


@contextmanager
def loaded(file: Path, directory: Path, tell: Tell) -> Iterator[Connection]:
    """The dump's tables in a private database, open for reading; all of it is gone afterwards.

    `directory` is where the server may have its files. Raises Fault: no dump, cut short, tables missing.
    """
    found = survey(file)
    _refuse_cut(file, found)
    if found.dialect is Dialect.SQLITE:
        with closing(sqlite3.connect("")) as memory:  # a file without a name, gone with it
            _fill(file, found, _SqliteLoader(memory))
            yield _Loaded(file, memory)
        return
    start = servers.mariadb if found.dialect is Dialect.MYSQL else servers.postgresql
    with start(directory, tell) as (place, password):
        loader: Callable[[Place, str, bool], _Loader] = (
            _MysqlLoader if found.dialect is Dialect.MYSQL else _PostgresqlLoader
        )
        _fill(file, found, loader(place, password, found.utf8))
        with databases.opened(place, password) as connection:
            connection.name = str(file)
            yield connection


def survey(file: Path) -> Survey:
    """Read a dump through without running any of it. Raises Fault for a file that is no dump in plain form."""
    with opened(file) as stream:
        head = stream.read(_HEAD)
    found = Survey(_dialect(file, head))
    tells = _TELLS_ITS_END.search(head) is not None
    with opened(file) as stream:
        watched = _Watched(stream)
        database = ""
        try:
            for statement in statements.read(watched, found.dialect):
                database = _note(found, statement, database)
            found.whole = not tells or _WHOLE.search(watched.tail) is not None
        except Cut as cut:
            found.last = _name(match[1]) if (match := _any_table(cut.text)) else found.last
    found.utf8 = watched.utf8
    return found


def _note(found: Survey, statement: Statement, database: str) -> str:
    if used := _USE.match(statement.text):
        return used[1].decode()
    if match := _any_table(statement.text):
        found.last = _name(match[1])
        if _CREATE.match(statement.text):
            found.tables.setdefault(database, set()).add(found.last)
    for _ in statement.data or ():
        pass
    return database


def _any_table(text: bytes) -> re.Match[bytes] | None:
    return _CREATE.match(text) or _FILL_ANYHOW.match(text)


@contextmanager
def opened(file: Path) -> Iterator[BinaryIO]:
    """A dump's bytes, unpacked where it is a .gz. Raises Fault where it can't be read."""
    try:
        with file.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            stream: Any = gzip.GzipFile(fileobj=raw) if packed else raw
            if stream.read(len(_BOM)) != _BOM:
                stream.seek(0)
            yield stream
    except (OSError, EOFError) as error:
        raise Fault(
            N_("The dump {file} can't be read: {reason}."),
            N_("Name a file that exists, as mysqldump, pg_dump or sqlite3 made it."),
            code="not_found",
            file=file,
            reason=getattr(error, "strerror", None) or error,
        ) from error


class _Watched(Stream):
    """A stream that remembers its end, and whether all of it was UTF-8."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self.tail = b""
        self.utf8 = True

    def read(self, size: int = -1, /) -> bytes:
        chunk = self._stream.read(size)
        self.tail = (self.tail + chunk)[-2048:]
        if self.utf8:
            try:
                self._decoder.decode(chunk)
            except UnicodeDecodeError:
                self.utf8 = False
        return chunk


def _dialect(file: Path, head: bytes) -> Dialect:
    if head.startswith(b"PGDMP") or b"\0" in head[:512] or not head.strip():
        raise Fault(
            N_("{file} is not a dump in plain SQL."),
            N_("Make one with mysqldump, with pg_dump --format=plain, or with sqlite3 FILE .dump."),
            code="invalid",
            file=file,
        )
    if b"PostgreSQL database dump" in head or b" FROM stdin;" in head or b"SET client_encoding" in head:
        return Dialect.POSTGRESQL
    if head.lstrip().startswith((b"PRAGMA", b"BEGIN TRANSACTION")):
        return Dialect.SQLITE
    return Dialect.MYSQL


def _likeness(names: set[str]) -> tuple[int, int]:
    """How many of PostfixAdmin's tables, and then of SquirrelMail's, are among these."""
    return sum(1 for needed in NEEDED if any(name.endswith(needed) for name in names)), len(names & {*WEBMAIL})


def _refuse_cut(file: Path, found: Survey) -> None:
    if found.whole:
        return
    there = found.tables.get(found.database(), set())
    missing = [needed for needed in NEEDED if not any(name.endswith(needed) for name in there)]
    raise Fault(
        N_("The dump {file} was cut short: it ends at the table {table}; missing are {missing}."),
        N_("Make it anew and compare its size; it must end with the line that tells that it is complete."),
        code="invalid",
        file=file,
        table=found.last or "-",
        missing=", ".join(missing) or f"{found.last} ...",
    )


class _Loader(Protocol):
    def charset(self, name: str) -> None: ...
    def run(self, text: bytes) -> None: ...
    def copy(self, text: bytes, lines: Iterator[bytes]) -> None: ...
    def finish(self) -> None: ...


def _fill(file: Path, found: Survey, loader: _Loader) -> None:
    wanted, database = found.database(), ""
    with opened(file) as stream:
        for statement in statements.read(stream, found.dialect):
            if used := _USE.match(statement.text):
                database = used[1].decode()
            elif told := _CHARSET.fullmatch(statement.text):
                loader.charset(told[1].decode())
            elif database == wanted:
                _run(loader, statement)
            for _ in statement.data or ():
                pass
    loader.finish()


def _run(loader: _Loader, statement: Statement) -> None:
    text = statement.text
    match = _CREATE.match(text) or _FILL.match(text) or (_COPY.match(text) if statement.data is not None else None)
    if match is None or not _is_known(name := _name(match[1])):
        return
    # Without the schema: in the private database there is one only.
    text = text[: match.start(1)] + match[1].rpartition(b".")[2].strip() + text[match.end(1) :]
    try:
        if statement.data is not None:
            loader.copy(text, statement.data)
        else:
            loader.run(_portable(text) if _CREATE.match(text) else text)
    except (pymysql.Error, psycopg.Error, sqlite3.Error) as error:
        raise Fault(
            N_("The table {table} of the dump can't be loaded: {reason}"),
            N_("Load the dump into a server of the kind that made it, and give --database."),
            code="invalid",
            table=name,
            reason=_reason(error),
        ) from error


def _reason(error: Exception) -> str:
    """What a server says, without the piece of the dump that it cites: a hash may be in it."""
    said = str(error.args[-1] if error.args else error).strip().splitlines() or ["?"]
    return re.sub(r"(?: near |: \"| '[^']*'$).*", "", said[0])


# Spellings of servers that are older or newer than Debian's.
_PORTABLE = (
    (re.compile(rb"\)\s*TYPE\s*=\s*", re.IGNORECASE), rb") ENGINE="),
    (re.compile(rb"utf8mb4_(?:0900|[a-z]{2}_0900)\w*"), rb"utf8mb4_general_ci"),
    (re.compile(rb"(?:DATA|INDEX) DIRECTORY\s*=\s*'[^']*'", re.IGNORECASE), rb""),
    (re.compile(rb"ENGINE\s*=\s*\w+", re.IGNORECASE), rb"ENGINE=InnoDB"),
    (re.compile(rb"\s+DEFAULT\s+nextval\([^)]*\)(?:::\w+)?\)?", re.IGNORECASE), rb""),
)


def _portable(text: bytes) -> bytes:
    for pattern, instead in _PORTABLE:
        text = pattern.sub(instead, text)
    return text


def _is_known(name: str) -> bool:
    return any(name.endswith(known) for known in KNOWN)


def _name(raw: bytes) -> str:
    return raw.rpartition(b".")[2].strip(b' `"').decode("utf-8", "replace")


class _MysqlLoader:
    def __init__(self, place: Place, password: str, utf8: bool) -> None:
        self._connection: Any = pymysql.connect(
            unix_socket=place.options["socket"],
            user=place.user,
            password=password,
            database=place.database,
            # A dump that does not say what it is written in.
            charset="utf8mb4" if utf8 else "latin1",
            autocommit=False,
            # Zero dates and all else that a server of old took.
            init_command="SET SESSION sql_mode='NO_AUTO_VALUE_ON_ZERO', foreign_key_checks=0, unique_checks=0",
        )
        self._utf8 = utf8

    def charset(self, name: str) -> None:
        # What is told may be wrong: bytes that are no UTF-8 can't be it.
        if self._utf8 or name.lower() not in {"utf8", "utf8mb3", "utf8mb4"}:
            self._connection.query(f"SET NAMES {name}")

    def run(self, text: bytes) -> None:
        if _ANSI.match(text):
            self._connection.query("SET SESSION sql_mode='NO_AUTO_VALUE_ON_ZERO,ANSI_QUOTES'")
        self._connection.query(text)

    def copy(self, text: bytes, lines: Iterator[bytes]) -> None:
        raise NotImplementedError

    def finish(self) -> None:
        self._connection.commit()
        self._connection.close()


class _PostgresqlLoader:
    def __init__(self, place: Place, _: str, utf8: bool) -> None:
        self._connection = psycopg.connect(host=place.options["socket"], user=place.user, dbname=place.database)
        self.charset("utf8" if utf8 else "latin1")

    def charset(self, name: str) -> None:
        self._connection.execute(f"SET client_encoding = '{name}'".encode())

    def run(self, text: bytes) -> None:
        self._connection.execute(text)

    def copy(self, text: bytes, lines: Iterator[bytes]) -> None:
        with self._connection.cursor() as cursor, cursor.copy(text) as copy:
            for line in lines:
                copy.write(line)

    def finish(self) -> None:
        self._connection.commit()
        self._connection.close()


class _SqliteLoader:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def charset(self, name: str) -> None:
        """SQLite's dumps have none."""

    def run(self, text: bytes) -> None:
        self._connection.execute(text.decode("utf-8", "replace"))

    def copy(self, text: bytes, lines: Iterator[bytes]) -> None:
        raise NotImplementedError

    def finish(self) -> None:
        self._connection.commit()


class _Loaded(Connection):
    """Tables in memory."""

    def __init__(self, file: Path, connection: sqlite3.Connection) -> None:
        self.name = str(file)
        self._connection = connection

    def _names(self) -> Iterator[str]:
        yield from sqlite_names(self._connection)

    def rows(self, table: str) -> Iterator[Row]:
        """The rows."""
        yield from sqlite_rows(self._connection, table)

    def close(self) -> None:
        """Nothing: whoever filled it closes it."""

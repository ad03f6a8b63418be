"""Accounts databases on a server: how Django reaches one, and what it has to be."""

from pathlib import Path
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from carteiro.hosting.errors import DatabaseFault, translated
from carteiro.settings.database import Encryption, Location
from carteiro.words import N_

_KEPT_SECONDS = 600  # a connection; a server may end one after less, which `refresh` sees to


def settings(location: Location, seconds: float | None = None) -> dict[str, Any]:
    """The entry of Django's DATABASES for a server; `seconds` bounds each statement. Raises DatabaseFault."""
    tls = {
        "verify": location.tls is Encryption.VERIFY,
        "ca": location.ca,
        "certificate": location.certificate,
        "key": location.key,
    }
    options: dict[str, Any] = {"tls": None if location.tls is Encryption.OFF else tls}
    if seconds is not None:
        options["seconds"] = seconds
    return {
        "ENGINE": f"carteiro.hosting.database.engines.{location.kind}",
        "NAME": location.name,
        "USER": location.user,
        "PASSWORD": _password(location),
        "HOST": location.host or location.socket,
        "PORT": str(location.port or ""),
        "CONN_MAX_AGE": _KEPT_SECONDS,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def _password(location: Location) -> str:
    if not location.password_file:
        return ""
    try:
        return Path(location.password_file).read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DatabaseFault(
            N_("The file {file} with the database's password can't be read: {reason}."),
            N_("Put the password there, readable by root alone."),
            file=location.password_file,
            reason=getattr(error, "strerror", None) or error,
        ) from error


def check(alias: str) -> None:
    """Raise DatabaseFault where a server or its database can't hold accounts as they are."""
    connection = connections[alias]
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        _check_postgresql(connection)
    else:
        _check_mysql(connection)


def version(alias: str) -> str:
    """What the database calls itself, for people."""
    connection = connections[alias]
    if connection.vendor == "sqlite":
        return f"SQLite {'.'.join(map(str, connection.get_database_version()))}"
    with translated():
        words = _one(connection, "SELECT version()").split(" (")[0]
    if connection.vendor == "postgresql":
        return words
    return f"{'MariaDB' if 'MariaDB' in words else 'MySQL'} {words.split('-')[0]}"


def size(alias: str) -> int:
    """The bytes that the database takes on its disk."""
    connection = connections[alias]
    with translated():
        if connection.vendor == "sqlite":
            return int(_one(connection, "PRAGMA page_count")) * int(_one(connection, "PRAGMA page_size"))
        if connection.vendor == "postgresql":
            return int(_one(connection, "SELECT pg_database_size(current_database())"))
        return int(
            _one(
                connection,
                "SELECT COALESCE(SUM(data_length + index_length), 0) FROM information_schema.tables "
                "WHERE table_schema = DATABASE()",
            )
        )


def _check_postgresql(connection: BaseDatabaseWrapper) -> None:
    number = int(_one(connection, "SHOW server_version_num"))
    if number < 140000:
        raise _too_old(f"PostgreSQL {number // 10000}", "PostgreSQL 14")
    encoding = _one(connection, "SHOW server_encoding")
    if encoding != "UTF8":
        raise DatabaseFault(
            N_("The database {name} is in {found}, which does not hold every name."),
            N_("Make it anew with ENCODING 'UTF8' TEMPLATE template0."),
            name=connection.settings_dict["NAME"],
            found=encoding,
        )


def _check_mysql(connection: BaseDatabaseWrapper) -> None:
    words = _one(connection, "SELECT version()")
    numbers = tuple(int(part) for part in words.split("-")[0].split(".")[:2])
    maria = "MariaDB" in words
    if numbers < ((10, 6) if maria else (8, 0)):
        raise _too_old(words, "MariaDB 10.6 or MySQL 8.0")
    name = connection.settings_dict["NAME"]
    if _one(connection, "SELECT @@collation_database") != "utf8mb4_bin" and not connection.introspection.table_names():
        # Tables are made with the database's own: compared byte by byte, as everywhere else.
        quoted = connection.ops.quote_name(name)
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER DATABASE {quoted} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
    found = _one(connection, "SELECT @@collation_database")
    if found != "utf8mb4_bin":
        raise DatabaseFault(
            N_("The database {name} is in {found}, which does not tell all names apart."),
            N_("Make it anew with CHARACTER SET utf8mb4 COLLATE utf8mb4_bin."),
            name=name,
            found=found,
        )


def _too_old(found: str, wanted: str) -> DatabaseFault:
    return DatabaseFault(
        N_("The database server is {found}, which is too old."),
        N_("Use {wanted} or newer."),
        found=found,
        wanted=wanted,
    )


def _one(connection: BaseDatabaseWrapper, question: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return str(cursor.fetchone()[0])

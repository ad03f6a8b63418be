"""Django's backend for MariaDB and MySQL on PyMySQL."""

import ssl
import time
from typing import Any

import pymysql

# Django asks for mysqlclient, which has no wheels: every host would need a compiler. From here on `pymysql.err` is
# another module than the one that its connections raise from; `pymysql.OperationalError` is the one.
pymysql.install_as_MySQLdb()

from django.db.backends.mysql import base, operations  # noqa: E402

from carteiro.hosting.database.engines import patience  # noqa: E402

# TRADITIONAL: a value that does not fit is refused, never cut (https://mariadb.com/kb/en/sql-mode/).
_SESSION = "SET SESSION sql_mode='TRADITIONAL', default_storage_engine=InnoDB"
_LOCKS = f", innodb_lock_wait_timeout={patience.LOCK_SECONDS}, lock_wait_timeout={patience.LOCK_SECONDS}"
_ANY_CASE = ("iexact", "icontains", "istartswith", "iendswith")


class DatabaseOperations(operations.DatabaseOperations):
    """Comparisons without regard to case in texts that are compared byte by byte."""

    def lookup_cast(self, lookup_type: str, internal_type: str | None = None) -> str:
        """How the column is written in a comparison."""
        return "UPPER(%s)" if lookup_type in _ANY_CASE else str(super().lookup_cast(lookup_type, internal_type))


class DatabaseWrapper(base.DatabaseWrapper):
    """Waits within bounds, and encrypts as the settings say.

    Tables are in utf8mb4_bin, so that equality, order and unique keys go by bytes as in the other databases.
    """

    ops_class = DatabaseOperations
    # The comparisons of Django rely on the collation of a column: there, these would find the same case only.
    operators = base.DatabaseWrapper.operators | {
        "exact": "= %s",
        "iexact": "= UPPER(%s)",
        "contains": "LIKE %s",
        "icontains": "LIKE UPPER(%s)",
        "startswith": "LIKE %s",
        "istartswith": "LIKE UPPER(%s)",
        "endswith": "LIKE %s",
        "iendswith": "LIKE UPPER(%s)",
    }

    def get_connection_params(self) -> dict[str, Any]:
        """What the driver is told; `seconds` of the options bounds each statement."""
        given = super().get_connection_params()
        seconds = given.pop("seconds", patience.STATEMENT_SECONDS)
        return given | {
            "tls": given.pop("tls", None),
            "connect_timeout": patience.CONNECT_SECONDS,
            "read_timeout": seconds,
            "write_timeout": seconds,
            "collation": "utf8mb4_bin",
            "init_command": _SESSION if patience.is_long(seconds) else _SESSION + _LOCKS,
        }

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:  # noqa: ANN401 - the driver has no types
        """A connection, or an OperationalError within seconds."""
        server = f"{self.settings_dict['HOST']}:{self.settings_dict['PORT']}"
        patience.refuse_if_silent(server)
        began = time.monotonic()
        tls = conn_params.pop("tls")
        seconds = conn_params["read_timeout"]
        try:
            encryption = {"ssl": _context(tls)} if tls else {"ssl_disabled": True}
            # The driver bounds the greeting of the server with the bound for statements.
            connection = super().get_new_connection(
                conn_params | encryption | {"read_timeout": patience.CONNECT_SECONDS}
            )
        except pymysql.OperationalError as error:
            patience.note(server, began, error)
            raise
        except OSError as error:  # a certificate that can't be read
            raise pymysql.OperationalError(2026, f"SSL connection error: {error}") from error
        connection._read_timeout = seconds
        return connection

    def is_usable(self) -> bool:
        """Whether the connection still answers, and soon."""
        if self.connection is None:
            return False
        seconds, self.connection._read_timeout = self.connection._read_timeout, patience.HEALTH_SECONDS
        try:
            return bool(super().is_usable())
        finally:
            self.connection._read_timeout = seconds


def _context(tls: dict[str, Any]) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=tls["ca"] or None)
    if not tls["verify"]:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if tls["certificate"]:
        context.load_cert_chain(tls["certificate"], tls["key"])
    return context

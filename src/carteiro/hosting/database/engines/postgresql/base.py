"""Django's backend for PostgreSQL on psycopg 3."""

import time
from collections.abc import Generator
from typing import Any, TypeVar

import psycopg
from django.db.backends.postgresql import base
from psycopg.errors import _WaitTimeout
from psycopg.types.string import StrDumperUnknown

from carteiro.hosting.database.engines import patience

# The driver's wheel brings an OpenSSL whose own directory is not Debian's.
_SYSTEM_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
_POLL_SECONDS = 0.1
_BOUNDS = f"-c lock_timeout={patience.LOCK_SECONDS}s -c idle_in_transaction_session_timeout={patience.IDLE_SECONDS}s"
_Value = TypeVar("_Value")


class Connection(psycopg.Connection[Any]):
    """A connection that gives up on a server that says nothing, as libpq itself never does."""

    seconds: float = patience.STATEMENT_SECONDS

    def wait(
        self, gen: Generator[Any, Any, _Value], interval: float = _POLL_SECONDS, timeout: float | None = None
    ) -> _Value:
        """Wait for one answer. Raises OperationalError after `seconds`; the connection is closed then."""
        try:
            return super().wait(gen, interval, timeout or self.seconds)
        except _WaitTimeout:
            self.pgconn.finish()
            raise psycopg.OperationalError("timeout expired: the server does not answer") from None


class _WithoutNul(StrDumperUnknown):
    """Text without U+0000, which the server takes in no text, and the other databases do.

    No rule here lets one be stored; somebody may well look for one, and finds nothing.
    """

    def dump(self, obj: str) -> Any:  # noqa: ANN401 - the driver's own type for bytes
        return super().dump(obj.replace("\0", "\ufffd"))


class DatabaseWrapper(base.DatabaseWrapper):
    """Waits within bounds, and encrypts as the settings say."""

    def get_connection_params(self) -> dict[str, Any]:
        """What the driver is told; `seconds` of the options bounds each statement."""
        given = super().get_connection_params()
        given.pop("sslmode", None)
        seconds = given.pop("seconds", patience.STATEMENT_SECONDS)
        return (
            given
            | _encryption(given.pop("tls", None))
            | {
                "seconds": seconds,
                "connect_timeout": patience.CONNECT_SECONDS,
                "gssencmode": "disable",
                "passfile": "/dev/null",  # nobody's home is read
                "application_name": "carteiro",
                "options": "" if patience.is_long(seconds) else _BOUNDS,
            }
        )

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        """A connection, or an OperationalError within seconds."""
        server = f"{self.settings_dict['HOST']}:{self.settings_dict['PORT']}"
        patience.refuse_if_silent(server)
        began = time.monotonic()
        seconds = conn_params.pop("seconds")
        self.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        try:
            connection = Connection.connect(**conn_params)
        except psycopg.OperationalError as error:
            patience.note(server, began, error)
            raise
        connection.seconds = seconds
        connection.adapters.register_dumper(str, _WithoutNul)
        return connection

    def is_usable(self) -> bool:
        """Whether the connection still answers, and soon."""
        if self.connection is None:
            return False
        seconds, self.connection.seconds = self.connection.seconds, patience.HEALTH_SECONDS
        try:
            return bool(super().is_usable())
        finally:
            self.connection.seconds = seconds


def _encryption(tls: dict[str, Any] | None) -> dict[str, str]:
    # An empty name would be looked for in somebody's home (libpq, section 34.19).
    files = {"sslcert": "/nonexistent", "sslkey": "/nonexistent", "sslrootcert": "/nonexistent"}
    if not tls:
        return {"sslmode": "disable"}
    if tls["certificate"]:
        files |= {"sslcert": tls["certificate"], "sslkey": tls["key"]}
    if tls["verify"]:
        files["sslrootcert"] = tls["ca"] or _SYSTEM_AUTHORITIES
    return {"sslmode": "verify-full" if tls["verify"] else "require", **files}

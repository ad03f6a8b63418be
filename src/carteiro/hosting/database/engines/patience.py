"""How long a server may keep us waiting, and what is remembered of one that did."""

import time

CONNECT_SECONDS = 3
LOCK_SECONDS = 8
"""How long one writer waits for another; SQLite's own bound is 10 s (hosting/database/embedded.py)."""
STATEMENT_SECONDS = 30
LONG_STATEMENT_SECONDS = 900
"""For statements over whole tables: migrations, and the copy of a database."""
HEALTH_SECONDS = 2
IDLE_SECONDS = 60
"""After so long between two statements of a transaction its client is gone, and the server takes the locks away."""

_SLOW_SECONDS = 1.0
_REMEMBERED_SECONDS = 2.0
_silent: dict[str, tuple[float, Exception | None]] = {}


def is_long(seconds: float) -> bool:
    """Whether a connection is for statements over whole tables."""
    return seconds > STATEMENT_SECONDS


def refuse_if_silent(server: str) -> None:
    """Raise what the last attempt at a silent server met, if that was just now.

    One page asks for a connection several times; all of it would wait anew each time.
    """
    at, error = _silent.get(server, (0.0, None))
    if error is not None and time.monotonic() - at < _REMEMBERED_SECONDS:
        raise type(error)(*error.args)


def note(server: str, began: float, error: Exception) -> None:
    """Remember an attempt that took long; `began` is of time.monotonic()."""
    if time.monotonic() - began > _SLOW_SECONDS:
        # A copy: with the original's traceback the half-made connection would live on.
        _silent[server] = (time.monotonic(), type(error)(*error.args))

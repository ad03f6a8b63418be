"""Refusals of the use cases, and troubles of the database, as faults that a person can read."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, IntegrityError

from carteiro.hosting import troubles
from carteiro.words import N_, Fault


class Refusal(Fault):
    """A rule says no; nothing was changed."""

    code = "refused"


class NotFound(Refusal):
    """There is no such thing, or the actor may not know of it."""

    code = "not_found"


class Exists(Refusal):
    """The name is taken."""

    code = "exists"


class Forbidden(Refusal):
    """The actor has no right to do this."""

    code = "forbidden"


class Limit(Refusal):
    """A limit of the domain is reached."""

    code = "limit"


class Invalid(Refusal):
    """A value is not what it has to be."""

    code = "invalid"


class Dangling(Invalid):
    """A target in a domain of ours that does not exist (yet)."""


class Loop(Refusal):
    """Mail would go round for ever."""

    code = "loop"


class NotSignedIn(Refusal):
    """Address and password, or a link, do not let anybody in."""

    code = "not_signed_in"


class Slowed(Refusal):
    """There were too many failures lately: the next try has to wait."""

    code = "slowed"


class Conflict(Refusal):
    """Something else that exists stands against it."""

    code = "conflict"


class DatabaseFault(Fault):
    """The accounts database can't do its work; the transaction left nothing behind."""

    code = "database"


@contextmanager
def translated() -> Iterator[None]:
    """Turn what a database says into one line for a person; the one place that does."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict(
            N_("Somebody else changed the same thing at the same moment ({reason})."),
            N_("Look at it again and repeat the command."),
            reason=troubles.said(error),
        ) from error
    except (Error, sqlite3.Error) as error:
        raise fault_of(error) from error


def fault_of(error: Exception) -> DatabaseFault:
    """What a database said, as a fault."""
    text, remedy = troubles.told(error)
    return DatabaseFault(text, remedy, reason=troubles.said(error))

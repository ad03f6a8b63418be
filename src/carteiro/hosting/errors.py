"""Refusals of the use cases, and troubles of the database, as faults that a person can read."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, IntegrityError

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


# What SQLite says (https://sqlite.org/rescode.html): part of its message, the reason, the remedy.
_TROUBLES = (
    ("locked", N_("The accounts database is busy: another command is writing."), N_("Try again in a moment.")),
    ("readonly", N_("The accounts database can't be written: {reason}."), N_("Check the owner and mode of its files.")),
    ("full", N_("The disk of the accounts database is full."), N_("Free some space and try again.")),
    ("disk I/O", N_("The disk of the accounts database fails: {reason}."), N_("Check the disk and its free space.")),
    (
        "malformed",
        N_("The accounts database is damaged: {reason}."),
        N_("Put the last backup in its place; mail goes on meanwhile."),
    ),
    (
        "not a database",
        N_("The accounts database is damaged: {reason}."),
        N_("Put the last backup in its place; mail goes on meanwhile."),
    ),
    ("unable to open", N_("The accounts database can't be opened: {reason}."), N_("Run 'carteiro apply' as root.")),
    ("no such", N_("The accounts database is not of this release: {reason}."), N_("Run 'carteiro apply' as root.")),
)


@contextmanager
def translated() -> Iterator[None]:
    """Turn what a database says into one line for a person; the one place that does."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict(
            N_("Somebody else changed the same thing at the same moment ({reason})."),
            N_("Look at it again and repeat the command."),
            reason=_line(error),
        ) from error
    except (DatabaseError, sqlite3.Error) as error:
        raise _database_fault(error) from error


def _database_fault(error: Exception) -> DatabaseFault:
    reason = _line(error)
    for part, text, remedy in _TROUBLES:
        if part in reason:
            return DatabaseFault(text, remedy, reason=reason)
    return DatabaseFault(N_("The accounts database refuses: {reason}."), reason=reason)


def _line(error: Exception) -> str:
    return " ".join(str(error).split())

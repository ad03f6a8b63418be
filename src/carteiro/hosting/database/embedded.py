"""The embedded accounts database: SQLite in a file of the instance's."""

import os
import pwd
from pathlib import Path
from typing import Any

from carteiro.hosting.errors import DatabaseFault
from carteiro.settings.database import Location
from carteiro.settings.layout import Layout
from carteiro.words import N_

OWNER = "carteiro"

_ENGINE = "django.db.backends.sqlite3"
_OPTIONS = {
    # A transaction that reads first and writes later can't be upgraded while another one writes:
    # it fails at once, whatever the time-out (https://sqlite.org/isolation.html).
    "transaction_mode": "IMMEDIATE",
    "timeout": 10,
    "uri": True,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
}


def unknown() -> dict[str, Any]:
    """An entry of Django's DATABASES before it is known where the accounts are."""
    return {"ENGINE": _ENGINE, "NAME": ":memory:", "OPTIONS": _OPTIONS}


def settings(layout: Layout, location: Location) -> dict[str, Any]:
    """The entry of Django's DATABASES for the instance's own file, or the one that `location` names."""
    # An address instead of a path, so that SQLite never makes an empty database where one is missing.
    return {"ENGINE": _ENGINE, "NAME": f"{file_of(layout, location).as_uri()}?mode=rw", "OPTIONS": _OPTIONS}


def file_of(layout: Layout, location: Location) -> Path:
    """The file of an embedded database."""
    return Path(location.path) if location.path else layout.accounts_database.absolute()


def make(layout: Layout, location: Location) -> None:
    """Make the file, if there is none, for its owner alone. Raises DatabaseFault."""
    path = file_of(layout, location)
    try:
        if not location.path or not path.parent.exists():
            _make_directory(path.parent)
        _make_file(path)
    except OSError as error:
        raise DatabaseFault(
            N_("The accounts database can't be made: {reason}."), N_("Run the command as root."), reason=error
        ) from error
    _require_owner(path.parent)


def _make_directory(path: Path) -> None:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)
    _give(path)


def _make_file(path: Path) -> None:
    # SQLite gives the -wal and -shm files the owner and mode of the database itself.
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    path.chmod(0o600)
    _give(path)


def _give(path: Path) -> None:
    if os.geteuid() != 0:
        return
    try:
        user = pwd.getpwnam(OWNER)
    except KeyError:  # a tree without the instance's users: the files stay root's
        return
    os.chown(path, user.pw_uid, user.pw_gid)


def _require_owner(directory: Path) -> None:
    """SQLite writes beside its file, and the panel runs as the owner."""
    try:
        user = pwd.getpwnam(OWNER)
    except KeyError:
        return
    if os.geteuid() == 0 and directory.stat().st_uid != user.pw_uid:
        raise DatabaseFault(
            N_("The directory {directory} of the accounts database is not {owner}'s."),
            N_("Name a file in a directory of its own, which is made if it does not exist."),
            directory=directory,
            owner=OWNER,
        )

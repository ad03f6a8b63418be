"""Django without a project: what the rooms with a database need of it, set once per process.

As a module it is also the settings module that the type checker's Django plugin reads;
a running program calls `setup` instead and needs no DJANGO_SETTINGS_MODULE.
"""

import os
import pwd
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import django
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connections

from carteiro.hosting.errors import DatabaseFault, translated
from carteiro.settings.layout import Layout
from carteiro.words import N_

OWNER = "carteiro"

SECRET_KEY = "only for the type checker; nothing here signs anything"  # noqa: S105
INSTALLED_APPS: list[str] = ["carteiro.jobs", "carteiro.hosting"]
AUTH_USER_MODEL = "hosting.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
DATABASES: dict[str, dict[str, Any]] = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
# What the host settings say about accounts; the use cases read it from Django's settings.
CARTEIRO_DEFAULT_QUOTA = 2 * 1024**3
CARTEIRO_BIN_DAYS = 30
CARTEIRO_SEALING_KEY: Path = Path("/nonexistent")  # the public one

_OPTIONS = {
    # A transaction that reads first and writes later can't be upgraded while another one writes:
    # it fails at once, whatever the time-out (https://sqlite.org/isolation.html).
    "transaction_mode": "IMMEDIATE",
    "timeout": 10,
    "uri": True,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
}


def setup(
    layout: Layout,
    database: str = "sqlite",
    *,
    default_quota: int = CARTEIRO_DEFAULT_QUOTA,
    bin_days: int = CARTEIRO_BIN_DAYS,
) -> None:
    """Make the accounts database of an instance the one that the use cases work on.

    `default_quota` is in bytes. Called again with another instance, the process turns to that one.
    """
    name = _database_name(layout, database)
    prepare()
    connections.close_all()
    connections.settings["default"]["NAME"] = name
    django_settings.CARTEIRO_DEFAULT_QUOTA = default_quota
    django_settings.CARTEIRO_BIN_DAYS = bin_days
    django_settings.CARTEIRO_SEALING_KEY = layout.sealing / "public.pem"


def prepare() -> None:
    """Make the models importable before it is known which instance they are of; a second call does nothing."""
    if django_settings.configured:
        return
    django_settings.configure(
        SECRET_KEY=SECRET_KEY,
        INSTALLED_APPS=INSTALLED_APPS,
        AUTH_USER_MODEL=AUTH_USER_MODEL,
        DEFAULT_AUTO_FIELD=DEFAULT_AUTO_FIELD,
        USE_TZ=USE_TZ,
        TIME_ZONE=TIME_ZONE,
        USE_I18N=USE_I18N,
        LOGGING_CONFIG=None,
        DATABASES=databases(),
        CARTEIRO_DEFAULT_QUOTA=CARTEIRO_DEFAULT_QUOTA,
        CARTEIRO_BIN_DAYS=CARTEIRO_BIN_DAYS,
    )
    django.setup()


def databases() -> dict[str, dict[str, Any]]:
    """Django's DATABASES, before `setup` says which database it is."""
    return {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:", "OPTIONS": _OPTIONS}}


def migrate() -> None:
    """Bring the tables of the accounts database to this release; make the database if there is none."""
    name = str(django_settings.DATABASES["default"]["NAME"])
    try:
        _make_file(Path(unquote(urlsplit(name).path)))
    except OSError as error:
        raise DatabaseFault(
            N_("The accounts database can't be made: {reason}."), N_("Run the command as root."), reason=error
        ) from error
    with translated():
        # Ours first: other apps' tables name Person's, but their migrations only ask for the first of ours.
        for app in ("jobs", "hosting"):
            call_command("migrate", app, interactive=False, verbosity=0)
        call_command("migrate", interactive=False, verbosity=0)


def close() -> None:
    """Close this process's connections; the next use case opens new ones."""
    connections.close_all()


def _database_name(layout: Layout, database: str) -> str:
    if database != "sqlite":
        raise DatabaseFault(
            N_("The accounts database {database!r} is of a kind that this release does not know."),
            N_('Set database = "sqlite".'),
            database=database,
        )
    # An address instead of a path, so that SQLite never makes an empty database where one is missing.
    return f"{layout.accounts_database.absolute().as_uri()}?mode=rw"


def _make_file(path: Path) -> None:
    # SQLite gives the -wal and -shm files the owner and mode of the database itself.
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    path.chmod(0o600)
    if os.geteuid() == 0:
        _give(path.parent)
        _give(path)


def _give(path: Path) -> None:
    try:
        user = pwd.getpwnam(OWNER)
    except KeyError:  # a tree without the instance's users: the files stay root's
        return
    os.chown(path, user.pw_uid, user.pw_gid)

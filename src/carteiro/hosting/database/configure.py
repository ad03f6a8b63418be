"""Django without a project: what the rooms with a database need of it, set once per process.

As a module it is also the settings module that the type checker's Django plugin reads;
a running program calls `setup` instead and needs no DJANGO_SETTINGS_MODULE.
"""

from pathlib import Path
from typing import Any

import django
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import close_old_connections, connections
from django.db.migrations.executor import MigrationExecutor

from carteiro.hosting.database import embedded, servers, standstill
from carteiro.hosting.database.engines.patience import LONG_STATEMENT_SECONDS
from carteiro.hosting.errors import DatabaseFault, translated
from carteiro.settings.database import Location, parse_location
from carteiro.settings.layout import Layout

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
# Which instance's accounts this process works on.
_place: list[tuple[Layout, Location]] = []


def setup(
    layout: Layout,
    database: str = "sqlite",
    *,
    default_quota: int = CARTEIRO_DEFAULT_QUOTA,
    bin_days: int = CARTEIRO_BIN_DAYS,
) -> None:
    """Make the accounts database of an instance the one that the use cases work on.

    `database` is as in the host settings, `default_quota` in bytes. Called again with another instance, the process
    turns to that one. Raises Fault where the password of a server can't be read.
    """
    prepare()
    location = parse_location(database)
    use("default", layout, location)
    _place[:] = [(layout, location)]
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
    return {"default": embedded.unknown()}


def use(alias: str, layout: Layout, location: Location, *, seconds: float | None = None) -> None:
    """Have Django find an accounts database under an alias; `seconds` bounds each statement on a server."""
    wanted = embedded.settings(layout, location) if location.kind == "sqlite" else servers.settings(location, seconds)
    _be(alias, wanted)


def drop(alias: str) -> None:
    """Close this thread's connection under an alias and forget what it was to."""
    for connection in connections.all(initialized_only=True):
        if connection.alias == alias:
            connection.close()
            del connections[alias]


def _be(alias: str, wanted: dict[str, Any]) -> None:
    drop(alias)
    others = {name: values for name, values in connections.settings.items() if name != alias}
    connections.settings = connections.configure_settings({**others, alias: wanted})


def migrate() -> None:
    """Bring the tables of the accounts database to this release; make the database if there is none.

    A server's database has to be there; whether it holds accounts as they are is looked at.
    """
    layout, location = _place[-1]
    if location.kind == "sqlite":
        embedded.make(layout, location)
        _migrate_tables()
        return
    use("default", layout, location, seconds=LONG_STATEMENT_SECONDS)
    with translated():
        servers.check("default")
    _migrate_tables()
    use("default", layout, location)


def migrate_other(alias: str) -> None:
    """As `migrate`, for another database that is there, empty, and known to Django by this alias."""
    usual = connections.settings["default"]
    # Migrations may change rows too, and then mean the default database.
    _be("default", connections.settings[alias])
    try:
        _migrate_tables()
    finally:
        _be("default", usual)


def _migrate_tables() -> None:
    with translated():
        if _migrated():
            return
        # Ours first: other apps' tables name Person's, but their migrations only ask for the first of ours.
        for app in ("jobs", "hosting"):
            call_command("migrate", app, interactive=False, verbosity=0)
        call_command("migrate", interactive=False, verbosity=0)


def _migrated() -> bool:
    """Whether nothing is left to do: Django's own command builds every state of all models to find that out."""
    executor = MigrationExecutor(connections["default"])
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def location() -> Location:
    """Where the accounts are that this process works on."""
    return _place[-1][1]


def require_no_move() -> None:
    """Raise DatabaseFault while the accounts move to another database; asked before each change."""
    if (fault := standing_still()) is not None:
        raise fault


def standing_still() -> DatabaseFault | None:
    """Why nothing may be changed just now, or None."""
    return standstill.fault(*_place[-1]) if _place else None


def refresh() -> None:
    """For what runs long, now and then: the next statement of this thread finds a connection that works.

    A server may have gone and come back. An embedded database stays open.
    """
    if connections["default"].vendor != "sqlite":
        close_old_connections()


def close() -> None:
    """Close this process's connections; the next use case opens new ones."""
    connections.close_all()

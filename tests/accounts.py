"""Empty accounts databases for tests, of every kind, quicker than making each anew."""

import shutil
import uuid
from pathlib import Path

from django.apps import apps
from django.db import connection, connections, transaction

from carteiro.hosting.database import configure
from carteiro.settings.layout import Layout
from tests.servers import KINDS, Server

ALL_KINDS = ("sqlite", *KINDS)


class Accounts:
    """Gives an instance an accounts database with tables and nothing in them."""

    def into(self, layout: Layout) -> None:
        """Make an empty database the one of the instance and of this process."""
        raise NotImplementedError

    def stop(self) -> None:
        """Leave nothing behind."""


class Embedded(Accounts):
    """A file that is copied."""

    def __init__(self, place: Path) -> None:
        layout = Layout.below(place)
        configure.setup(layout)
        configure.migrate()
        configure.close()
        self.directory = layout.accounts_database.parent

    def into(self, layout: Layout) -> None:
        shutil.copytree(self.directory, layout.accounts_database.parent)
        configure.setup(layout)


class OnServer(Accounts):
    """One database on a private server, emptied each time."""

    def __init__(self, kind: str, place: Path) -> None:
        self.server: Server = KINDS[kind]()
        self.url = self.server.create("carteiro")
        configure.setup(Layout.below(place), self.url)
        configure.migrate()
        # What migrations put there: the record of themselves, and the feed's head.
        self.tables = sorted(
            model._meta.db_table for model in apps.get_models(include_auto_created=True) if model.__name__ != "FeedHead"
        )
        configure.close()

    def into(self, layout: Layout) -> None:
        configure.setup(layout, self.url)
        with connection.cursor() as cursor:
            # One question for all: most tables are empty, and to empty one takes its time.
            cursor.execute(" UNION ALL ".join(f"(SELECT '{table}' FROM {table} LIMIT 1)" for table in self.tables))
            filled = [row[0] for row in cursor.fetchall()]
            with connection.constraint_checks_disabled(), transaction.atomic():
                for table in filled:
                    cursor.execute(f"DELETE FROM {table}")
                # Another database, as each of the files is.
                cursor.execute("UPDATE hosting_feedhead SET number = 0, identity = %s", [uuid.uuid4().hex])

    def stop(self) -> None:
        connections.close_all()
        self.server.stop()

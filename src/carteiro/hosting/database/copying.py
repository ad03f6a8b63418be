"""All rows of one accounts database into another, in bounded memory, counted and hashed on both sides."""

import datetime
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connections, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from carteiro.hosting.database import configure, servers
from carteiro.hosting.errors import DatabaseFault, translated
from carteiro.words import N_

SOURCE = "source"
TARGET = "target"
"""The names under which Django has to know the two databases (configure.use)."""

_MARK = "carteiro_move"
_ROWS = 1000
_LARGEST_STATEMENT = 10_000  # values in one INSERT: every database takes as many

Told = Callable[[str, int, int], None]
"""Hears the step (copy, verify), how many rows are done, and of how many."""
Row = tuple[Any, ...]


@dataclass
class Sum:
    """A table's rows, in whatever order: how many, and the sum of their hashes."""

    count: int = 0
    digest: int = 0

    def add(self, row: Row) -> None:
        """One row more."""
        text = json.dumps(row, sort_keys=True, ensure_ascii=False, default=_written, separators=(",", ":"))
        self.count += 1
        self.digest += int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())


def transfer(identity: str, told: Told) -> dict[str, Sum]:
    """Copy all of the source into the target and compare; gives the sums of the tables.

    The source takes no more changes until its connection is closed. Raises DatabaseFault, and then the target bears the
    mark of an unfinished copy.
    """
    require_release()
    prepare_target(identity)
    hold_source()
    sums = copy(told)
    verify(sums, told)
    finish_target()
    return sums


def prepare_target(identity: str) -> None:
    """Make the tables in the target, which must be empty or hold a copy that was broken off. Raises DatabaseFault."""
    with translated():
        if connections[TARGET].vendor != "sqlite":
            servers.check(TARGET)
        _clear_target()
        with connections[TARGET].cursor() as cursor:
            cursor.execute(f"CREATE TABLE {_MARK} (identity varchar(32) NOT NULL)")
            cursor.execute(f"INSERT INTO {_MARK} VALUES (%s)", [identity])  # noqa: S608 - a name of our own
    configure.migrate_other(TARGET)


def finish_target() -> None:
    """Let the target number new rows after those that came, and take the mark of an unfinished copy off."""
    connection = connections[TARGET]
    with translated(), connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(statement)
        cursor.execute(f"DROP TABLE {_MARK}")


def require_release() -> None:
    """Raise DatabaseFault where the source's tables are not of this release."""
    with translated():
        executor = MigrationExecutor(connections[SOURCE])
        ours = [node for node in executor.loader.graph.leaf_nodes() if node[0] in ("hosting", "jobs")]
        pending = executor.migration_plan(ours)
    if pending:
        raise DatabaseFault(
            N_("The accounts database is not of this release: {reason}."),
            N_("Run 'carteiro apply' as root."),
            reason=", ".join(str(migration) for migration, _ in pending),
        )


def hold_source() -> None:
    """Let nobody write to the source until its connection is closed; readers are not in the way."""
    connection = connections[SOURCE]
    names = ", ".join(connection.ops.quote_name(table) for table in _tables(SOURCE))
    with translated():
        if connection.vendor == "mysql":
            reads = ", ".join(f"{name} READ" for name in names.split(", "))
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLES {reads}")
            return
        # IMMEDIATE in SQLite: it ends with the connection.
        transaction.atomic(using=SOURCE).__enter__()
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {names} IN EXCLUSIVE MODE")


def copy(told: Told) -> dict[str, Sum]:
    """Copy every row; gives the sums of the source's tables. All of it is stored, or nothing."""
    there = set(_tables(SOURCE))
    chosen = [model for model in _models() if model._meta.db_table in there]
    with translated():
        whole = sum(model._base_manager.using(SOURCE).count() for model in chosen)
    sums: dict[str, Sum] = {}
    done = 0
    connection = connections[TARGET]
    with translated(), connection.constraint_checks_disabled(), transaction.atomic(using=TARGET):
        for model in reversed(chosen):
            _run(TARGET, f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608
        for model in chosen:
            sums[model._meta.db_table] = into = Sum()
            for rows in _parts(SOURCE, model):
                for row in rows:
                    into.add(row)
                _insert(model, rows)
                done += len(rows)
                told("copy", done, whole)
    return sums


def verify(sums: dict[str, Sum], told: Told) -> None:
    """Read the target's rows back. Raises DatabaseFault for the first table that is not the source's."""
    whole = sum(each.count for each in sums.values())
    done = 0
    for model in _models():
        table = model._meta.db_table
        if table not in sums:
            continue
        found = Sum()
        with translated():
            for rows in _parts(TARGET, model):
                for row in rows:
                    found.add(row)
                done += len(rows)
                told("verify", done, whole)
        if found != sums[table]:
            raise DatabaseFault(
                N_("The copy of table {table} is not what was copied: {found} rows instead of {count}, or other ones."),
                N_("Nothing was changed; the accounts are where they were. Tell us about it."),
                table=table,
                found=found.count,
                count=sums[table].count,
            )


def _models() -> list[type[models.Model]]:
    """Every table's model; what others point at comes first."""
    found = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    ordered: list[type[models.Model]] = []
    for model in sorted(found, key=lambda each: each._meta.db_table):
        _place(model, ordered)
    return ordered


def _place(model: type[models.Model], ordered: list[type[models.Model]]) -> None:
    if model in ordered:
        return
    for field in model._meta.concrete_fields:
        pointed = field.related_model
        if isinstance(pointed, type) and pointed is not model:
            _place(pointed, ordered)
    ordered.append(model)


def _tables(alias: str) -> list[str]:
    there = set(connections[alias].introspection.table_names())
    return [model._meta.db_table for model in _models() if model._meta.db_table in there]


def _clear_target() -> None:
    """Take a copy that was broken off away. Raises DatabaseFault where anything else is there."""
    connection = connections[TARGET]
    there = connection.introspection.table_names()
    known = {_MARK, MigrationRecorder.Migration._meta.db_table, *(model._meta.db_table for model in _models())}
    if there and (_MARK not in there or set(there) - known):
        raise DatabaseFault(
            N_("The database {name} is not empty."),
            N_("Name an empty one, or make this one anew; nothing in it was touched."),
            name=connection.settings_dict["NAME"],
        )
    with connection.constraint_checks_disabled():
        for table in there:
            ending = " CASCADE" if connection.vendor == "postgresql" else ""
            _run(TARGET, f"DROP TABLE {connection.ops.quote_name(table)}{ending}")


def _parts(alias: str, model: type[models.Model]) -> Iterator[list[Row]]:
    """The rows in the order of their keys, some at a time; each begins with the key."""
    names = [model._meta.pk.attname, *(each.attname for each in _fields(model) if not each.primary_key)]
    rows = model._base_manager.using(alias).order_by("pk").values_list(*names)
    last: Any = None
    while some := list((rows if last is None else rows.filter(pk__gt=last))[:_ROWS]):
        yield some
        last = some[-1][0]


def _insert(model: type[models.Model], rows: Sequence[Row]) -> None:
    connection = connections[TARGET]
    fields = [model._meta.pk, *(each for each in _fields(model) if not each.primary_key)]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    place = f"({', '.join(['%s'] * len(fields))})"
    at_once = max(1, _LARGEST_STATEMENT // len(fields))
    with connection.cursor() as cursor:
        for begin in range(0, len(rows), at_once):
            some = rows[begin : begin + at_once]
            values = [
                field.get_db_prep_save(value, connection)
                for row in some
                for field, value in zip(fields, row, strict=True)
            ]
            places = ", ".join([place] * len(some))
            cursor.execute(f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES {places}", values)  # noqa: S608


def _fields(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    return list(model._meta.concrete_fields)


def _run(alias: str, statement: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement)


def _written(value: object) -> str:
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    return f"{type(value).__name__} {value}"

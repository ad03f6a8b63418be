"""What the projector asks the accounts database; it only reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.apps import apps
from django.db.models import Manager

from carteiro.directory.tables import Table
from carteiro.hosting.database import configure
from carteiro.hosting.errors import DatabaseFault, translated
from carteiro.words import N_

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Head:
    """Which accounts database this is, and the number of its last change (0 before the first)."""

    identity: str
    number: int


@dataclass(frozen=True)
class Step:
    """A change record as the projector sees it: that a row of some kind is not what it was."""

    number: int
    kind: str
    object_id: int


def refresh() -> None:
    """For who asks again and again: what follows finds a connection that works, where one can be had."""
    configure.refresh()


def head() -> Head:
    """Where the feed ends now."""
    with translated():
        row = _rows("FeedHead").filter(pk=1).values_list("identity", "number").first()
    if row is None:
        raise DatabaseFault(N_("The accounts database has no feed."), N_("Run 'carteiro apply' as root."))
    return Head(*row)


def steps_after(position: int, limit: int) -> list[Step]:
    """The next change records after a position, in order."""
    with translated():
        found = _rows("Change").filter(number__gt=position).order_by("number")
        return [Step(*row) for row in found.values_list("number", "kind", "object_id")[:limit]]


def rows_with(table: Table, column: str, values: Sequence[int]) -> list[Row]:
    """The rows of a table whose `column` is one of `values`, as they are now."""
    with translated():
        return list(_rows(table.model).filter(**{f"{column}__in": values}).values_list(*table.columns))


def all_rows(table: Table, chunk: int) -> Iterator[Sequence[Row]]:
    """Every row of a table, in chunks; memory does not grow with the table."""
    with translated():
        rows = _rows(table.model).order_by().values_list(*table.columns).iterator(chunk_size=chunk)
        while some := list(islice(rows, chunk)):
            yield some


def _rows(model: str) -> Manager[Any]:
    # Models can't be imported before Django knows its database; this room is, for its queries.
    manager: Manager[Any] = apps.get_model("hosting", model)._default_manager
    return manager

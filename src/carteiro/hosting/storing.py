"""Many rows at once, where the databases differ."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.db import connection, models

_Row = TypeVar("_Row", bound=models.Model)


def insert(rows: Iterable[_Row]) -> list[_Row]:
    """Insert rows; each has its number afterwards."""
    made = list(rows)
    if connection.features.can_return_rows_from_bulk_insert:
        return type(made[0])._default_manager.bulk_create(made) if made else []
    for row in made:  # MySQL does not tell the numbers of many
        row.save(force_insert=True)
    return made


def put(rows: Sequence[_Row], *, key: Sequence[str], values: Sequence[str], at_once: int | None = None) -> None:
    """Insert rows, or where one with the same unique `key` is there, set its `values`."""
    if not rows:
        return
    # MariaDB and MySQL look at every unique key, and do not want to be told one.
    named = list(key) if connection.features.supports_update_conflicts_with_target else None
    type(rows[0])._default_manager.bulk_create(
        rows, at_once, update_conflicts=True, unique_fields=named, update_fields=list(values)
    )

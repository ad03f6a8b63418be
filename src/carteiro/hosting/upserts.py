"""Rows that take the place of those that are there already."""

from collections.abc import Sequence
from typing import TypeVar

from django.db import connection, models

_Row = TypeVar("_Row", bound=models.Model)


def save(rows: Sequence[_Row], *, key: Sequence[str], values: Sequence[str], at_once: int | None = None) -> None:
    """Insert rows, or where one with the same unique `key` is there, set its `values`."""
    if not rows:
        return
    # MariaDB and MySQL look at every unique key, and do not want to be told one.
    named = list(key) if connection.features.supports_update_conflicts_with_target else None
    type(rows[0])._default_manager.bulk_create(
        rows, at_once, update_conflicts=True, unique_fields=named, update_fields=list(values)
    )

"""Holds the directory against the accounts and tells where they differ."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import apsw

from carteiro.directory import projector, store
from carteiro.directory.tables import ALL, Table
from carteiro.settings.layout import Layout
from carteiro.words import N_, Fault

_ATTEMPTS = 5
_DAMAGED = N_("The directory is damaged: {reason}.")
_MISSING = N_("{table} {key} ({name}) is missing in the directory.")
_SURPLUS = N_("{table} {key} ({name}) is in the directory, but not in the accounts.")
_DIFFERENT = N_("{table} {key} ({name}) differs from the accounts.")


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it should be, as a message id with its values; never a password."""

    text: str
    values: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text.format(**self.values)


def check(layout: Layout) -> list[Difference]:
    """Everything in which the directory differs from the accounts; `rebuild` puts it right.

    Changes that nobody has projected yet are projected before. Raises Fault as `catch_up` does.
    """
    if (damage := _damage(layout)) is not None:
        return [damage]
    for _ in range(_ATTEMPTS):
        projector.catch_up(layout)
        found = _compare(layout)
        if found is not None:
            return found
    raise Fault(
        N_("The accounts change too fast to be compared."), N_("Try again when the import is over."), code="busy"
    )


def _compare(layout: Layout) -> list[Difference] | None:
    """None when the accounts were changed meanwhile."""
    path = layout.directory_database
    with store.locked(path, store.DIRECTORY), store.translated(path):
        wanted = apsw.Connection(":memory:")
        try:
            wanted.execute(store.DIRECTORY.schema)
            wanted.execute("ATTACH ? AS projected", (str(path),))
            store.keep_wal(wanted, "projected")
            projector.fill(wanted)
            ((same,),) = wanted.execute(
                "SELECT main.state.position = projected.state.position FROM main.state, projected.state"
            )
            return [difference for table in ALL for difference in _differences(wanted, table)] if same else None
        finally:
            wanted.close()


def _damage(layout: Layout) -> Difference | None:
    path = layout.directory_database
    try:
        with store.locked(path, store.DIRECTORY), store.opened(path, store.DIRECTORY) as directory:
            verdict = store.soundness(directory)
    except store.Damaged as damaged:
        return Difference(_DAMAGED, {"reason": str(damaged.values["reason"])})
    return None if verdict == "ok" else Difference(_DAMAGED, {"reason": verdict})


def _differences(wanted: apsw.Connection, table: Table) -> Iterator[Difference]:
    here, there = _rows(wanted, table, "main", "projected"), _rows(wanted, table, "projected", "main")
    for key in sorted(here | there):
        text = _DIFFERENT if key in here and key in there else _MISSING if key in here else _SURPLUS
        name = here.get(key) or there.get(key) or "-"
        yield Difference(text, {"table": table.name, "key": key, "name": name})


def _rows(connection: apsw.Connection, table: Table, one: str, other: str) -> dict[str, str | None]:
    """The rows of one database that the other has not got just like that: key → what people know the row by."""
    columns, key = ", ".join(table.columns), " || ' ' || ".join(table.key)
    rows = connection.execute(
        f"SELECT {key}, {table.told.format(database=one)} FROM ("  # noqa: S608 - all of it is our own text
        f"SELECT {columns} FROM {one}.{table.name} EXCEPT SELECT {columns} FROM {other}.{table.name})"
    )
    return {str(row[0]): row[1] for row in rows}

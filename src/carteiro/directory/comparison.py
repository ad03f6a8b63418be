"""Holds the directory against the accounts and tells where they differ."""

from collections.abc import Iterator
from dataclasses import dataclass

import apsw

from carteiro.directory import projector, store
from carteiro.directory.tables import ALL, Table
from carteiro.settings.layout import Layout
from carteiro.words import N_, Fault

_ATTEMPTS = 5
_DAMAGED = N_("The directory is damaged: {reason}.")
_MISSING = N_("{table} {key} is missing in the directory.")
_SURPLUS = N_("{table} {key} is in the directory, but not in the accounts.")
_DIFFERENT = N_("{table} {key} differs from the accounts.")


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it should be, as a message id with its values; never a password."""

    text: str
    table: str = ""
    key: str = ""
    reason: str = ""

    def __str__(self) -> str:
        return self.text.format(table=self.table, key=self.key, reason=self.reason)


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
        return Difference(_DAMAGED, reason=str(damaged.values["reason"]))
    return None if verdict == "ok" else Difference(_DAMAGED, reason=verdict)


def _differences(wanted: apsw.Connection, table: Table) -> Iterator[Difference]:
    here, there = _keys(wanted, table, "main", "projected"), _keys(wanted, table, "projected", "main")
    for key in sorted(here | there):
        text = _DIFFERENT if key in here & there else _MISSING if key in here else _SURPLUS
        yield Difference(text, table=table.name, key=key)


def _keys(connection: apsw.Connection, table: Table, one: str, other: str) -> set[str]:
    """The keys of the rows of one database that the other has not got just like that."""
    columns = ", ".join(table.columns)
    rows = connection.execute(
        f"SELECT {columns} FROM {one}.{table.name} EXCEPT SELECT {columns} FROM {other}.{table.name}"  # noqa: S608
    )
    places = [table.columns.index(name) for name in table.key]
    return {" ".join(str(row[place]) for place in places) for row in rows}

"""Brings the accounts into the directory: change by change, or all anew."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import apsw

from carteiro.directory import accounts, store, usage
from carteiro.directory.tables import ALL, CONCERNED, Table
from carteiro.settings.layout import Layout
from carteiro.words import Fault

POLL_SECONDS = 0.25
INSPECT_SECONDS = 60.0
_LONGEST_WAIT = 2.0  # what is away is back for everybody soon after it is back
_INSPECT_SHARE = 100  # however large the file, no more than a hundredth of the time
_STEPS = 5000  # change records read at once
_KEYS = 500  # in one IN (…): every database takes as many
_ROWS = 5000
_ROUNDS = 100  # batches in one transaction, so that readers of a long feed see some of it


@dataclass(frozen=True)
class Progress:
    """What a call did to the directory.

    `swapped`: a new file took the place of a damaged or missing one; engines that run must be reloaded, they
    still read the old one.
    """

    changes: int = 0
    rebuilt: bool = False
    swapped: bool = False


def catch_up(layout: Layout) -> Progress:
    """Apply the changes that are not in the directory yet; any process that may write it can call this.

    A damaged or missing file, or one of another accounts database, is built anew. Raises Fault (disk full, no right to
    write, accounts database away); the directory then is as it was, or where only the usage database is in trouble,
    already as it should be.
    """
    path = layout.directory_database
    with store.locked(path, store.DIRECTORY):
        try:
            with store.opened(path, store.DIRECTORY) as directory:
                usage.watch_addresses(directory)
                progress = _catch_up(directory)
                _tell_usage(layout, directory)
        except store.Damaged:
            progress = _build_aside(layout)
    return progress


def rebuild(layout: Layout) -> Progress:
    """Read all accounts anew. In place, so that readers notice nothing, unless the file is damaged."""
    path = layout.directory_database
    with store.locked(path, store.DIRECTORY):
        try:
            with store.opened(path, store.DIRECTORY) as directory:
                _refuse_unsound(directory, layout)
                usage.watch_addresses(directory)
                with store.transaction(directory):
                    fill(directory)
                _tell_usage(layout, directory)
        except store.Damaged:
            return _build_aside(layout)
    return Progress(rebuilt=True)


def inspect(layout: Layout) -> Progress:
    """Read every page of the file; one that is damaged anywhere is built anew. Raises Fault as `catch_up` does.

    `catch_up` sees of a file only what it needs for the change at hand.
    """
    try:
        with store.opened(layout.directory_database, store.DIRECTORY) as directory:
            _refuse_unsound(directory, layout)
    except store.Damaged:
        return rebuild(layout)
    return Progress()


def follow(layout: Layout, stopped: threading.Event, report: Callable[[Progress | Fault], None]) -> None:
    """Keep the directory up to date until `stopped` is set; `report` hears of what was done, and of a Fault once.

    After a Fault it tries again, less and less often up to every 2 s.
    """
    told, wait = "", POLL_SECONDS
    inspection = _Inspection()
    held = hold(layout)
    while not stopped.is_set():
        held.refresh()
        accounts.refresh()
        try:
            for step in (catch_up, inspection.when_due):
                if (progress := step(layout)) != Progress():
                    report(progress)
        except Fault as fault:
            if str(fault) != told:
                report(fault)
            told, wait = str(fault), min(wait * 2, _LONGEST_WAIT)
        else:
            told, wait = "", POLL_SECONDS
        stopped.wait(wait)


def hold(layout: Layout) -> store.Held:
    """Keep both databases open from here on, as long as the caller keeps what this gives and refreshes it."""
    held = store.Held(layout.directory_database, layout.usage_database)
    held.refresh()
    return held


def lag(layout: Layout) -> int:
    """How many changes are not in the directory yet; all of them when it can't be read."""
    head = accounts.head()
    try:
        with store.opened(layout.directory_database, store.DIRECTORY) as directory:
            identity, position = _state(directory)
    except store.Damaged:
        return head.number
    return head.number - position if identity == head.identity else head.number


class _Inspection:
    """`inspect` by the clock."""

    def __init__(self) -> None:
        self._due = time.monotonic() + INSPECT_SECONDS

    def when_due(self, layout: Layout) -> Progress:
        begin = time.monotonic()
        if begin < self._due:
            return Progress()
        try:
            return inspect(layout)
        finally:
            end = time.monotonic()
            self._due = end + max(INSPECT_SECONDS, (end - begin) * _INSPECT_SHARE)


def fill(directory: apsw.Connection) -> None:
    """Make the projection hold what the accounts say now, within the caller's transaction."""
    head = accounts.head()
    for table in ALL:
        directory.execute(f"DELETE FROM {table.name}")  # noqa: S608 - names of our own
    directory.execute("INSERT OR REPLACE INTO state VALUES (1, ?, ?, 0)", (head.identity, head.number))
    for table in ALL:
        for rows in accounts.all_rows(table, _ROWS):
            _insert(directory, table, rows)
    # What was changed while it was read is read once more.
    while _apply_steps(directory):
        pass


def _catch_up(directory: apsw.Connection) -> Progress:
    identity, position = _state(directory)
    head = accounts.head()
    if identity != head.identity or position > head.number:
        with store.transaction(directory):
            fill(directory)
        return Progress(rebuilt=True)
    done = 0
    while applied := _apply_rounds(directory):
        done += applied
    return Progress(changes=done)


def _apply_rounds(directory: apsw.Connection) -> int:
    """One transaction. It ends where no further change is found, so that rows read at different moments agree."""
    if not accounts.steps_after(_state(directory)[1], 1):
        return 0
    done = 0
    with store.transaction(directory):
        for _ in range(_ROUNDS):
            applied = _apply_steps(directory)
            if not applied:
                break
            done += applied
    return done


def _apply_steps(directory: apsw.Connection) -> int:
    steps = accounts.steps_after(_state(directory)[1], _STEPS)
    if not steps:
        return 0
    for kind, parts in CONCERNED.items():
        concerned = sorted({step.object_id for step in steps if step.kind == kind})
        for table, column in parts:
            _read_again(directory, table, column, concerned)
    directory.execute("UPDATE state SET position = ?, told = 0", (steps[-1].number,))
    return len(steps)


def _read_again(directory: apsw.Connection, table: Table, column: str, values: Sequence[int]) -> None:
    """Delete and insert: the same whether the row is new, changed or gone, and however often it is done."""
    for start in range(0, len(values), _KEYS):
        some = values[start : start + _KEYS]
        directory.executemany(
            f"DELETE FROM {table.name} WHERE {column} = ?",  # noqa: S608 - names of our own
            ((value,) for value in some),
        )
        _insert(directory, table, accounts.rows_with(table, column, some))


def _insert(directory: apsw.Connection, table: Table, rows: Sequence[accounts.Row]) -> None:
    columns = ", ".join(table.columns)
    places = ", ".join("?" for _ in table.columns)
    directory.executemany(
        f"INSERT OR REPLACE INTO {table.name} ({columns}) VALUES ({places})",  # noqa: S608 - names of our own
        rows,
    )


def _state(directory: apsw.Connection) -> tuple[str, int]:
    for identity, position in directory.execute("SELECT accounts, position FROM state"):
        return str(identity), int(position)
    return "", 0


def _tell_usage(layout: Layout, directory: apsw.Connection) -> None:
    """Not in the transaction that changed the directory: accounts are not held up by a usage database in trouble."""
    ((told,),) = directory.execute("SELECT told FROM state")
    if not told or not layout.usage_database.exists():
        usage.tell(layout, directory)
        directory.execute("UPDATE state SET told = 1")


def _build_aside(layout: Layout) -> Progress:
    with store.replaced(layout.directory_database, store.DIRECTORY) as directory:
        usage.watch_addresses(directory)
        fill(directory)
        _tell_usage(layout, directory)
    return Progress(rebuilt=True, swapped=True)


def _refuse_unsound(directory: apsw.Connection, layout: Layout) -> None:
    if (verdict := store.soundness(directory)) != "ok":
        raise store.Damaged(layout.directory_database, verdict)

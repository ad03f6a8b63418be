"""What the lines of the file make: checked and hashed first, then stored in one transaction."""

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby, islice
from pathlib import Path
from typing import IO

from django.db import transaction

from carteiro.hosting import alias_domains, aliases, domains, mailboxes, relay_recipients
from carteiro.hosting.access import Actor
from carteiro.hosting.bulk.reading import LineFault, read
from carteiro.hosting.bulk.rows import Row
from carteiro.hosting.errors import Dangling, Loop, translated
from carteiro.mail.password import hash_password
from carteiro.words import Fault

_CHUNK = 2000
# What a later line may put right: the target comes, or the alias that takes it away from the catch-all.
_MAY_PASS = (Dangling, Loop)

Progress = Callable[[str, int, int], None]
"""Told the step ("read" in bytes, "write" in lines), how much of it is done, and how much there is."""


@dataclass
class Report:
    """What a run came to; `stored` tells whether anything is in the database."""

    made: dict[str, int] = field(default_factory=dict)
    faults: int = 0
    stored: bool = False


@dataclass
class _Run:
    actor: Actor
    keep_going: bool
    dry: bool
    on_fault: Callable[[LineFault], None]
    progress: Progress
    report: Report = field(default_factory=Report)

    def fault(self, line: int, fault: Fault) -> None:
        self.report.faults += 1
        self.on_fault(LineFault(line, fault))

    @property
    def doomed(self) -> bool:
        """Whether nothing will be stored: the rest is only read for its faults."""
        return self.dry or (self.report.faults > 0 and not self.keep_going)


def check(
    actor: Actor, path: Path, *, on_fault: Callable[[LineFault], None], progress: Progress | None = None
) -> Report:
    """Tell every fault of the file as `apply` would meet it, and store nothing."""
    return _carry_out(_Run(actor, False, True, on_fault, progress or _silent), path)


def apply(
    actor: Actor,
    path: Path,
    *,
    keep_going: bool = False,
    on_fault: Callable[[LineFault], None],
    progress: Progress | None = None,
) -> Report:
    """Make what the lines say: all of it, or nothing where a line has a fault; with `keep_going` all but those lines.

    Other changes wait while all is stored at once; hashing passwords comes before that. With `keep_going`
    each couple of thousand lines is a transaction of its own.
    """
    return _carry_out(_Run(actor, keep_going, False, on_fault, progress or _silent), path)


def _carry_out(run: _Run, path: Path) -> Report:
    # Unlinked at once and readable by nobody else: it holds hashes, never passwords.
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as spool,
        tempfile.TemporaryFile("w+", encoding="utf-8") as later,
    ):
        count = _prepare(run, path, spool)
        with _transaction(run):
            _store_all(run, spool, later, count)
    run.report.stored = not run.doomed
    if run.doomed and not run.dry:
        run.report.made = {}
    return run.report


def _spool() -> IO[str]:
    # Without a name and readable by nobody else: it holds hashes, never passwords.
    return tempfile.TemporaryFile("w+", encoding="utf-8")


@contextmanager
def _transaction(run: _Run) -> Iterator[None]:
    if run.keep_going and not run.dry:
        yield
        return
    with translated(), transaction.atomic():
        yield
        transaction.set_rollback(run.doomed)


def _prepare(run: _Run, path: Path, spool: IO[str]) -> int:
    size = path.stat().st_size if path.is_file() else 0
    count = 0
    rows = read(path, lambda done: run.progress("read", done, size))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        while chunk := list(islice(rows, _CHUNK)):
            for row in chunk:
                if isinstance(row, LineFault):
                    run.fault(row.line, row.fault)
            good = [row for row in chunk if isinstance(row, Row)]
            for row in _without_passwords(run, pool, good):
                _put(spool, row)
            count += len(good)
    return count


def _without_passwords(run: _Run, pool: ThreadPoolExecutor, rows: list[Row]) -> list[Row]:
    """The rows in their order, a hash in place of each password."""
    clear = {at: row.clear_password for at, row in enumerate(rows) if row.clear_password}
    if run.doomed:
        return [row.hashed() if at in clear else row for at, row in enumerate(rows)]
    # Argon2 leaves the interpreter's lock alone while it works, so threads use all cores.
    hashes = dict(zip(clear, pool.map(hash_password, clear.values()), strict=True))
    return [row.hashed(hashes[at]) if at in hashes else row for at, row in enumerate(rows)]


def _store_all(run: _Run, spool: IO[str], later: IO[str], count: int) -> None:
    done = 0
    for chunk in _chunks(spool):
        for row, fault in _store(run, chunk):
            if isinstance(fault, _MAY_PASS) and row.kind == "alias":
                _put(later, row)
            else:
                run.fault(row.line, fault)
        done += len(chunk)
        run.progress("write", done, count)
    _store_later(run, later)


def _store_later(run: _Run, later: IO[str]) -> None:
    """Aliases whose targets came after them: again and again, as long as some find theirs."""
    while True:
        with _spool() as left:
            tried = stayed = 0
            for chunk in _chunks(later):
                tried += len(chunk)
                for row, fault in _store(run, chunk):
                    if isinstance(fault, _MAY_PASS):
                        stayed += 1
                        _put(left, row)
                    else:
                        run.fault(row.line, fault)
            if stayed == tried:
                break
            left.seek(0)
            later.seek(0)
            later.truncate()
            later.writelines(left)
    # What still leads nowhere does so for good.
    for chunk in _chunks(later):
        for row, fault in _store(run, chunk):
            run.fault(row.line, fault)


def _store(run: _Run, rows: list[Row]) -> list[tuple[Row, Fault]]:
    """Make things of one kind; gives the rows that could not be, each with its reason."""
    kind = rows[0].kind
    outcomes: list[object]
    if kind == "mailbox":
        outcomes = [*mailboxes.add_many(run.actor, [row.mailbox() for row in rows])]
    elif kind == "alias":
        outcomes = [*aliases.add_many(run.actor, [row.alias() for row in rows])]
    else:
        outcomes = [_store_one(run.actor, row) for row in rows]
    refused = [(row, outcome) for row, outcome in zip(rows, outcomes, strict=True) if isinstance(outcome, Fault)]
    run.report.made[kind] = run.report.made.get(kind, 0) + len(rows) - len(refused)
    return refused


def _store_one(actor: Actor, row: Row) -> object:
    try:
        if row.kind == "domain":
            return domains.add(actor, row.address, **row.domain_fields())
        if row.kind == "alias-domain":
            return alias_domains.add(actor, row.address, row.values.get("targets", ""), active=row.active)
        return relay_recipients.add(actor, row.address)
    except Fault as fault:
        return fault


def _chunks(spool: IO[str]) -> Iterator[list[Row]]:
    """Rows of one kind that stand together, so many at a time."""
    spool.seek(0)
    rows = (Row(*json.loads(line)) for line in spool)
    for _, alike in groupby(rows, key=lambda row: row.kind):
        while chunk := list(islice(alike, _CHUNK)):
            yield chunk


def _put(spool: IO[str], row: Row) -> None:
    spool.write(json.dumps([row.line, row.values]) + "\n")


def _silent(step: str, done: int, whole: int) -> None:
    """Nobody wants to know how far it is."""

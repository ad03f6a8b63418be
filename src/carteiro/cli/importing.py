"""What imports of mail have in common: one mailbox or a list of many, a bar while they work, what became of it."""

import csv
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from carteiro.cli import show
from carteiro.cli.session import Session
from carteiro.hosting import mailboxes
from carteiro.importers import maildirs
from carteiro.importers.maildirs import Difference, Outcome, Refused, Source
from carteiro.words import N_, Fault, translate

ListOption = Annotated[
    Path | None, typer.Option("--csv", metavar="FILE.csv", help="Many at once; its first line names the columns.")
]
_T = TypeVar("_T")
ToAddress = Annotated[str | None, typer.Argument(metavar="ADDRESS", help="The mailbox here.")]


@dataclass(frozen=True)
class Job:
    """One mailbox: how its source is opened, and how many messages that has in all."""

    address: str
    opened: Callable[[], AbstractContextManager[Source]]
    total: Callable[[Source], int]
    compared: Path | None = None  # the Maildir that the mailbox is compared with afterwards


class Bar:
    """Counts messages, on a terminal's standard error."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def __call__(self, done: int) -> None:
        """So many more are done."""
        self._progress.advance(self._task, done)

    def total(self, messages: int) -> None:
        """How many there will be in all."""
        self._progress.update(self._task, total=messages)


@contextmanager
def bar(text: str) -> Iterator[Bar]:
    """A progress bar on a terminal's standard error, nothing elsewhere."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        yield Bar(progress, progress.add_task(text, total=None))


def run(session: Session, jobs: Sequence[Job]) -> None:
    """Do one after the other; what fails is told, and the others are done all the same. Exits with 1 if any failed."""
    failed = False
    for job in jobs:
        try:
            outcome, differences = _bring(session, job)
            failed = failed or bool(differences)
            _tell(session, job.address, outcome, differences)
        except Fault as fault:
            if len(jobs) == 1:
                raise
            failed = True
            show.fault(fault, json=session.json)
    if failed:
        raise typer.Exit(1)


def listed(file: Path, needed: Sequence[str], *, secret: bool = False) -> list[dict[str, str]]:
    """The lines of a list, by the names of its columns; a `secret` one may be read by its owner alone."""
    try:
        if secret and file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise Fault(
                N_("{file} has passwords in it, and others than its owner may read it."),
                N_("Run `chmod 600 {file}`, and consider the passwords as known."),
                code="unsafe",
                file=file,
            )
        with file.open(newline="", encoding="utf-8-sig") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise Fault(N_("{file} can't be read: {reason}."), code="unreadable", file=file, reason=reason) from error
    for number, row in enumerate(rows, 2):
        missing = [name for name in needed if not row.get(name)]
        if missing:
            raise Fault(
                N_("Line {line} of {file} has nothing in its column {column}."),
                N_("The first line names the columns: {columns}."),
                code="invalid",
                line=number,
                file=file,
                column=missing[0],
                columns=",".join(needed),
            )
    return rows


def need(value: _T | None, name: str) -> _T:
    """An argument that only a list makes superfluous."""
    if value is None:
        raise Fault(N_("{name} is missing."), N_("Give it, or a list of many with --csv."), code="invalid", name=name)
    return value


def tell_all(session: Session, done: Sequence[tuple[str, Outcome]], failed: Sequence[Refused]) -> None:
    """What became of several mailboxes, and what could not be made at all. Exits with 1 if there is any of that."""
    if session.json:
        rows = [{"address": name, **record(outcome)} for name, outcome in done]
        show.thing({"mailboxes": rows, "failed": refusals(failed)}, json=True)
    else:
        for address, outcome in done:
            _tell(session, address, outcome)
        refused(failed)
    if failed:
        raise typer.Exit(1)


def refusals(rows: Sequence[Refused]) -> list[dict[str, str]]:
    """What was refused, for programs."""
    return [{"name": row.name, "reason": row.reason} for row in rows]


def refused(rows: Sequence[Refused]) -> None:
    """A line on standard error for each."""
    for row in rows:
        sys.stderr.write(f"{row.name or 'INBOX'}: {row.reason}\n")


def record(outcome: Outcome) -> dict[str, object]:
    """An outcome for programs."""
    return {
        "copied": outcome.copied,
        "unchanged": outcome.unchanged,
        "deleted": outcome.deleted,
        "flagged": outcome.flagged,
        "bytes": outcome.bytes,
        "refused": refusals(outcome.refused),
    }


def _bring(session: Session, job: Job) -> tuple[Outcome, Sequence[Difference] | None]:
    with session.accounts() as actor:
        home = mailboxes.get(actor, job.address).home
        with job.opened() as source, bar(job.address) as step:
            total = job.total(source)
            step.total(total)
            outcome = maildirs.bring(source, session.instance, home, step)
        if job.compared is None:
            return outcome, None
        with bar(translate(N_("Comparing {address}"), address=job.address)) as step:
            step.total(total)
            return outcome, maildirs.verify(job.compared, session.instance, home, step)


def _tell(session: Session, address: str, outcome: Outcome, differences: Sequence[Difference] | None = None) -> None:
    rows = [{"folder": each.folder, "uid": each.uid, "what": each.what} for each in differences or ()]
    if session.json:
        told = record(outcome) | ({} if differences is None else {"differences": rows})
        show.thing({"address": address, **told}, json=True)
        return
    for row in rows:
        sys.stderr.write(f"{row['folder']}: {row['what']}\n")
    refused(outcome.refused)
    text = N_(
        "{address}: {copied} messages brought, {flagged} changed, {deleted} deleted, {unchanged} as before;"
        " {refused} remarks."
    )
    words = record(outcome) | {"address": address, "refused": len(outcome.refused)}
    show.text(translate(text, **words))
    if differences is not None:
        show.text(translate(N_("{address}: {count} differences."), address=address, count=len(differences)))

"""What all imports show: a bar while they work, and what became of the messages."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from carteiro.cli import show
from carteiro.cli.session import Session
from carteiro.importers.maildirs import Outcome, Refused
from carteiro.words import N_, translate


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
def bar(text: str = N_("Messages")) -> Iterator[Bar]:
    """A progress bar on a terminal's standard error, nothing elsewhere."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        yield Bar(progress, progress.add_task(translate(text), total=None))


def tell(session: Session, address: str, outcome: Outcome) -> None:
    """What an import did, and by name what was not brought as it is."""
    if session.json:
        show.thing({"address": address, **record(outcome)}, json=True)
        return
    refused(outcome.refused)
    text = N_(
        "{address}: {copied} messages brought, {flagged} changed, {deleted} deleted, {unchanged} as before;"
        " {refused} remarks."
    )
    words = record(outcome) | {"address": address, "refused": len(outcome.refused)}
    show.text(translate(text, **words))


def refused(rows: tuple[Refused, ...]) -> None:
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
        "refused": [{"name": row.name, "reason": row.reason} for row in outcome.refused],
    }

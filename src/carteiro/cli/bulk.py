"""`carteiro bulk`: many domains, mailboxes and aliases from or to one CSV file."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from carteiro.cli import show
from carteiro.cli.session import Session
from carteiro.host import files
from carteiro.hosting import bulk
from carteiro.words import N_, explain, translate

app = typer.Typer(add_completion=False, no_args_is_help=True)

_STEPS = {"read": N_("Reading"), "write": N_("Storing")}


@app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="The file; its first line names the columns.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell every fault with its line, and change nothing.")
    ] = False,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Take the lines that are good; else it is all of the file or nothing.")
    ] = False,
) -> None:
    """Make what the lines of a file say."""
    session = Session.of(context)
    faults: list[dict[str, Any]] = []

    def on_fault(fault: bulk.LineFault) -> None:
        reason, remedy = explain(fault.fault)
        if session.json:
            faults.append({"line": fault.line, "message": reason, "remedy": remedy})
        else:
            sys.stderr.write(
                translate(N_("line {line}: {reason}"), line=fault.line, reason=f"{reason} {remedy}") + "\n"
            )

    with session.accounts() as actor, _bar() as progress:
        if dry_run:
            report = bulk.check(actor, file, on_fault=on_fault, progress=progress)
        else:
            report = bulk.apply(actor, file, keep_going=keep_going, on_fault=on_fault, progress=progress)
    _tell(session, report, faults, dry_run=dry_run)
    if report.faults:
        raise typer.Exit(1)


@app.command()
def export(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE.csv]", help="Where to; standard output if not given.")
    ] = None,
) -> None:
    """Write every domain, mailbox (with its password's hash) and alias in the form that `bulk import` reads."""
    session = Session.of(context)
    with session.accounts() as actor:
        if file is None:
            bulk.export(actor, sys.stdout)
            return
        with files.replacing(file, mode=0o600) as stream:
            count = bulk.export(actor, stream)
    if session.json:
        show.thing({"file": str(file), "lines": count}, json=True)
    else:
        show.text(translate(N_("{count} lines are in {file}."), count=count, file=file))


@contextmanager
def _bar() -> Iterator[bulk.Progress]:
    """A progress bar on a terminal's standard error, nothing elsewhere."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        tasks = {name: progress.add_task(translate(text), total=None) for name, text in _STEPS.items()}
        yield lambda step, done, whole: progress.update(tasks[step], completed=done, total=whole)


def _tell(session: Session, report: bulk.Report, faults: list[dict[str, Any]], *, dry_run: bool) -> None:
    if session.json:
        answer = {"made": report.made, "faults": faults, "stored": report.stored}
        show.thing(answer, json=True)
        return
    made = ", ".join(f"{count} × {kind}" for kind, count in report.made.items()) or translate(N_("nothing"))
    if dry_run:
        show.text(translate(N_("{faults} faults. The file would make: {made}."), faults=report.faults, made=made))
    elif report.stored:
        show.text(translate(N_("Made: {made}. Lines left out: {faults}."), made=made, faults=report.faults))
    else:
        show.text(translate(N_("Nothing was stored: {faults} lines have faults."), faults=report.faults))

"""`carteiro database`: where the accounts are, and how they move elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated

import typer

from carteiro.cli import arguments, show
from carteiro.cli.session import Session
from carteiro.words import N_, translate

app = typer.Typer(add_completion=False, no_args_is_help=True)

_STEPS = {"copy": N_("Copying"), "verify": N_("Comparing"), "switch": N_("Switching")}


@app.command("show")
def show_(context: typer.Context) -> None:
    """Tell which database the accounts are in, its version, place and size."""
    session = _prepared(context, "carteiro database show")
    from carteiro.operate import moving

    found = moving.show(session.instance)
    shown = asdict(found)
    if not session.json:
        shown |= {"size": show.megabytes(found.size)}
        shown[N_("changes so far")] = shown.pop("number")
    show.thing(shown, json=session.json)


@app.command()
def move(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="The other database, as in the setting `database`.")],
    yes: arguments.Yes = False,
) -> None:
    """Move the accounts to another database; mail flows meanwhile, and nothing else can be changed."""
    session = _prepared(context, "carteiro database move")
    from carteiro.operate import moving

    arguments.confirm(translate(N_("Move all accounts? The panel is closed meanwhile.")), yes=yes)
    with _bar() as told:
        moved = moving.move(session.instance, url, told)
    show.done(
        asdict(moved),
        N_("{rows} rows of {tables} tables moved to {now}, counted and compared. What was in {before} is untouched."),
        json=session.json,
        rows=sum(moved.rows.values()),
        tables=len(moved.rows),
        now=moved.now,
        before=moved.before,
    )


def _prepared(context: typer.Context, command: str) -> Session:
    """The session, with every table known: those of the panel are not the command line's, else."""
    from carteiro.host import root
    from carteiro.settings import load
    from carteiro.web.site import settings as site

    root.require(command)
    session = Session.of(context)
    site.prepare(session.layout, load.load(session.layout), "nothing is signed here")
    return session


@contextmanager
def _bar() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on a terminal's standard error, nothing elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        tasks = {name: progress.add_task(translate(text), total=None) for name, text in _STEPS.items()}
        yield lambda step, done, whole: progress.update(tasks[step], completed=done, total=whole)

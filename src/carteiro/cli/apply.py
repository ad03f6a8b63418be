"""`carteiro plan`, `apply`, `rollback` and `history`: the configuration's generations."""

from dataclasses import asdict
from typing import Annotated

import typer

from carteiro.cli import show
from carteiro.cli.session import Session
from carteiro.host import root
from carteiro.operate import apply as applying
from carteiro.operate.apply import Applied
from carteiro.operate.generations import Generations
from carteiro.words import N_, translate

plan_app = typer.Typer(add_completion=False)
apply_app = typer.Typer(add_completion=False)
rollback_app = typer.Typer(add_completion=False)
history_app = typer.Typer(add_completion=False)
apps = {"plan": plan_app, "apply": apply_app, "rollback": rollback_app, "history": history_app}


@plan_app.command()
def plan(context: typer.Context) -> None:
    """Show what an apply would change, per file, and which services would reload or restart."""
    root.require("carteiro plan")
    session = Session.of(context)
    found = applying.plan(session.instance)
    if session.json:
        show.thing({"changes": [asdict(change) for change in found.changes], "actions": found.actions}, json=True)
        return
    if found.empty:
        show.text(translate(N_("Nothing to do: what runs is what the settings say.")))
    for change in found.changes:
        show.text(f"{translate(change.kind)} {change.path}\n{change.diff}")
    for name, action in found.actions.items():
        show.text(translate(N_("{service}: {action}"), service=name, action=translate(action)))


@apply_app.command()
def apply(context: typer.Context) -> None:
    """Render, check, switch, reload what changed, probe; go back by itself if the result does not answer."""
    root.require("carteiro apply")
    session = Session.of(context)
    _tell(session, applying.apply(session.instance))


@rollback_app.command()
def rollback(
    context: typer.Context,
    generation: Annotated[
        int | None, typer.Argument(help="The generation to go to; the one before if not given.")
    ] = None,
) -> None:
    """Go back to an earlier generation of the configuration."""
    root.require("carteiro rollback")
    session = Session.of(context)
    _tell(session, applying.rollback(session.instance, generation))


@history_app.command()
def history(context: typer.Context) -> None:
    """List the generations of the configuration, the newest first."""
    session = Session.of(context)
    generations = Generations(session.instance.layout)
    current = generations.current()
    rows = [
        {**asdict(generations.manifest(number)), "current": number == current}
        for number in reversed(generations.numbers())
    ]
    show.objects(rows, ("number", "made_at", "reason", "current"), json=session.json, empty=N_("No generation yet."))


def _tell(session: Session, applied: Applied) -> None:
    if session.json:
        show.thing(asdict(applied), json=True)
        return
    if not applied.changed:
        show.text(translate(N_("Nothing to do: generation {number} is current."), number=applied.generation))
        return
    did = ", ".join(f"{name} {translate(action)}" for name, action in applied.actions.items()) or translate(
        N_("nothing is running, so nothing was reloaded")
    )
    show.text(translate(N_("Generation {number} is current: {did}."), number=applied.generation, did=did))

"""`carteiro bin`: what was removed and can be brought back."""

from typing import Annotated

import typer

from carteiro.cli import binned, show
from carteiro.cli.session import Session
from carteiro.hosting.wastebin import bin as bins
from carteiro.words import N_

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def noun() -> None:
    """What was removed and can be brought back with `carteiro KIND restore KEY`."""


@app.command("list")
def list_(
    context: typer.Context,
    domain: Annotated[str, typer.Option(metavar="DOMAIN", help="Only what was of one domain.")] = "",
) -> None:
    """List what is in the bin and until when, the latest first."""
    session = Session.of(context)
    with session.accounts() as actor:
        rows = [binned.record(row) for row in bins.list_(actor, domain=domain)]
    columns = ("kind", "key", "removed_at", "purge_after")
    show.objects(rows, columns, json=session.json, empty=N_("The bin is empty."))

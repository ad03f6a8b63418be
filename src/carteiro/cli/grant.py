"""`carteiro grant`: further sender addresses that a login may use."""

from typing import Annotated

import typer

from carteiro.cli import show
from carteiro.cli.session import Session
from carteiro.hosting import grants
from carteiro.words import N_, translate

app = typer.Typer(add_completion=False, no_args_is_help=True)

Login = Annotated[str, typer.Argument(metavar="LOGIN", help="The mailbox that logs in.")]
Sender = Annotated[str, typer.Argument(metavar="ADDRESS", help="The address that it may send as.")]


@app.command()
def add(context: typer.Context, login: Login, address: Sender) -> None:
    """Let a mailbox's owner send as an address."""
    session = Session.of(context)
    with session.accounts() as actor:
        row = grants.add(actor, login, address)
    line = N_("{login} may send as {address} now.")
    show.done(row.record(), line, json=session.json, login=login, address=row.address)


@app.command("list")
def list_(context: typer.Context, login: Annotated[str, typer.Argument(metavar="[LOGIN]")] = "") -> None:
    """List what was granted, to one login or to all."""
    session = Session.of(context)
    with session.accounts() as actor:
        rows = [row.record() for row in grants.list_(actor, login)]
    show.objects(rows, ("mailbox", "address"), json=session.json, empty=N_("Nothing is granted."))


@app.command()
def remove(context: typer.Context, login: Login, address: Sender) -> None:
    """Take a granted address back."""
    session = Session.of(context)
    with session.accounts() as actor:
        grants.remove(actor, login, address)
    if session.json:
        show.thing({"mailbox": login, "address": address, "removed": True}, json=True)
    else:
        show.text(translate(N_("{login} may no longer send as {address}."), login=login, address=address))

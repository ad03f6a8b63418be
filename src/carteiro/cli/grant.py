"""`carteiro grant`: further sender addresses that a login may use."""

from typing import Annotated

import typer

from carteiro.cli import binned, show
from carteiro.cli.arguments import Yes, confirm
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


@app.command("show")
def show_(context: typer.Context, login: Login, address: Sender) -> None:
    """Show one granted address."""
    session = Session.of(context)
    with session.accounts() as actor:
        show.thing(grants.get(actor, login, address).record(), json=session.json)


@app.command()
def remove(context: typer.Context, login: Login, address: Sender, yes: Yes = False) -> None:
    """Take a granted address back, into the bin."""
    session = Session.of(context)
    with session.accounts() as actor:
        granted = grants.get(actor, login, address)
        question = N_("Let {login} no longer send as {address}?")
        confirm(translate(question, login=granted.mailbox.address, address=granted.address), yes=yes)
        row = grants.remove(actor, login, address)
    binned.tell(row, json=session.json)


@app.command()
def restore(context: typer.Context, login: Login, address: Sender) -> None:
    """Grant an address again that was taken back."""
    session = Session.of(context)
    with session.accounts() as actor:
        row = grants.restore(actor, login, address)
    line = N_("{login} may send as {address} now.")
    show.done(row.record(), line, json=session.json, login=login, address=row.address)

"""`carteiro app-password`: passwords for one device and chosen protocols."""

from typing import Annotated

import typer

from carteiro.cli import show
from carteiro.cli.arguments import AddressArgument
from carteiro.cli.session import Session
from carteiro.hosting import app_passwords
from carteiro.words import N_, translate

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.command()
def add(
    context: typer.Context,
    address: AddressArgument,
    protocols: Annotated[str, typer.Option("--for", metavar="PROTOCOLS", help="Of imap,pop3,smtp,sieve.")],
    label: Annotated[str, typer.Option(metavar="TEXT", help="Which device or program it is for.")] = "",
) -> None:
    """Make an app password; it is told once."""
    session = Session.of(context)
    with session.accounts() as actor:
        row, clear = app_passwords.add(actor, address, [name.strip() for name in protocols.split(",")], label=label)
    line = N_("Password: {password} (shown this once)")
    show.done({**row.record(), "password": clear}, line, json=session.json, password=clear)


@app.command("list")
def list_(context: typer.Context, address: AddressArgument) -> None:
    """List the app passwords of a mailbox."""
    session = Session.of(context)
    with session.accounts() as actor:
        rows = [row.record() for row in app_passwords.list_(actor, address)]
    show.objects(rows, ("id", "label", "protocols", "created"), json=session.json, empty=N_("No app password yet."))


@app.command()
def remove(
    context: typer.Context,
    address: AddressArgument,
    number: Annotated[int, typer.Argument(metavar="ID", help="Its number, as `app-password list` shows it.")],
) -> None:
    """Take an app password back; its sessions end."""
    session = Session.of(context)
    with session.accounts() as actor:
        app_passwords.remove(actor, address, number)
    if session.json:
        show.thing({"id": number, "removed": True}, json=True)
    else:
        show.text(translate(N_("App password {number} of {address} is gone."), number=number, address=address))

"""`carteiro app-password`: passwords for one device and chosen protocols."""

from typing import Annotated

import typer

from carteiro.cli import show
from carteiro.cli.arguments import AddressArgument, Yes, confirm
from carteiro.cli.session import Session
from carteiro.hosting import app_passwords
from carteiro.words import N_, translate

app = typer.Typer(add_completion=False, no_args_is_help=True)

Number = Annotated[int, typer.Argument(metavar="ID", help="Its number, as `app-password list` shows it.")]


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
        row, clear = app_passwords.add(actor, address, _names(protocols), label=label)
    line = N_("Password: {password} (shown this once)")
    show.done({**row.record(), "password": clear}, line, json=session.json, password=clear)


@app.command("set")
def set_(
    context: typer.Context,
    address: AddressArgument,
    number: Number,
    label: Annotated[str | None, typer.Option(metavar="TEXT", help="Which device or program it is for.")] = None,
    protocols: Annotated[
        str | None, typer.Option("--for", metavar="PROTOCOLS", help="All the new ones, of imap,pop3,smtp,sieve.")
    ] = None,
) -> None:
    """Change what is given and nothing else; the password itself stays."""
    session = Session.of(context)
    names = None if protocols is None else _names(protocols)
    with session.accounts() as actor:
        row = app_passwords.set_(actor, address, number, label=label, protocols=names)
    line = N_("App password {number} of {address} is changed.")
    show.done(row.record(), line, json=session.json, number=row.pk, address=row.mailbox.address)


@app.command("list")
def list_(context: typer.Context, address: AddressArgument) -> None:
    """List the app passwords of a mailbox."""
    session = Session.of(context)
    with session.accounts() as actor:
        rows = [row.record() for row in app_passwords.list_(actor, address)]
    show.objects(rows, ("id", "label", "protocols", "created"), json=session.json, empty=N_("No app password yet."))


@app.command("show")
def show_(context: typer.Context, address: AddressArgument, number: Number) -> None:
    """Show one app password: what it is for, never the password."""
    session = Session.of(context)
    with session.accounts() as actor:
        show.thing(app_passwords.get(actor, address, number).record(), json=session.json)


@app.command()
def remove(context: typer.Context, address: AddressArgument, number: Number, yes: Yes = False) -> None:
    """Take an app password back for good; its sessions end."""
    session = Session.of(context)
    with session.accounts() as actor:
        row = app_passwords.get(actor, address, number)
        question = N_("Take app password {number} of {address} ({label}) back for good?")
        confirm(translate(question, number=row.pk, address=row.mailbox.address, label=row.label or "-"), yes=yes)
        app_passwords.remove(actor, address, number)
    if session.json:
        show.thing({"id": number, "removed": True}, json=True)
    else:
        show.text(translate(N_("App password {number} of {address} is gone."), number=number, address=address))


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]

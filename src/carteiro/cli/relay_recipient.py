"""`carteiro relay-recipient`: the known recipients of backup-MX domains."""

from typing import Annotated

import typer

from carteiro.cli import binned, show
from carteiro.cli.arguments import AddressArgument, Yes, confirm
from carteiro.cli.session import Session
from carteiro.hosting import relay_recipients
from carteiro.words import N_, translate

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.command()
def add(context: typer.Context, address: AddressArgument) -> None:
    """Take mail for an address of a backup-MX domain."""
    session = Session.of(context)
    with session.accounts() as actor:
        row = relay_recipients.add(actor, address)
    show.done(row.record(), N_("Mail for {address} is taken."), json=session.json, address=row.address)


@app.command("list")
def list_(
    context: typer.Context,
    domain: Annotated[str, typer.Option(metavar="DOMAIN", help="Only those of one domain.")] = "",
) -> None:
    """List known recipients."""
    session = Session.of(context)
    with session.accounts() as actor:
        rows = [row.record() for row in relay_recipients.list_(actor, domain)]
    show.objects(rows, ("address",), json=session.json, empty=N_("No relay recipient yet."))


@app.command("show")
def show_(context: typer.Context, address: AddressArgument) -> None:
    """Show one known recipient."""
    session = Session.of(context)
    with session.accounts() as actor:
        show.thing(relay_recipients.get(actor, address).record(), json=session.json)


@app.command()
def remove(context: typer.Context, address: AddressArgument, yes: Yes = False) -> None:
    """Take no more mail for an address of a backup-MX domain; it goes to the bin."""
    session = Session.of(context)
    with session.accounts() as actor:
        known = relay_recipients.get(actor, address)
        confirm(translate(N_("Remove {address}?"), address=known.address), yes=yes)
        row = relay_recipients.remove(actor, address)
    binned.tell(row, json=session.json)


@app.command()
def restore(context: typer.Context, address: AddressArgument) -> None:
    """Bring a removed recipient back."""
    session = Session.of(context)
    with session.accounts() as actor:
        row = relay_recipients.restore(actor, address)
    show.done(row.record(), N_("Mail for {address} is taken."), json=session.json, address=row.address)

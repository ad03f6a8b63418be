"""`carteiro alias`: aliases and catch-alls."""

from typing import Annotated

import typer

from carteiro.cli import binned, show
from carteiro.cli.arguments import Switch, Yes, confirm, given
from carteiro.cli.session import Session
from carteiro.hosting import aliases
from carteiro.hosting.aliases import NewAlias
from carteiro.words import N_, translate

app = typer.Typer(add_completion=False, no_args_is_help=True)

AliasAddress = Annotated[
    str, typer.Argument(metavar="ADDRESS", help="local@domain, or @domain for all that nobody else has.")
]
Comment = Annotated[str | None, typer.Option(metavar="TEXT", help="A note for people.")]


@app.command()
def add(
    context: typer.Context,
    address: AliasAddress,
    targets: Annotated[list[str], typer.Argument(metavar="TARGET…", help="Where its mail goes, here or elsewhere.")],
    comment: Comment = None,
) -> None:
    """Let an address stand for one or more others."""
    session = Session.of(context)
    with session.accounts() as actor:
        alias = aliases.add(actor, NewAlias(address=address, targets=targets, **given(comment=comment)))
        record = aliases.get(actor, alias.address).record()
    line = N_("{address} goes to {targets} now.")
    show.done(record, line, json=session.json, address=record["address"], targets=", ".join(record["targets"]))


@app.command("set")
def set_(
    context: typer.Context,
    address: AliasAddress,
    targets: Annotated[
        list[str] | None, typer.Argument(metavar="[TARGET…]", help="All the new targets; none leaves the old.")
    ] = None,
    active: Annotated[Switch, typer.Option(help="Whether it receives at all.")] = None,
    comment: Comment = None,
) -> None:
    """Change what is given and nothing else."""
    session = Session.of(context)
    with session.accounts() as actor:
        alias = aliases.set_(actor, address, **given(targets=targets or None, active=active, comment=comment))
    show.done(alias.record(), N_("{address} is changed."), json=session.json, address=alias.address)


@app.command("list")
def list_(
    context: typer.Context,
    domain: Annotated[str, typer.Option(metavar="DOMAIN", help="Only those of one domain.")] = "",
    search: Annotated[str, typer.Option(metavar="TEXT", help="Part of an address or a comment.")] = "",
) -> None:
    """List aliases and catch-alls."""
    session = Session.of(context)
    with session.accounts() as actor:
        rows = [alias.record() for alias in aliases.list_(actor, domain=domain, search=search)]
    show.objects(rows, ("address", "targets", "active", "comment"), json=session.json, empty=N_("No alias yet."))


@app.command("show")
def show_(context: typer.Context, address: AliasAddress) -> None:
    """Show one alias."""
    session = Session.of(context)
    with session.accounts() as actor:
        show.thing(aliases.get(actor, address).record(), json=session.json)


@app.command()
def rename(
    context: typer.Context,
    address: AliasAddress,
    new_address: Annotated[str, typer.Argument(metavar="NEW-ADDRESS")],
) -> None:
    """Give an alias another address."""
    session = Session.of(context)
    with session.accounts() as actor:
        alias = aliases.rename(actor, address, new_address)
    show.done(alias.record(), N_("{old} is {new} now."), json=session.json, old=address, new=alias.address)


@app.command()
def remove(context: typer.Context, address: AliasAddress, yes: Yes = False) -> None:
    """Move an alias to the bin."""
    session = Session.of(context)
    with session.accounts() as actor:
        aliases.get(actor, address)
        confirm(translate(N_("Remove {address}?"), address=address), yes=yes)
        row = aliases.remove(actor, address)
    binned.tell(row, json=session.json)


@app.command()
def restore(context: typer.Context, address: AliasAddress) -> None:
    """Bring a removed alias back."""
    session = Session.of(context)
    with session.accounts() as actor:
        alias = aliases.restore(actor, address)
    show.done(alias.record(), N_("{address} is back."), json=session.json, address=alias.address)

"""`carteiro alias-domain`: domains whose every address lands in another domain."""

from typing import Annotated

import typer

from carteiro.cli import binned, show
from carteiro.cli.arguments import DomainName, Switch, Yes, YesNo, confirm
from carteiro.cli.session import Session
from carteiro.hosting import alias_domains
from carteiro.words import N_, translate

app = typer.Typer(add_completion=False, no_args_is_help=True)

Target = Annotated[str, typer.Argument(metavar="TARGET", help="The hosted domain that it stands for.")]


@app.command()
def add(context: typer.Context, name: DomainName, target: Target) -> None:
    """Let every address of a domain land in another."""
    session = Session.of(context)
    with session.accounts() as actor:
        domain = alias_domains.add(actor, name, target)
    line = N_("{name} stands for {target} now.")
    show.done(domain.record(), line, json=session.json, name=domain.name, target=target)


@app.command("set")
def set_(
    context: typer.Context,
    name: DomainName,
    active: Annotated[Switch, typer.Option(help="Whether it receives at all.")] = None,
    target: Annotated[str | None, typer.Option(metavar="DOMAIN", help="Another domain to stand for.")] = None,
) -> None:
    """Change what is given and nothing else."""
    session = Session.of(context)
    with session.accounts() as actor:
        on = None if active is None else active is YesNo.YES
        domain = alias_domains.set_(actor, name, active=on, target=target)
    show.done(domain.record(), N_("{name} is changed."), json=session.json, name=domain.name)


@app.command("list")
def list_(context: typer.Context) -> None:
    """List the alias domains."""
    session = Session.of(context)
    with session.accounts() as actor:
        rows = [domain.record() for domain in alias_domains.list_(actor)]
    show.objects(rows, ("name", "target", "active"), json=session.json, empty=N_("No alias domain yet."))


@app.command("show")
def show_(context: typer.Context, name: DomainName) -> None:
    """Show one alias domain."""
    session = Session.of(context)
    with session.accounts() as actor:
        show.thing(alias_domains.get(actor, name).record(), json=session.json)


@app.command()
def rename(
    context: typer.Context, name: DomainName, new_name: Annotated[str, typer.Argument(metavar="NEW-NAME")]
) -> None:
    """Give an alias domain another name."""
    session = Session.of(context)
    with session.accounts() as actor:
        domain = alias_domains.rename(actor, name, new_name)
    show.done(domain.record(), N_("{old} is {new} now."), json=session.json, old=name, new=domain.name)


@app.command()
def remove(context: typer.Context, name: DomainName, yes: Yes = False) -> None:
    """Move an alias domain to the bin."""
    session = Session.of(context)
    with session.accounts() as actor:
        confirm(translate(N_("Remove {name}?"), name=name), yes=yes)
        row = alias_domains.remove(actor, name)
    binned.tell(row, json=session.json)


@app.command()
def restore(context: typer.Context, name: DomainName) -> None:
    """Bring a removed alias domain back."""
    session = Session.of(context)
    with session.accounts() as actor:
        domain = alias_domains.restore(actor, name)
    show.done(domain.record(), N_("{name} is back."), json=session.json, name=domain.name)

"""`carteiro admin`: superadmins and domain administrators."""

from typing import Annotated

import typer

from carteiro.cli import binned, passwords, show
from carteiro.cli.arguments import AddressArgument, Switch, Yes, confirm, given
from carteiro.cli.session import Session
from carteiro.hosting import admins, mailboxes
from carteiro.hosting.people import persons, setup
from carteiro.words import N_, translate

app = typer.Typer(add_completion=False, no_args_is_help=True)

Domains = Annotated[str | None, typer.Option(metavar="DOMAINS", help="The domains held, with commas between.")]
Switches = Annotated[
    str | None,
    typer.Option(metavar="SWITCHES", help="What they may do in these domains, with commas between."),
]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]
Hash = Annotated[
    str | None, typer.Option("--password-hash", metavar="{SCHEME}HASH", help="A hash from elsewhere, as it is.")
]


@app.command()
def add(
    context: typer.Context,
    address: AddressArgument,
    superadmin: Annotated[bool, typer.Option("--superadmin", help="May do everything, in every domain.")] = False,
    domains: Domains = None,
    switches: Switches = None,
    password_stdin: FromStdin = False,
    password_hash: Hash = None,
) -> None:
    """Make somebody an administrator; where there is a mailbox of that address, its password counts."""
    session = Session.of(context)
    with session.accounts() as actor:
        chosen = passwords.Chosen("")
        if not mailboxes.exists(actor, address):
            chosen = passwords.choose(from_stdin=password_stdin, hashed=password_hash)
        held = _held(_names(domains) or [], switches)
        admin = admins.add(actor, address, chosen.hashed, superadmin=superadmin, domains=held)
    passwords.tell(session, admin.record(), chosen, N_("{address} is an administrator now."))


@app.command("set")
def set_(
    context: typer.Context,
    address: AddressArgument,
    active: Annotated[Switch, typer.Option(help="Whether they may do anything at all.")] = None,
    superadmin: Annotated[Switch, typer.Option(help="Whether they hold every domain.")] = None,
    domains: Domains = None,
    switches: Switches = None,
) -> None:
    """Change what is given and nothing else."""
    session = Session.of(context)
    with session.accounts() as actor:
        names = _names(domains)
        if names is None and switches is not None:
            names = list(admins.get(actor, address).held())
        held = None if names is None else _held(names, switches)
        admin = admins.set_(actor, address, **given(active=active, superadmin=superadmin, domains=held))
    show.done(admin.record(), N_("{address} is changed."), json=session.json, address=admin.address)


@app.command()
def passwd(
    context: typer.Context,
    address: AddressArgument,
    password_stdin: FromStdin = False,
    password_hash: Hash = None,
    generate: Annotated[bool, typer.Option("--generate", help="Make one up and tell it once.")] = False,
) -> None:
    """Give an administrator another password."""
    session = Session.of(context)
    with session.accounts() as actor:
        admins.get(actor, address)
        chosen = passwords.choose(from_stdin=password_stdin, hashed=password_hash, generate=generate)
        admin = admins.set_password(actor, address, chosen.hashed)
    passwords.tell(session, admin.record(), chosen, N_("{address} has another password."))


@app.command("list")
def list_(context: typer.Context) -> None:
    """List the administrators."""
    session = Session.of(context)
    with session.accounts() as actor:
        rows = [admin.record() for admin in admins.list_(actor)]
    columns = ("address", "superadmin", "active", "domains")
    show.objects(rows, columns, json=session.json, empty=N_("No administrator yet."))


@app.command("show")
def show_(context: typer.Context, address: AddressArgument) -> None:
    """Show one administrator."""
    session = Session.of(context)
    with session.accounts() as actor:
        show.thing(admins.get(actor, address).record(), json=session.json)


@app.command()
def rename(
    context: typer.Context,
    address: AddressArgument,
    new_address: Annotated[str, typer.Argument(metavar="NEW-ADDRESS")],
) -> None:
    """Give an administrator another address."""
    session = Session.of(context)
    with session.accounts() as actor:
        admin = admins.rename(actor, address, new_address)
    show.done(admin.record(), N_("{old} is {new} now."), json=session.json, old=address, new=admin.address)


@app.command()
def remove(context: typer.Context, address: AddressArgument, yes: Yes = False) -> None:
    """Make somebody an administrator no more; their mailbox stays, their rights go to the bin."""
    session = Session.of(context)
    with session.accounts() as actor:
        admins.get(actor, address)
        confirm(translate(N_("Remove {address}?"), address=address), yes=yes)
        row = admins.remove(actor, address)
    binned.tell(row, json=session.json)


@app.command()
def restore(context: typer.Context, address: AddressArgument) -> None:
    """Bring a removed administrator back, with those of their domains that are still there."""
    session = Session.of(context)
    with session.accounts() as actor:
        admin = admins.restore(actor, address)
    show.done(admin.record(), N_("{address} is back."), json=session.json, address=admin.address)


@app.command()
def link(context: typer.Context) -> None:
    """Make a link with which the first superadmin is made in the browser, once and within a day."""
    session = Session.of(context)
    with session.accounts():
        setup.check_first()
        address = f"{session.instance.panel}setup/{setup.issue()}/"
    show.done({"link": address}, N_("Make the first superadmin here: {link}"), json=session.json, link=address)


@app.command()
def reset(context: typer.Context, address: AddressArgument) -> None:
    """Let somebody who lost the second factor sign in with the password alone."""
    session = Session.of(context)
    with session.accounts() as actor:
        persons.reset_second_factor(actor, address)
    show.done(
        {"address": address}, N_("{address} signs in with the password alone."), json=session.json, address=address
    )


def _held(names: list[str], switches: str | None) -> dict[str, list[str]] | list[str]:
    """The domains with the switches that are wanted; without any said, the use case knows which."""
    wanted = _names(switches)
    return names if wanted is None else {name: wanted for name in names}


def _names(text: str | None) -> list[str] | None:
    return None if text is None else [name.strip() for name in text.split(",") if name.strip()]

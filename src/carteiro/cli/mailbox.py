"""`carteiro mailbox`: mailboxes, their passwords, quotas and forwarding."""

from datetime import timedelta
from typing import Annotated

import typer

from carteiro.cli import binned, passwords, show
from carteiro.cli.arguments import AddressArgument, SizeOption, Switch, Yes, confirm, given, size
from carteiro.cli.session import Session
from carteiro.hosting import mailboxes
from carteiro.hosting.mailboxes import NewMailbox
from carteiro.mail.size import show_size
from carteiro.words import N_, translate

app = typer.Typer(add_completion=False, no_args_is_help=True)

Name = Annotated[str | None, typer.Option(metavar="NAME", help="The person's name.")]
Messages = Annotated[int | None, typer.Option(min=0, help="How many messages it may hold; 0 means unlimited.")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]
Hash = Annotated[
    str | None, typer.Option("--password-hash", metavar="{SCHEME}HASH", help="A hash from elsewhere, as it is.")
]


@app.command()
def add(
    context: typer.Context,
    address: AddressArgument,
    name: Name = None,
    quota: SizeOption = None,
    quota_messages: Messages = None,
    password_stdin: FromStdin = False,
    password_hash: Hash = None,
    welcome: Annotated[str, typer.Option(metavar="LANGUAGE", help="Send a first letter in it: en, pt-br.")] = "",
) -> None:
    """Make a mailbox. Without a password option: a prompt on a terminal, else a generated one, told once."""
    session = Session.of(context)
    chosen = passwords.choose(from_stdin=password_stdin, hashed=password_hash)
    new = NewMailbox(
        address=address,
        password=chosen.hashed,
        welcome=welcome,
        **given(name=name, quota=size(quota), quota_messages=quota_messages),
    )
    with session.accounts() as actor:
        mailbox = mailboxes.add(actor, new)
    passwords.tell(session, mailbox.record(), chosen, N_("{address} is ready."))


@app.command("set")
def set_(
    context: typer.Context,
    address: AddressArgument,
    active: Annotated[Switch, typer.Option(help="Whether it sends and receives at all.")] = None,
    name: Name = None,
    quota: SizeOption = None,
    quota_messages: Messages = None,
    imap: Annotated[Switch, typer.Option(help="Whether IMAP is allowed.")] = None,
    pop3: Annotated[Switch, typer.Option(help="Whether POP3 is allowed.")] = None,
    smtp: Annotated[Switch, typer.Option(help="Whether sending is allowed.")] = None,
    sieve: Annotated[Switch, typer.Option(help="Whether filter scripts may be changed.")] = None,
    forward_to: Annotated[
        list[str] | None, typer.Option(metavar="ADDRESS", help="Where its mail goes on to; may be given again.")
    ] = None,
    keep_copy: Annotated[Switch, typer.Option(help="Whether forwarded mail is kept here too.")] = None,
    no_forward: Annotated[bool, typer.Option("--no-forward", help="End the forwarding.")] = False,
) -> None:
    """Change what is given and nothing else."""
    session = Session.of(context)
    fields = given(
        active=active,
        name=name,
        quota=size(quota),
        quota_messages=quota_messages,
        imap=imap,
        pop3=pop3,
        smtp=smtp,
        sieve=sieve,
        forward_to=forward_to or None,
        keep_copy=keep_copy,
    )
    if no_forward:
        fields["no_forward"] = True
    with session.accounts() as actor:
        mailbox = mailboxes.set_(actor, address, **fields)
    show.done(mailbox.record(), N_("{address} is changed."), json=session.json, address=mailbox.address)


@app.command()
def passwd(
    context: typer.Context,
    address: AddressArgument,
    password_stdin: FromStdin = False,
    password_hash: Hash = None,
    generate: Annotated[bool, typer.Option("--generate", help="Make one up and tell it once.")] = False,
) -> None:
    """Give a mailbox another password."""
    session = Session.of(context)
    with session.accounts() as actor:
        mailboxes.get(actor, address)
        chosen = passwords.choose(from_stdin=password_stdin, hashed=password_hash, generate=generate)
        mailbox = mailboxes.set_password(actor, address, chosen.hashed)
    passwords.tell(session, mailbox.record(), chosen, N_("{address} has another password."))


@app.command("list")
def list_(
    context: typer.Context,
    domain: Annotated[str, typer.Option(metavar="DOMAIN", help="Only those of one domain.")] = "",
    search: Annotated[str, typer.Option(metavar="TEXT", help="Part of an address or a name.")] = "",
) -> None:
    """List mailboxes."""
    session = Session.of(context)
    with session.accounts() as actor:
        rows = [mailbox.record() for mailbox in mailboxes.list_(actor, domain=domain, search=search)]
    if not session.json:
        rows = [{**row, "quota": show_size(row["quota"]) if row["quota"] else "unlimited"} for row in rows]
    empty = N_("No mailbox yet. Add one: carteiro mailbox add ana@example.org")
    show.objects(rows, ("address", "name", "active", "quota"), json=session.json, empty=empty)


@app.command("show")
def show_(context: typer.Context, address: AddressArgument) -> None:
    """Show one mailbox."""
    session = Session.of(context)
    with session.accounts() as actor:
        show.thing(mailboxes.get(actor, address).record(), json=session.json)


@app.command()
def rename(
    context: typer.Context,
    address: AddressArgument,
    new_address: Annotated[str, typer.Argument(metavar="NEW-ADDRESS")],
    alias_days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="For how many days the old address stands for the new one.")
    ] = None,
) -> None:
    """Give a mailbox another address, also of another domain; its mail stays where it is."""
    session = Session.of(context)
    term = None if alias_days is None else timedelta(days=alias_days)
    with session.accounts() as actor:
        mailbox = mailboxes.rename(actor, address, new_address, alias_for=term)
    show.done(mailbox.record(), N_("{old} is {new} now."), json=session.json, old=address, new=mailbox.address)


@app.command()
def remove(context: typer.Context, address: AddressArgument, yes: Yes = False) -> None:
    """Move a mailbox to the bin; its mail stays until the bin is emptied."""
    session = Session.of(context)
    with session.accounts() as actor:
        mailboxes.get(actor, address)
        confirm(translate(N_("Remove {address}?"), address=address), yes=yes)
        row = mailboxes.remove(actor, address)
    binned.tell(row, json=session.json)


@app.command()
def restore(context: typer.Context, address: AddressArgument) -> None:
    """Bring a removed mailbox back with its mail."""
    session = Session.of(context)
    with session.accounts() as actor:
        mailbox = mailboxes.restore(actor, address)
    show.done(mailbox.record(), N_("{address} is back."), json=session.json, address=mailbox.address)

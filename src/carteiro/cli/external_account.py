"""`carteiro external-account`: accounts elsewhere whose mail is fetched into a mailbox."""

import getpass
from typing import Annotated, Any

import typer

from carteiro.cli import show
from carteiro.cli.arguments import AddressArgument, Switch, Yes, confirm, given
from carteiro.cli.passwords import read_line
from carteiro.cli.session import Session
from carteiro.hosting.models import ExternalAccount
from carteiro.hosting.owner import external_accounts
from carteiro.hosting.owner.external_accounts import NewAccount
from carteiro.words import N_, translate, unpacked

app = typer.Typer(add_completion=False, no_args_is_help=True)

Number = Annotated[int, typer.Argument(metavar="ID", help="Its number, as `external-account list` shows it.")]
Host = Annotated[str, typer.Option(metavar="HOST", help="The server's name, as in its certificate.")]
Port = Annotated[int | None, typer.Option(metavar="PORT", help="993 or 995 if not given: TLS comes first.")]
Minutes = Annotated[int | None, typer.Option(metavar="MINUTES", help="How long to wait between two looks.")]
Keep = Annotated[Switch, typer.Option(help="Whether fetched messages stay there.")]


@app.command()
def add(
    context: typer.Context,
    address: AddressArgument,
    host: Host,
    username: Annotated[str, typer.Option(metavar="NAME", help="The name to log in with.")],
    protocol: Annotated[str, typer.Option(metavar="PROTOCOL", help="imap or pop3.")] = "imap",
    port: Port = None,
    folder: Annotated[str, typer.Option(metavar="FOLDER", help="Which folder of an IMAP account.")] = "INBOX",
    keep: Keep = None,
    poll_minutes: Minutes = None,
    password_stdin: Annotated[bool, typer.Option(help="Take the password from standard input.")] = False,
) -> None:
    """Fetch from an account elsewhere, the first time at once."""
    session = Session.of(context)
    options = given(keep=keep, poll_minutes=poll_minutes)
    password = read_line() if password_stdin else getpass.getpass(translate(N_("Password there: ")))
    new = NewAccount(protocol, host, username, password, port=port, folder=folder, **options)
    with session.accounts() as actor:
        row = external_accounts.add(actor, address, new)
    line = N_("Mail of {username} at {host} comes to {address}.")
    words = {"username": row.username, "host": row.host, "address": row.mailbox.address}
    show.done(_record(row), line, json=session.json, **words)


@app.command("set")
def set_(
    context: typer.Context,
    address: AddressArgument,
    number: Number,
    active: Annotated[Switch, typer.Option(help="Whether it is fetched from.")] = None,
    keep: Keep = None,
    poll_minutes: Minutes = None,
    password_stdin: Annotated[bool, typer.Option(help="Take another password from standard input.")] = False,
) -> None:
    """Change what is given and nothing else."""
    session = Session.of(context)
    password = read_line() if password_stdin else None
    with session.accounts() as actor:
        fields = given(active=active, keep=keep, poll_minutes=poll_minutes, password=password)
        row = external_accounts.set_(actor, address, number, **fields)
    show.done(_record(row), N_("External account {number} is changed."), json=session.json, number=row.pk)


@app.command("list")
def list_(context: typer.Context, address: AddressArgument) -> None:
    """List the accounts that a mailbox fetches from, and how the last look ended."""
    session = Session.of(context)
    with session.accounts() as actor:
        rows = [_record(row) for row in external_accounts.list_(actor, address)]
    columns = ("id", "protocol", "host", "username", "active", "well", "result")
    show.objects(rows, columns, json=session.json, empty=N_("No external account yet."))


@app.command("show")
def show_(context: typer.Context, address: AddressArgument, number: Number) -> None:
    """Show one account: never its password."""
    session = Session.of(context)
    with session.accounts() as actor:
        show.thing(_record(external_accounts.get(actor, address, number)), json=session.json)


@app.command()
def fetch(context: typer.Context, address: AddressArgument, number: Number) -> None:
    """Let the worker look at once."""
    session = Session.of(context)
    with session.accounts() as actor:
        row = external_accounts.fetch_now(actor, address, number)
    show.done(_record(row), N_("External account {number} is looked at now."), json=session.json, number=row.pk)


@app.command()
def remove(context: typer.Context, address: AddressArgument, number: Number, yes: Yes = False) -> None:
    """Fetch no more from an account; what was fetched stays."""
    session = Session.of(context)
    with session.accounts() as actor:
        row = external_accounts.get(actor, address, number)
        question = N_("Fetch no more from {username} at {host}?")
        confirm(translate(question, username=row.username, host=row.host), yes=yes)
        external_accounts.remove(actor, address, number)
    line = N_("External account {number} is gone.")
    show.done({"id": number, "removed": True}, line, json=session.json, number=number)


def _record(row: ExternalAccount) -> dict[str, Any]:
    told = row.result
    result: object = translate(N_("{fetched} messages"), **told) if "fetched" in told else None
    if "fault" in told:
        result = str(unpacked(told["fault"]))
    return {"id": row.pk, **row.record(), "well": row.well, "result": result}

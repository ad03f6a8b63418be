"""`carteiro transport`: next hops of domains, with credentials if need be."""

from typing import TYPE_CHECKING, Annotated

import typer

from carteiro.cli import binned, passwords, show
from carteiro.cli.arguments import DomainName, Yes, confirm
from carteiro.cli.session import Session
from carteiro.hosting import transports
from carteiro.mail.next_hop import parse_next_hop
from carteiro.words import N_, translate

if TYPE_CHECKING:
    from carteiro.hosting.models import Transport

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.command("set")
def set_(
    context: typer.Context,
    domain: DomainName,
    hop: Annotated[str, typer.Argument(metavar="HOST[:PORT]", help="The next hop; port 25 if not given.")],
    username: Annotated[str, typer.Option(metavar="NAME", help="The login there.")] = "",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the login's password from standard input.")
    ] = False,
) -> None:
    """Send all mail for a domain to one host."""
    session = Session.of(context)
    password = passwords.read_line() if password_stdin else ""
    with session.accounts() as actor:
        row = transports.set_(actor, domain, parse_next_hop(hop), username=username, password=password)
    _tell(session, row)


@app.command("list")
def list_(context: typer.Context) -> None:
    """List the next hops."""
    session = Session.of(context)
    with session.accounts() as actor:
        rows = [row.record() for row in transports.list_(actor)]
    empty = N_("No next hop is set: mail goes where the MX records say.")
    show.objects(rows, ("domain", "host", "port", "username"), json=session.json, empty=empty)


@app.command("show")
def show_(context: typer.Context, domain: DomainName) -> None:
    """Show the next hop of one domain."""
    session = Session.of(context)
    with session.accounts() as actor:
        show.thing(transports.get(actor, domain).record(), json=session.json)


@app.command()
def remove(context: typer.Context, domain: DomainName, yes: Yes = False) -> None:
    """Send the domain's mail where its MX records say again; the next hop goes to the bin."""
    session = Session.of(context)
    with session.accounts() as actor:
        name = transports.get(actor, domain).domain_name
        confirm(translate(N_("Remove the next hop of {domain}?"), domain=name), yes=yes)
        row = transports.remove(actor, name)
    binned.tell(row, json=session.json)


@app.command()
def restore(context: typer.Context, domain: DomainName) -> None:
    """Bring a removed next hop back with its login."""
    session = Session.of(context)
    with session.accounts() as actor:
        row = transports.restore(actor, domain)
    _tell(session, row)


def _tell(session: Session, row: "Transport") -> None:
    line = N_("Mail for {domain} goes to {host}, port {port}.")
    show.done(row.record(), line, json=session.json, domain=row.domain_name, host=row.host, port=row.port)

"""`carteiro export`: domains and mailboxes as standard files."""

from pathlib import Path
from typing import Annotated

import typer

from carteiro.cli import importing, show
from carteiro.cli.arguments import AddressArgument, DomainName
from carteiro.cli.session import Session
from carteiro.importers import exporting
from carteiro.importers.exporting import Form, Written
from carteiro.words import N_, translate

app = typer.Typer(add_completion=False, no_args_is_help=True)

To = Annotated[Path, typer.Option("--to", metavar="DIRECTORY", help="Where the files go; it is made if need be.")]
Format = Annotated[Form, typer.Option("--format", metavar="FORM", help="maildir, with all that there is; or mbox.")]


@app.command()
def domain(context: typer.Context, name: DomainName, to: To, form: Format = "maildir") -> None:
    """Write a domain with its mailboxes and aliases, hashes of passwords among them."""
    session = Session.of(context)
    with session.accounts() as actor, importing.bar(name) as step:
        written = exporting.write_domain(actor, session.instance, name, to.absolute(), form, step)
    _tell(session, name, to, written)


@app.command()
def mailbox(context: typer.Context, address: AddressArgument, to: To, form: Format = "maildir") -> None:
    """Write a mailbox with its mail, filters and contacts, and the hash of its password."""
    session = Session.of(context)
    with session.accounts() as actor, importing.bar(address) as step:
        refused = exporting.write_mailbox(actor, session.instance, address, to.absolute(), form, step)
    _tell(session, address, to, Written(refused))


def _tell(session: Session, name: str, to: Path, written: Written) -> None:
    if session.json:
        told = {"refused": importing.refusals(written.refused), "failed": importing.refusals(written.failed)}
        show.thing({"name": name, "directory": str(to), **told}, json=True)
    else:
        importing.refused((*written.refused, *written.failed))
        words = {"name": name, "directory": to, "refused": len(written.refused)}
        show.text(translate(N_("{name} is in {directory}; {refused} remarks."), **words))
    if written.failed:
        raise typer.Exit(1)

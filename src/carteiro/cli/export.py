"""`carteiro export`: domains and mailboxes as standard files."""

from pathlib import Path
from typing import Annotated

import typer

from carteiro.cli import importing, show
from carteiro.cli.arguments import AddressArgument, DomainName
from carteiro.cli.session import Session
from carteiro.importers import exporting
from carteiro.importers.exporting import Form
from carteiro.importers.maildirs import Refused
from carteiro.words import N_, translate

app = typer.Typer(add_completion=False, no_args_is_help=True)

To = Annotated[Path, typer.Option("--to", metavar="DIRECTORY", help="Where the files go; it is made if need be.")]
Format = Annotated[Form, typer.Option("--format", metavar="FORM", help="maildir, with all that there is; or mbox.")]


@app.command()
def domain(context: typer.Context, name: DomainName, to: To, form: Format = "maildir") -> None:
    """Write a domain with its mailboxes and aliases, hashes of passwords among them."""
    session = Session.of(context)
    with session.accounts() as actor, importing.bar(name) as step:
        refused = exporting.write_domain(actor, session.instance, name, to.absolute(), form, step)
    _tell(session, name, to, refused)


@app.command()
def mailbox(context: typer.Context, address: AddressArgument, to: To, form: Format = "maildir") -> None:
    """Write a mailbox with its mail, filters and contacts, and the hash of its password."""
    session = Session.of(context)
    with session.accounts() as actor, importing.bar(address) as step:
        refused = exporting.write_mailbox(actor, session.instance, address, to.absolute(), form, step)
    _tell(session, address, to, refused)


def _tell(session: Session, name: str, to: Path, refused: tuple[Refused, ...]) -> None:
    if session.json:
        rows = [{"name": row.name, "reason": row.reason} for row in refused]
        show.thing({"name": name, "directory": str(to), "refused": rows}, json=True)
        return
    importing.refused(refused)
    show.text(
        translate(N_("{name} is in {directory}; {refused} remarks."), name=name, directory=to, refused=len(refused))
    )

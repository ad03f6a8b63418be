"""`carteiro import maildir`: Maildirs of Courier's or Dovecot's into mailboxes."""

from pathlib import Path
from typing import Annotated

import typer

from carteiro.cli import importing
from carteiro.cli.importing import Job, ListOption, ToAddress, need
from carteiro.cli.session import Session
from carteiro.importers import maildirs
from carteiro.importers.maildirs import How


def maildir(
    context: typer.Context,
    source: Annotated[Path | None, typer.Argument(metavar="MAILDIR", help="The Maildir that is brought here.")] = None,
    address: ToAddress = None,
    link: Annotated[How, typer.Option(metavar="HOW", help="copy; or hard, reflink on the same file system.")] = "copy",
    verify: Annotated[
        bool, typer.Option("--verify", help="Then compare every message with its source; status 1 if anything differs.")
    ] = False,
    many: ListOption = None,
) -> None:
    """Bring a Maildir into a mailbox; a later run brings what is different by then.

    The columns of a list are source,address.
    """

    def job(path: Path, to: str) -> Job:
        compared = path if verify else None
        return Job(to, lambda: maildirs.opened(path, link), lambda _source: maildirs.measure(path).messages, compared)

    if many is None:
        jobs = [job(need(source, "MAILDIR"), need(address, "ADDRESS"))]
    else:
        jobs = [job(Path(row["source"]), row["address"]) for row in importing.listed(many, ("source", "address"))]
    importing.run(Session.of(context), jobs)

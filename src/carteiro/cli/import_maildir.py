"""`carteiro import maildir`: a Maildir of Courier's or Dovecot's into a mailbox."""

from pathlib import Path
from typing import Annotated

import typer

from carteiro.cli import importing
from carteiro.cli.session import Session
from carteiro.hosting import mailboxes
from carteiro.importers import maildirs
from carteiro.importers.maildirs import How


def maildir(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="MAILDIR", help="The Maildir that is brought here.")],
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="The mailbox here.")],
    link: Annotated[How, typer.Option(metavar="HOW", help="copy; or hard, reflink on the same file system.")] = "copy",
) -> None:
    """Bring a Maildir into a mailbox; a later run brings what is different by then."""
    session = Session.of(context)
    with session.accounts() as actor, importing.bar() as step:
        home = mailboxes.get(actor, address).home
        step.total(maildirs.measure(source).messages)
        outcome = maildirs.copy(source, session.instance, home, how=link, step=step)
    importing.tell(session, address, outcome)

"""`carteiro import maildir`: a Maildir of Courier's or Dovecot's into a mailbox."""

from pathlib import Path
from typing import Annotated

import typer

from carteiro.cli import show
from carteiro.cli.arguments import AddressArgument
from carteiro.cli.session import Session
from carteiro.hosting import mailboxes
from carteiro.importers import maildirs
from carteiro.words import N_, translate


def maildir(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="MAILDIR", help="The Maildir that is brought here.")],
    address: AddressArgument,
) -> None:
    """Bring a Maildir into a mailbox; a later run brings what is different by then."""
    session = Session.of(context)
    with session.accounts() as actor:
        mailboxes.get(actor, address)
    found = maildirs.measure(source)
    show.text(translate(N_("{source} holds {messages} messages."), source=source, messages=found.messages))

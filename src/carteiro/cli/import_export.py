"""`carteiro import domain` and `mailbox`: what `carteiro export` has written, on this host or another one."""

from pathlib import Path
from typing import Annotated

import typer

from carteiro.cli import importing
from carteiro.cli.session import Session
from carteiro.importers import exporting

Exported = Annotated[Path, typer.Argument(metavar="DIRECTORY", help="What `carteiro export` has written.")]


def domain(context: typer.Context, directory: Exported) -> None:
    """Take a domain that was exported, with its mailboxes, their mail, and its aliases."""
    session = Session.of(context)
    with session.accounts() as actor, importing.bar(str(directory)) as step:
        taken = exporting.read_domain(actor, session.instance, directory.absolute(), step)
    importing.tell_all(session, taken.mailboxes, taken.failed)


def mailbox(
    context: typer.Context,
    directory: Exported,
    address: Annotated[str, typer.Argument(metavar="[ADDRESS]", help="Under which address; else its own.")] = "",
) -> None:
    """Take a mailbox that was exported, with its mail; its domain has to be here."""
    session = Session.of(context)
    with session.accounts() as actor, importing.bar(str(directory)) as step:
        taken = exporting.read_mailbox(actor, session.instance, directory.absolute(), step, address)
    importing.tell_all(session, taken.mailboxes, taken.failed)

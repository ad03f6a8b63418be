"""`carteiro import mbox`: mbox files into mailboxes."""

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from carteiro.cli import importing
from carteiro.cli.importing import Job, ListOption, ToAddress, need
from carteiro.cli.session import Session
from carteiro.importers.maildirs import Source
from carteiro.importers.mbox import MboxSource


def mbox(
    context: typer.Context,
    source: Annotated[
        Path | None, typer.Argument(metavar="FILE|DIRECTORY", help="An mbox file, or a directory of them.")
    ] = None,
    address: ToAddress = None,
    folder: Annotated[
        str, typer.Option(metavar="FOLDER", help="Where a file goes, and below which a directory; else the inbox.")
    ] = "",
    many: ListOption = None,
) -> None:
    """Bring mbox files into a mailbox; a later run brings what was added by then.

    The columns of a list are source,address and, if need be, folder.
    """

    def job(path: Path, to: str, into: str) -> Job:
        return Job(to, lambda: _opened(path, into), lambda _source: 0)

    if many is None:
        jobs = [job(need(source, "FILE"), need(address, "ADDRESS"), folder)]
    else:
        rows = importing.listed(many, ("source", "address"))
        jobs = [job(Path(row["source"]), row["address"], row.get("folder") or folder) for row in rows]
    importing.run(Session.of(context), jobs)


def _opened(path: Path, folder: str) -> nullcontext[Source]:
    return nullcontext(MboxSource(path, folder))

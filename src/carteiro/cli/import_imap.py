"""`carteiro import imap`: accounts on other IMAP servers into mailboxes."""

import getpass
import stat
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated

import typer

from carteiro.cli import importing
from carteiro.cli.importing import Job, ListOption, ToAddress, need
from carteiro.cli.passwords import read_line
from carteiro.cli.session import Session
from carteiro.importers import imap as server
from carteiro.importers.imap import Account, ImapSource
from carteiro.importers.maildirs import Source
from carteiro.words import N_, Fault, translate


def imap(
    context: typer.Context,
    host: Annotated[
        str | None, typer.Argument(metavar="HOST", help="The server's name, as in its certificate.")
    ] = None,
    address: ToAddress = None,
    user: Annotated[str, typer.Option(metavar="NAME", help="The name to log in with; the address if not given.")] = "",
    port: Annotated[int, typer.Option(metavar="PORT", help="Where it listens for TLS.")] = 993,
    starttls: Annotated[bool, typer.Option("--starttls", help="Begin in clear, as servers do on port 143.")] = False,
    password_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where the password is; readable by its owner alone.")
    ] = None,
    password_stdin: Annotated[bool, typer.Option(help="Take the password from standard input.")] = False,
    ca_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="An authority to trust, besides the system's.")
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option(metavar="FOLDER", help="A folder to leave out; may be given again.")
    ] = None,
    many: ListOption = None,
) -> None:
    """Bring an account of an IMAP server into a mailbox; a later run brings what is different by then.

    The columns of a list are host,address,user,password and, if need be, port.
    """

    def job(account: Account, to: str) -> Job:
        return Job(to, lambda: _opened(account, frozenset(exclude or ())), _count)

    if many is None:
        to = need(address, "ADDRESS")
        name = need(host, "HOST")
        password = _password(password_file, from_stdin=password_stdin)
        jobs = [job(Account(name, user or to, password, port, starttls, ca_file), to)]
    else:
        rows = importing.listed(many, ("host", "address", "user", "password"), secret=True)
        jobs = [
            job(
                Account(
                    row["host"], row["user"], row["password"], _port(row.get("port") or str(port)), starttls, ca_file
                ),
                row["address"],
            )
            for row in rows
        ]
    importing.run(Session.of(context), jobs)


def _port(told: str) -> int:
    if told.isascii() and told.isdigit() and 0 < int(told) < 65536:
        return int(told)
    raise Fault(N_("{value} is no port."), N_("Give a number from 1 to 65535."), code="invalid", value=told)


def _opened(account: Account, exclude: frozenset[str]) -> AbstractContextManager[Source]:
    return server.opened(account, exclude)


def _count(source: Source) -> int:
    return source.messages() if isinstance(source, ImapSource) else 0


def _password(file: Path | None, *, from_stdin: bool) -> str:
    if file is None:
        return read_line() if from_stdin else getpass.getpass(translate(N_("Password there: ")))
    try:
        if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise Fault(
                N_("{file} has passwords in it, and others than its owner may read it."),
                N_("Run `chmod 600 {file}`, and consider the passwords as known."),
                code="unsafe",
                file=file,
            )
        return file.read_text().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise Fault(N_("{file} can't be read: {reason}."), code="unreadable", file=file, reason=reason) from error

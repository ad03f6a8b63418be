"""`carteiro import postfixadmin`: the move of a whole host of PostfixAdmin, Courier and SquirrelMail."""

import getpass
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from carteiro.cli import show
from carteiro.cli.session import Session
from carteiro.host import files, root
from carteiro.hosting.imports import imported
from carteiro.importers import logins, moving, report
from carteiro.importers.moving import Done, Move, Source, Wishes
from carteiro.importers.planning import decisions
from carteiro.importers.planning.decisions import Decisions
from carteiro.importers.postfixadmin import databases
from carteiro.words import N_, Fault, translate

_STEPS = {
    "maildirs": N_("Looking for Maildirs"),
    "accounts": N_("Accounts"),
    "mail": N_("Mail"),
    "verify": N_("Comparing"),
}


class OnOff(StrEnum):
    """Whether something goes on here."""

    ON = "on"
    OFF = "off"


class Link(StrEnum):
    """How messages come here; links only within one file system."""

    COPY = "copy"
    HARD = "hard"
    REFLINK = "reflink"


DatabaseUrl = Annotated[
    str | None,
    typer.Option(metavar="URL", help="The database: mysql://user@host/postfix, postgresql://…, sqlite:///…."),
]
DumpFile = Annotated[Path | None, typer.Option(metavar="FILE.sql", help="A dump of it in place of the database.")]
PasswordFile = Annotated[
    Path | None, typer.Option(metavar="FILE", help="The database's password; it is asked for if not given.")
]
MaildirBase = Annotated[Path | None, typer.Option(metavar="DIR", help="The base of the Maildirs, such as /home/vmail.")]
SquirrelMail = Annotated[
    str | None, typer.Option(metavar="DIR|URL|FILE.sql", help="SquirrelMail's data directory, or its tables.")
]
ReportFile = Annotated[
    Path | None, typer.Option("--report", metavar="FILE.html|.json", help="Write the report there, too.")
]
DecisionsFile = Annotated[
    Path | None,
    typer.Option("--decisions", metavar="FILE", help="Decisions on conflicts; with --plan it is made, to be edited."),
]
KnownPasswords = Annotated[
    Path | None, typer.Option(metavar="FILE.csv", help="Known passwords to log in with: address,password.")
]
SourceName = Annotated[str, typer.Option(metavar="NAME", help="A name for the old host, if there are several.")]


def postfixadmin(
    context: typer.Context,
    database: DatabaseUrl = None,
    dump: DumpFile = None,
    password_file: PasswordFile = None,
    maildirs: MaildirBase = None,
    squirrelmail: SquirrelMail = None,
    plan: Annotated[bool, typer.Option("--plan", help="Tell what would be done, and change nothing.")] = False,
    report_file: ReportFile = None,
    decisions_file: DecisionsFile = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Only compare; a host that never came is brought first.")
    ] = False,
    passwords: KnownPasswords = None,
    link: Annotated[Link, typer.Option(help="How messages come here.")] = Link.COPY,
    vacation: Annotated[OnOff, typer.Option(help="Whether vacation notices that were on answer here.")] = OnOff.OFF,
    fetching: Annotated[OnOff, typer.Option(help="Whether external accounts are fetched from here.")] = OnOff.OFF,
    source: SourceName = "old-host",
) -> None:
    """Bring a host of PostfixAdmin here with all its accounts and mail; a later run brings what is new."""
    session = Session.of(context)
    root.require("carteiro import")
    _refuse_odd(report_file)
    found = replace(_source(source, database, dump, squirrelmail, password_file), maildirs=maildirs)
    wishes = Wishes(_decisions(decisions_file, plan=plan), vacation is OnOff.ON, fetching is OnOff.ON, link.value)
    known = logins.read(passwords) if passwords else []
    with moving.alone(session.layout) as directory, _bars() as progress:
        with session.accounts() as actor:
            move = moving.prepare(session.layout, actor, directory, found, wishes, _tell, progress)
            compare = verify and imported.came(actor, source)
        if verify and not compare and not plan:
            first = N_("Nothing came from {source} before: it is brought first, then compared.")
            _tell(translate(first, source=source))
        if plan:
            _write_decisions(move, decisions_file)
            _answer(session, report.tell(move), report_file)
            return
        done = _run(session, move, wishes, known, progress, only_verify=compare)
    _answer(session, report.tell(move, done, verified=True), report_file)
    if not done.clean():
        raise typer.Exit(1)


def _run(
    session: Session,
    move: Move,
    wishes: Wishes,
    known: list[logins.Known],
    progress: moving.Progress,
    *,
    only_verify: bool,
) -> Done:
    done = Done()
    if not only_verify:
        with session.accounts() as actor:
            moving.bring_accounts(session.layout, actor, move, done, progress)
        # The accounts are live from here on: mail that comes in meanwhile has a place already.
        with session.accounts() as actor:
            moving.bring_mail(session.instance, actor, move, wishes, done, progress)
    with session.accounts() as actor:
        moving.verify(session.instance, actor, move, known, done, progress)
    return done


def _source(name: str, database: str | None, dump: Path | None, webmail: str | None, password: Path | None) -> Source:
    if (database is None) == (dump is None):
        raise Fault(N_("Give --database or --dump, one of the two."), code="invalid")
    imported.check_name(name)
    place = databases.parse_url(database) if database else None
    kept = _webmail(webmail)
    asked = [each for each in (place, kept) if isinstance(each, databases.Place) and each.kind != "sqlite"]
    secret = _password(asked[0], password) if asked else ""
    return Source(name, place, secret, dump, squirrelmail=kept)


def _webmail(told: str | None) -> Path | databases.Place | None:
    if told is None:
        return None
    return databases.parse_url(told) if "://" in told else Path(told)


def _password(place: databases.Place, file: Path | None) -> str:
    if file is not None:
        try:
            logins.refuse_readable(file)
            return file.read_text("utf-8").rstrip("\r\n")
        except OSError as error:
            raise Fault(
                N_("The password file {file} can't be read: {reason}."),
                N_("Put the database's password there, readable by root alone."),
                code="not_found",
                file=file,
                reason=error.strerror,
            ) from error
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return getpass.getpass(translate(N_("Password of {database}: "), database=place))


def _decisions(file: Path | None, *, plan: bool) -> Decisions:
    return Decisions() if file is None or (plan and not file.exists()) else decisions.read(file)


def _write_decisions(move: Move, file: Path | None) -> None:
    if file is not None:
        files.write(file, decisions.write(move.conflicts).encode(), mode=0o600)


def _refuse_odd(file: Path | None) -> None:
    """Before the work, not after it."""
    if file is not None and file.suffix not in {".html", ".json"}:
        raise Fault(
            N_("The report {file} can't be of that kind."), N_("Name it .html or .json."), code="invalid", file=file
        )


def _answer(session: Session, told: report.Told, file: Path | None) -> None:
    if file is not None:
        parts = iter((report.page(told),)) if file.suffix == ".html" else _json(told, indent=1)
        with files.replacing_bytes(file, mode=0o600) as stream:
            stream.writelines(part.encode() for part in parts)
    if session.json:
        sys.stdout.writelines(_json(told))
        sys.stdout.write("\n")
        return
    show.text(report.lines(told))


def _json(told: report.Told, indent: int | None = None) -> Iterator[str]:
    """Part by part: of a large host it is long."""
    return json.JSONEncoder(ensure_ascii=False, indent=indent).iterencode(told)


@contextmanager
def _bars() -> Iterator[moving.Progress]:
    """Progress bars on a terminal's standard error, nothing elsewhere."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        tasks = {name: progress.add_task(translate(text), total=None, visible=False) for name, text in _STEPS.items()}
        yield lambda step, done, whole: progress.update(tasks[step], completed=done, total=whole or None, visible=True)


def _tell(line: str) -> None:
    sys.stderr.write(f"carteiro: {line}\n")

"""The move of a whole host: read, plan, carry out, copy the mail, verify. Whatever ends it, it can be begun again."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from carteiro.host import files
from carteiro.hosting.access import Actor
from carteiro.hosting.imports import standing
from carteiro.hosting.mailboxes import get as get_mailbox
from carteiro.importers import accounts, logins, maildirs, squirrelmail
from carteiro.importers.accounts import Report
from carteiro.importers.maildirs import Difference, How, Outcome
from carteiro.importers.planning import plan as planning
from carteiro.importers.planning.decisions import Conflict, Decisions
from carteiro.importers.planning.desk import Fate, Kind, Maildir, Options
from carteiro.importers.planning.plan import Plan
from carteiro.importers.planning.said import Said, of
from carteiro.importers.planning.steps import Act, Steps, compare
from carteiro.importers.planning.webmail import Webmail
from carteiro.importers.postfixadmin import OldHost, RowId, databases, dumps, read
from carteiro.importers.postfixadmin.databases import Place
from carteiro.importers.postfixadmin.reading import contacts, preferences
from carteiro.importers.shelf import Pile, Shelf, by_name
from carteiro.operate.instance import Instance
from carteiro.settings.layout import Layout
from carteiro.words import N_, Fault

Tell = Callable[[str], None]
Progress = Callable[[str, int, int], None]
"""Told the step, how much of it is done, and how much there is (0 where that is not known)."""


@dataclass(frozen=True)
class Source:
    """Where the old host's things are: a database or a dump, and directories."""

    name: str = "old-host"
    database: Place | None = None
    password: str = field(default="", repr=False)
    dump: Path | None = None
    maildirs: Path | None = None
    squirrelmail: Path | Place | None = None  # its data directory, a dump of its tables, or their database


@dataclass(frozen=True)
class Wishes:
    """How the owner wants it."""

    decisions: Decisions = field(default_factory=Decisions)
    vacation: bool = False
    fetching: bool = False
    how: How = "copy"


@dataclass(frozen=True)
class Move:
    """What is planned: for the report before anything is done, and for doing it."""

    source: Source
    old: OldHost
    plan: Plan
    steps: Steps
    decisions: Decisions

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """All of them: of the old host itself, and with what is here."""
        return (*self.plan.conflicts, *self.steps.conflicts)


@dataclass(slots=True)
class Mail:
    """What became of one mailbox's mail."""

    outcome: Outcome | None = None
    fault: Fault | None = None
    differences: tuple[Difference, ...] | None = None


@dataclass
class Done:
    """What a run came to."""

    accounts: Report = field(default_factory=Report)
    log_lines: int = 0
    mail: dict[str, Mail] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)  # what the plan has and is not here afterwards
    tried: int = 0  # known passwords
    failures: list[logins.Failure] = field(default_factory=list)

    def clean(self) -> bool:
        """Whether all is here as it should be. Odd files that were told of and are no messages do not count."""
        mail = all(each.fault is None and not each.differences for each in self.mail.values())
        return mail and not (self.missing or self.failures or next(self.accounts.refused(), None))


@contextmanager
def alone(layout: Layout) -> Iterator[Path]:
    """The directory of imports, for one at a time. Raises Fault while another one runs."""
    directory = layout.importing
    # Open to pass: a private database server's user goes through it.
    files.make_directory(directory, mode=0o711)
    try:
        held = files.lock(directory / "lock")
    except Fault as fault:
        raise Fault(
            N_("Another import runs, as process {process}."),
            N_("Wait for its end; it goes on where one that was killed stopped."),
            code="locked",
            process=fault.values.get("process", "?"),
        ) from None
    try:
        yield directory
    finally:
        os.close(held)


def prepare(
    layout: Layout, actor: Actor, directory: Path, source: Source, wishes: Wishes, tell: Tell, progress: Progress
) -> Move:
    """Read the old host and what is here, and plan. Nothing is changed. Raises Fault."""
    old = _read(source, directory, tell)
    webmail = squirrelmail.merged(
        squirrelmail.read_tables(old.webmail, old.contacts), _webmail(source, directory, tell)
    )
    found = None if source.maildirs is None else _maildirs(source.maildirs, progress)
    return plan(layout, actor, source, wishes, old, found, webmail)


def plan(
    layout: Layout,
    actor: Actor,
    source: Source,
    wishes: Wishes,
    old: OldHost,
    found: Mapping[str, Maildir] | None,
    webmail: Webmail,
) -> Move:
    """The plan for what was read, against what is here."""
    options = Options(datetime.now(UTC), vacation=wishes.vacation, fetching=wishes.fetching)
    made = planning.make(old, wishes.decisions, options, maildirs=found, webmail=webmail)
    state = accounts.state_of(actor, source.name, layout.secrets / "import.key")
    return Move(source, old, made, compare(made, state, wishes.decisions), wishes.decisions)


def bring_accounts(layout: Layout, actor: Actor, move: Move, done: Done, progress: Progress) -> None:
    """The log, then every step; the rows of what was refused have that as their fate."""
    done.log_lines = accounts.tell_log(actor, move.source.name, move.plan.log)
    state = accounts.unread(move.source.name, layout.secrets / "import.key")
    count, whole = 0, len(move.steps.steps)

    def told(more: int) -> None:
        nonlocal count
        count += more
        progress("accounts", count, whole)

    done.accounts = accounts.carry_out(actor, state, move.steps.steps, told)


def fates(move: Move, done: Done) -> Iterator[tuple[RowId, tuple[Fate, Said | None]]]:
    """What became of every row, after what was refused and kept."""
    found: dict[RowId, tuple[Fate, Said | None]] = {}
    for outcome in done.accounts.odd:
        rows = outcome.step.wanted.rows if outcome.step.wanted else ()
        for row in rows:
            if outcome.fault is not None:
                found[row] = (Fate.REFUSED, of(outcome.fault))
            elif outcome.step.act is Act.KEEP:
                found[row] = (Fate.LEFT, outcome.step.said)
    for row, fate in move.plan.fates.items():
        yield row, found.get(row, fate)


def bring_mail(instance: Instance, actor: Actor, move: Move, wishes: Wishes, done: Done, progress: Progress) -> None:
    """The mail of each mailbox that is here; what happens to one concerns no other."""
    base = move.source.maildirs
    if base is None:
        return
    whole = sum(maildir.messages for maildir in move.plan.mail.values())
    count = 0

    def told(more: int) -> None:
        nonlocal count
        count += more
        progress("mail", count, whole)

    for address, maildir in _due(actor, move):
        mail = done.mail.setdefault(address, Mail())
        try:
            home = get_mailbox(actor, address).home
            mail.outcome = maildirs.copy(base / maildir.path, instance, home, how=wishes.how, step=told)
        except Fault as fault:
            mail.fault = fault


def verify(
    instance: Instance, actor: Actor, move: Move, known: list[logins.Known], done: Done, progress: Progress
) -> None:
    """Everything that should be here is looked for, each message compared, each known password tried."""
    done.missing = _missing(instance.layout, actor, move, done)
    whole, count = sum(maildir.messages for maildir in move.plan.mail.values()), 0

    def told(more: int) -> None:
        nonlocal count
        count += more
        progress("verify", count, whole)

    base = move.source.maildirs
    for address, maildir in _due(actor, move) if base is not None else ():
        mail = done.mail.setdefault(address, Mail())
        try:
            home = get_mailbox(actor, address).home
            mail.differences = maildirs.verify((base or Path()) / maildir.path, instance, home, told)
        except Fault as fault:
            mail.fault = mail.fault or fault
    done.tried = len(known)
    done.failures = logins.check(instance, known, _off(move.plan, known), lambda _: None)


def _off(plan: Plan, known: list[logins.Known]) -> set[str]:
    """Those of these mailboxes that nobody can log in to, by decision."""
    return {
        one.address
        for one in known
        for key in ((Kind.MAILBOX, one.address.lower()), (Kind.DOMAIN, one.address.lower().rpartition("@")[2]))
        if key in plan.wanted and not plan.wanted[key].values["active"]
    }


def _missing(layout: Layout, actor: Actor, move: Move, done: Done) -> list[str]:
    """What the old host has and is not here so; what was refused or stays by decision is told elsewhere."""
    state = accounts.state_of(actor, move.source.name, layout.secrets / "import.key")
    refused = {(outcome.step.kind, outcome.step.key) for outcome in done.accounts.refused()}
    return [
        f"{step.kind.value} {step.key}"
        for step in compare(move.plan, state, move.decisions).steps
        if step.act not in (Act.SAME, Act.KEEP, Act.ADOPT, Act.FORGET) and (step.kind, step.key) not in refused
    ]


def _due(actor: Actor, move: Move) -> Iterator[tuple[str, Maildir]]:
    """The mailboxes whose mail is wanted: not those that were removed here since, and stay so."""
    kept = {step.key for step in move.steps.kept if step.kind is Kind.MAILBOX and step.act is Act.KEEP}
    there = standing.some(actor, Kind.MAILBOX.value, kept)
    yield from ((address, maildir) for address, maildir in move.plan.mail.items() if address not in kept - there.keys())


def _read(source: Source, directory: Path, tell: Tell) -> OldHost:
    if source.dump is not None:
        with dumps.loaded(source.dump, directory, tell) as loaded:
            return replace(read(loaded, Pile), source=str(source.dump))
    assert source.database is not None  # noqa: S101 - the command sees to it
    with databases.opened(source.database, source.password) as opened:
        return read(opened, Pile)


def _webmail(source: Source, directory: Path, tell: Tell) -> Webmail:
    place = source.squirrelmail
    if place is None:
        return Webmail()
    if isinstance(place, Place):
        with databases.opened(place, source.password) as opened:
            return squirrelmail.read_tables(preferences(opened), contacts(opened))
    if place.is_file():
        with dumps.loaded(place, directory, tell) as loaded:
            return squirrelmail.read_tables(preferences(loaded), contacts(loaded))
    _refuse_no_directory(place)
    return squirrelmail.read_directory(place)


def _maildirs(base: Path, progress: Progress) -> Mapping[str, Maildir]:
    """Every Maildir below the base, by its path as PostfixAdmin would write it, and as it can be printed."""
    _refuse_no_directory(base)
    found: Shelf[str, Maildir] = by_name()
    count = 0
    for count, path in enumerate(maildirs.find(base), 1):
        size = maildirs.measure(path)
        name = str(path.relative_to(base))
        found[maildirs.printable(name.removesuffix("/Maildir"))] = Maildir(name, size.messages, size.bytes)
        progress("maildirs", count, 0)
    if not count:
        raise Fault(
            N_("There is no Maildir below {path}."),
            N_("Name the base of the Maildirs; its files must be readable here."),
            code="not_found",
            path=base,
        )
    return found


def _refuse_no_directory(path: Path) -> None:
    if not path.is_dir():
        raise Fault(
            N_("There is no directory {path}."),
            N_("Name the one that is copied from, mounted here."),
            code="not_found",
            path=path,
        )

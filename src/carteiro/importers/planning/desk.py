"""Where a plan is worked out: what is wanted here, the conflicts met, what was found, and the fate of every row."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from carteiro.importers.planning.decisions import Conflict, Decisions
from carteiro.importers.planning.questions import QUESTIONS
from carteiro.importers.planning.said import Said, of, say
from carteiro.importers.planning.webmail import Webmail
from carteiro.importers.postfixadmin.model import Dates, OldHost, RowId
from carteiro.importers.shelf import Shelf, by_name
from carteiro.mail.domain import DomainName, parse_domain
from carteiro.words import N_, Fault

_LONGEST = 255


class Kind(StrEnum):
    """What is brought in, in the order in which it is made."""

    DOMAIN = "domain"
    ALIAS_DOMAIN = "alias_domain"
    TRANSPORT = "transport"
    MAILBOX = "mailbox"
    ALIAS = "alias"
    ADMIN = "admin"
    VACATION = "vacation"
    FETCH = "fetch"
    FILTERS = "filters"
    WEBMAIL = "webmail"


class Fate(StrEnum):
    """What becomes of a row of the old host; every row has one."""

    IMPORTED = "imported"
    REFUSED = "refused"  # it can't be
    LEFT = "left"  # it could be, and is not


# A domain of which no table says more than that it is.
HOSTED: Mapping[str, Any] = {
    "kind": "hosted",
    "active": True,
    "description": "",
    **dict.fromkeys(("max_mailboxes", "max_aliases", "quota", "max_mailbox_quota")),
}


@dataclass
class Wanted:
    """One thing that shall be here: its values as JSON, where they come from, and what of it is secret."""

    kind: Kind
    key: str
    values: dict[str, Any]
    rows: tuple[RowId, ...] = ()
    dates: Dates = field(default_factory=Dates)
    secret: str = field(default="", repr=False)  # a password in the clear, which is stored as a hash or sealed


class Wants(MutableMapping[tuple[Kind, str], Wanted]):
    """What is wanted, kind by kind in the order in which it is made, and in the order in which it was put in.

    A mailbox, or what hangs on one, has to be put back when it was changed: there may be very many.
    """

    def __init__(self) -> None:
        self._kinds: dict[Kind, MutableMapping[str, Wanted]] = {
            kind: {} if kind in _FEW else by_name() for kind in Kind
        }

    def of(self, kind: Kind) -> MutableMapping[str, Wanted]:
        """All of one kind, by their keys."""
        return self._kinds[kind]

    def __getitem__(self, key: tuple[Kind, str]) -> Wanted:
        return self._kinds[key[0]][key[1]]

    def __setitem__(self, key: tuple[Kind, str], wanted: Wanted) -> None:
        self._kinds[key[0]][key[1]] = wanted

    def __delitem__(self, key: tuple[Kind, str]) -> None:
        del self._kinds[key[0]][key[1]]

    def __contains__(self, key: object) -> bool:
        return isinstance(key, tuple) and key[1] in self._kinds[key[0]]

    def __len__(self) -> int:
        return sum(len(things) for things in self._kinds.values())

    def __iter__(self) -> Iterator[tuple[Kind, str]]:
        return ((kind, key) for kind, things in self._kinds.items() for key in things)


_FEW = frozenset({Kind.DOMAIN, Kind.ALIAS_DOMAIN, Kind.TRANSPORT, Kind.ADMIN})


def _row_told(row: RowId) -> str:
    return f"{row.table}\n{row.key}"


def _row(told: str) -> RowId:
    table, _, key = told.partition("\n")
    return RowId(table, key)


@dataclass(frozen=True)
class Finding:
    """What the old host really did, or what deserves to be known: a sentence, and the things that it is about."""

    name: str
    said: Said
    things: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Maildir:
    """A mailbox's Maildir of the old host, by its path below the base as it is on the disk, and what it holds."""

    path: str
    messages: int
    bytes: int


@dataclass(frozen=True)
class Options:
    """What the command was told: whether vacation notices and fetching are to go on, and what time it is."""

    now: datetime
    vacation: bool = False
    fetching: bool = False


class Dated(Protocol):
    """A row that knows when it was made."""

    @property
    def row(self) -> RowId:
        """Which one it is."""
        ...

    @property
    def dates(self) -> Dates:
        """When it was made and changed."""
        ...


OneDated = TypeVar("OneDated", bound=Dated)


@dataclass
class Desk:
    """All that the steps of planning share; each adds to it."""

    old: OldHost
    decisions: Decisions
    options: Options
    webmail: Webmail = field(default_factory=Webmail)
    maildirs: Mapping[str, Maildir] | None = None  # None where nobody named a place
    wanted: Wants = field(default_factory=Wants)
    conflicts: list[Conflict] = field(default_factory=list)
    fates: MutableMapping[RowId, tuple[Fate, Said | None]] = field(
        default_factory=lambda: Shelf(_row_told, _row, (Fate.IMPORTED, None))
    )
    found: dict[str, tuple[Said, list[str]]] = field(default_factory=dict)
    tables: Counter[tuple[str, Fate]] = field(default_factory=Counter)  # of rows that are counted only
    mail: MutableMapping[str, Maildir] = field(default_factory=by_name)  # by mailbox
    # Domains whose own addresses are left out, and why; and those whose addresses get aliases in another one.
    given_up: dict[str, Said] = field(default_factory=dict)
    expanded: dict[str, tuple[str, tuple[RowId, ...]]] = field(default_factory=dict)
    claimed: set[tuple[Kind, str]] = field(default_factory=set)  # still on the old host, though not wanted

    def ask(self, name: str, thing: str, **places: object) -> str:
        """Note a conflict; gives what was decided about it."""
        chosen = self.decisions.choose(name, thing)
        said = say(QUESTIONS[name].text, thing=thing, **places)
        self.conflicts.append(Conflict(name, thing, said, chosen))
        return chosen

    def want(
        self,
        kind: Kind,
        key: str,
        values: dict[str, Any],
        rows: Sequence[RowId] = (),
        dates: Dates | None = None,
        secret: str = "",
    ) -> Wanted:
        """Have something here; its rows are imported, unless the use case refuses it later."""
        made = Wanted(kind, key, values, tuple(rows), dates or Dates(), secret)
        self.wanted[kind, key] = made
        for row in rows:
            self.fates[row] = (Fate.IMPORTED, None)
        return made

    def has(self, kind: Kind, key: str) -> bool:
        """Whether it is wanted."""
        return (kind, key) in self.wanted

    def refuse(self, row: RowId, said: Said) -> None:
        """A row can't be brought in."""
        self.fates[row] = (Fate.REFUSED, said)

    def leave(self, row: RowId, said: Said) -> None:
        """A row is not brought in, by decision or because there is no place for it."""
        self.fates[row] = (Fate.LEFT, said)

    def imported(self, row: RowId) -> None:
        """A row is in what is wanted already."""
        self.fates[row] = (Fate.IMPORTED, None)

    def find(self, name: str, text: str, *things: str, **places: object) -> None:
        """Note a finding, or further things that it is about."""
        _, affected = self.found.setdefault(name, (say(text, **places), []))
        affected.extend(things)

    def findings(self) -> tuple[Finding, ...]:
        """What was found."""
        return tuple(Finding(name, said, tuple(things)) for name, (said, things) in self.found.items())

    def domain(self, row: RowId, told: str) -> DomainName | None:
        """A domain's name; None, and the row is refused, where it can't be one."""
        return self.parsed(row, told, parse_domain)

    def parsed(self, row: RowId, told: str, parse: "Callable[[str], Parsed]") -> "Parsed | None":
        """An address or a name; None, and the row is refused, where it can't be one."""
        try:
            return parse(told)
        except Fault as fault:
            self.ask("illegal-address", told or "''", reason=of(fault).told())
            self.refuse(row, of(fault))
            return None

    def winner(self, key: str, rows: Sequence[OneDated]) -> OneDated:
        """Of rows that mean the same name, the one that counts; the others are left."""
        if len(rows) == 1:
            return rows[0]
        spelt = [row.row.key for row in rows]
        chosen = self.ask("address-twice", key, other=", ".join(spelt))
        first = rows[0]
        if chosen == "newest":
            first = max(rows, key=lambda row: row.dates.modified.timestamp() if row.dates.modified else 0.0)
        for row in rows:
            if row is not first:
                self.leave(row.row, say(N_("{thing} counts in its place"), thing=first.row.key))
        return first


Parsed = TypeVar("Parsed")


def one_line(told: str) -> str:
    """A text as one line of at most 255 characters; what can't be printed becomes a space."""
    return " ".join("".join(each if each.isprintable() else " " for each in told).split())[:_LONGEST]


def many_lines(told: str, longest: int) -> str:
    """A text of lines; what can't be printed becomes a space."""
    text = told.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each if each.isprintable() or each in "\n\t" else " " for each in text)[:longest]

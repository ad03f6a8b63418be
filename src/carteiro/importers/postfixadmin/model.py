"""What the tables of an old host say: one type for each, whatever release of PostfixAdmin made them.

Texts are as they were meant (double encoding undone), moments are UTC or None where the table had a zero date,
and every row keeps the key that it had in its table.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, order=True)
class RowId:
    """A row of a table of the old host: the table without its prefix, and the key as it is spelt there."""

    table: str
    key: str

    def __str__(self) -> str:
        return f"{self.table} {self.key}"


@dataclass(frozen=True)
class Dates:
    """When a row was made and changed, where that is known."""

    created: datetime | None = None
    modified: datetime | None = None


@dataclass(frozen=True)
class DomainRow:
    """A hosted or backup-MX domain. Limits: 0 is none, -1 forbids; quotas are in PostfixAdmin's megabytes."""

    row: RowId
    name: str
    description: str
    aliases: int
    mailboxes: int
    largest_quota: int
    quota: int
    transport: str
    backup_mx: bool
    active: bool
    password_days: int
    dates: Dates


@dataclass(frozen=True)
class AliasDomainRow:
    """A domain that stands for another one."""

    row: RowId
    name: str
    target: str
    active: bool
    dates: Dates


@dataclass(frozen=True)
class MailboxRow:
    """A mailbox; `quota` is in bytes, 0 is unlimited, `maildir` is relative to the base of the Maildirs."""

    row: RowId
    address: str
    password: str = field(repr=False)
    name: str
    maildir: str
    quota: int
    active: bool
    sending: bool
    dates: Dates
    left: tuple[str, ...] = ()  # columns with something in them that has no place here


@dataclass(frozen=True)
class AliasRow:
    """An alias, a catch-all (`@domain`), or the forwarding of a mailbox."""

    row: RowId
    address: str
    goto: tuple[str, ...]
    active: bool
    dates: Dates


@dataclass(frozen=True)
class AdminRow:
    """An administrator; the domains are in `DelegationRow`."""

    row: RowId
    address: str
    password: str = field(repr=False)
    superadmin: bool
    active: bool
    dates: Dates


@dataclass(frozen=True)
class DelegationRow:
    """A domain that an administrator holds; `ALL` makes a superadmin."""

    row: RowId
    admin: str
    domain: str
    active: bool


@dataclass(frozen=True)
class VacationRow:
    """A vacation notice; `interval` is in seconds, 0 answers each sender once, None is not said."""

    row: RowId
    address: str
    subject: str
    text: str
    active: bool
    starts: datetime | None
    ends: datetime | None
    interval: int | None


@dataclass(frozen=True)
class FetchRow:
    """An account elsewhere that fetchmail emptied into a mailbox; the password is in the clear."""

    row: RowId
    address: str
    server: str
    port: int
    protocol: str
    authentication: str
    username: str
    password: str = field(repr=False)
    folder: str
    minutes: int
    keep: bool
    tls: bool
    active: bool
    extras: tuple[str, ...]  # columns with something in them that is not carried over


@dataclass(frozen=True)
class LogRow:
    """A line of PostfixAdmin's log: who did what from where."""

    row: RowId
    at: datetime | None
    who: str
    network: str
    domain: str
    action: str
    data: str


@dataclass(frozen=True)
class OtherTable:
    """A table whose rows are not carried over, and how many it has."""

    name: str
    rows: int


@dataclass(frozen=True)
class OldHost:
    """All that the tables hold."""

    source: str  # what was read, for people
    schema: str  # PostfixAdmin's own number of its tables; empty before 2.3
    domains: Sequence[DomainRow] = ()
    alias_domains: Sequence[AliasDomainRow] = ()
    mailboxes: Sequence[MailboxRow] = ()
    aliases: Sequence[AliasRow] = ()
    admins: Sequence[AdminRow] = ()
    delegations: Sequence[DelegationRow] = ()
    vacations: Sequence[VacationRow] = ()
    fetches: Sequence[FetchRow] = ()
    log: Sequence[LogRow] = ()
    others: tuple[OtherTable, ...] = ()
    repaired: tuple[RowId, ...] = ()  # rows whose text was encoded twice
    webmail: Sequence[tuple[str, ...]] = ()  # SquirrelMail's table of preferences: user, name, value
    contacts: Sequence[tuple[str, ...]] = ()  # its address book: owner and five columns

    def counts(self) -> dict[str, int]:
        """How many rows each table has, those that are not carried over too."""
        known: dict[str, Sequence[object]] = {
            "domain": self.domains,
            "alias_domain": self.alias_domains,
            "mailbox": self.mailboxes,
            "alias": self.aliases,
            "admin": self.admins,
            "domain_admins": self.delegations,
            "vacation": self.vacations,
            "fetchmail": self.fetches,
            "log": self.log,
            "userprefs": self.webmail,
            "address": self.contacts,
        }
        return {name: len(rows) for name, rows in known.items()} | {each.name: each.rows for each in self.others}

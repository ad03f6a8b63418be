"""From the tables of any release of PostfixAdmin to one `OldHost`: what is not there yet has its old meaning."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from carteiro.importers.postfixadmin import values
from carteiro.importers.postfixadmin.model import (
    AdminRow,
    AliasDomainRow,
    AliasRow,
    Dates,
    DelegationRow,
    DomainRow,
    FetchRow,
    LogRow,
    MailboxRow,
    OldHost,
    OtherTable,
    RowId,
    VacationRow,
)
from carteiro.importers.postfixadmin.tables import COUNTED, Database, Row, prefix

Made = TypeVar("Made")

# Columns of a mailbox that are read, or that say nothing once it is here; whatever else is filled is told.
_PLACED = frozenset(
    {
        *("username", "password", "name", "maildir", "quota", "local_part", "domain", "created", "modified", "active"),
        *("smtp_active", "token", "token_validity", "password_expiry"),
    }
)
_FETCH_EXTRAS = ("mda", "extra_options", "sslfingerprint", "sslcertpath")


def read(database: Database, kept: Callable[[Iterable[Any]], Sequence[Any]] = tuple) -> OldHost:
    """All that the database's tables hold, rows `kept` so. Raises Fault where PostfixAdmin's tables are not there."""
    reader = _Reader(database, prefix(database.tables()), kept)
    schema = {values.text(row.get("name")): values.text(row.get("value")) for row in reader.raw("config")}
    return OldHost(
        source=database.name,
        schema=schema.get("version", ""),
        domains=reader.all("domain", _domain),
        alias_domains=reader.all("alias_domain", _alias_domain),
        mailboxes=reader.all("mailbox", _mailbox),
        aliases=reader.all("alias", _alias),
        admins=reader.all("admin", _admin),
        delegations=reader.all("domain_admins", _delegation),
        vacations=reader.all("vacation", _vacation),
        fetches=reader.all("fetchmail", _fetch),
        log=reader.all("log", _log),
        others=tuple(each for each in reader.others() if each.rows),
        repaired=tuple(reader.repaired),
        webmail=kept(preferences(database)),
        contacts=kept(contacts(database)),
    )


class _Cells:
    """One row; its texts with a double encoding undone, which is remembered."""

    def __init__(self, row: Row) -> None:
        self._row = {name.lower(): value for name, value in row.items()}
        self.repaired = False

    def text(self, name: str) -> str:
        told = values.text(self._row.get(name))
        meant = values.once(told)
        self.repaired |= meant != told
        return meant

    def word(self, name: str) -> str:
        return self.text(name).strip()

    def number(self, name: str, default: int = 0) -> int:
        return values.number(self._row.get(name), default)

    def truth(self, name: str, *, default: bool = True) -> bool:
        return values.truth(self._row.get(name), default)

    def dates(self) -> Dates:
        return Dates(values.moment(self._row.get("created")), values.moment(self._row.get("modified")))

    def raw(self, name: str) -> object:
        return self._row.get(name)

    def filled_besides(self, known: Collection[str]) -> tuple[str, ...]:
        return tuple(name for name in self._row if name not in known and self.word(name) not in {"", "0"})

    def filled(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(name for name in names if self.word(name))


@dataclass
class _Reader:
    database: Database
    prefix: str
    kept: Callable[[Iterable[Any]], Sequence[Any]]
    repaired: list[RowId] = field(default_factory=list)

    def raw(self, table: str) -> Iterator[Row]:
        name = self.prefix + table
        return self.database.rows(name) if name in self.database.tables() else iter(())

    def all(self, table: str, make: Callable[[_Cells, int], tuple[RowId, Made]]) -> Sequence[Made]:
        return self.kept(self._made(table, make))

    def _made(self, table: str, make: Callable[[_Cells, int], tuple[RowId, Made]]) -> Iterator[Made]:
        for at, row in enumerate(self.raw(table), start=1):
            cells = _Cells(row)
            number, one = make(cells, at)
            if cells.repaired:
                self.repaired.append(number)
            yield one

    def others(self) -> Iterator[OtherTable]:
        for name in ("config", *COUNTED):
            yield OtherTable(name, sum(1 for _ in self.raw(name)))
        if (shared := "global_abook") in self.database.tables():  # SquirrelMail's, without the prefix
            yield OtherTable(shared, sum(1 for _ in self.database.rows(shared)))


def preferences(database: Database) -> Iterator[tuple[str, ...]]:
    """SquirrelMail's table of preferences, if it is there: user, name, value."""
    return _cells(database, "userprefs", ("user", "prefkey", "prefval"))


def contacts(database: Database) -> Iterator[tuple[str, ...]]:
    """SquirrelMail's address book, if it is there: owner, nickname, first and last name, addresses, note."""
    return _cells(database, "address", ("owner", "nickname", "firstname", "lastname", "email", "label"))


def _cells(database: Database, table: str, columns: Sequence[str]) -> Iterator[tuple[str, ...]]:
    # SquirrelMail's tables have no prefix of PostfixAdmin's.
    if table not in database.tables():
        return
    for row in database.rows(table):
        cells = _Cells(row)
        yield tuple(cells.text(name) for name in columns)


def _domain(cells: _Cells, _: int) -> tuple[RowId, DomainRow]:
    name = cells.word("domain")
    row = RowId("domain", name)
    return row, DomainRow(
        row,
        name,
        cells.word("description"),
        aliases=cells.number("aliases"),
        mailboxes=cells.number("mailboxes"),
        largest_quota=cells.number("maxquota"),
        quota=cells.number("quota"),
        transport=cells.word("transport"),
        backup_mx=cells.truth("backupmx", default=False),
        active=cells.truth("active"),
        password_days=cells.number("password_expiry"),
        dates=cells.dates(),
    )


def _alias_domain(cells: _Cells, _: int) -> tuple[RowId, AliasDomainRow]:
    name = cells.word("alias_domain")
    row = RowId("alias_domain", name)
    return row, AliasDomainRow(row, name, cells.word("target_domain"), cells.truth("active"), cells.dates())


def _mailbox(cells: _Cells, _: int) -> tuple[RowId, MailboxRow]:
    address = cells.word("username")
    row = RowId("mailbox", address)
    return row, MailboxRow(
        row,
        address,
        cells.word("password"),
        cells.word("name"),
        cells.word("maildir"),
        quota=cells.number("quota"),
        active=cells.truth("active"),
        sending=cells.truth("smtp_active"),
        dates=cells.dates(),
        left=cells.filled_besides(_PLACED),
    )


def _alias(cells: _Cells, _: int) -> tuple[RowId, AliasRow]:
    address = cells.word("address")
    row = RowId("alias", address)
    goto = tuple(part for piece in cells.text("goto").splitlines() for one in piece.split(",") if (part := one.strip()))
    return row, AliasRow(row, address, goto, cells.truth("active"), cells.dates())


def _admin(cells: _Cells, _: int) -> tuple[RowId, AdminRow]:
    address = cells.word("username")
    row = RowId("admin", address)
    return row, AdminRow(
        row,
        address,
        cells.word("password"),
        superadmin=cells.truth("superadmin", default=False),
        active=cells.truth("active"),
        dates=cells.dates(),
    )


def _delegation(cells: _Cells, at: int) -> tuple[RowId, DelegationRow]:
    admin, domain = cells.word("username"), cells.word("domain")
    # The table had no key at first, so that a row may be there twice.
    row = RowId("domain_admins", f"{admin} {domain} {at}")
    return row, DelegationRow(row, admin, domain, cells.truth("active"))


def _vacation(cells: _Cells, _: int) -> tuple[RowId, VacationRow]:
    address = cells.word("email")
    row = RowId("vacation", address)
    interval = cells.raw("interval_time")
    return row, VacationRow(
        row,
        address,
        cells.word("subject"),
        cells.text("body"),
        active=cells.truth("active"),
        starts=values.moment(cells.raw("activefrom")),
        ends=values.moment(cells.raw("activeuntil")),
        interval=None if interval is None else values.number(interval),
    )


def _fetch(cells: _Cells, at: int) -> tuple[RowId, FetchRow]:
    row = RowId("fetchmail", cells.word("id") or str(at))
    return row, FetchRow(
        row,
        cells.word("mailbox"),
        cells.word("src_server"),
        port=cells.number("src_port"),
        protocol=cells.word("protocol").upper(),
        authentication=cells.word("src_auth").lower(),
        username=cells.word("src_user"),
        password=values.unbase64(cells.text("src_password")),
        folder=cells.word("src_folder"),
        minutes=cells.number("poll_time", 10),
        keep=cells.truth("keep", default=False),
        tls=cells.truth("usessl", default=False),
        active=cells.truth("active"),
        extras=cells.filled(_FETCH_EXTRAS),
    )


def _log(cells: _Cells, at: int) -> tuple[RowId, LogRow]:
    row = RowId("log", str(at))
    who, _, network = cells.word("username").partition(" (")
    return row, LogRow(
        row,
        values.moment(cells.raw("timestamp")),
        who,
        network.rstrip(")"),
        cells.word("domain"),
        cells.word("action"),
        cells.text("data"),
    )

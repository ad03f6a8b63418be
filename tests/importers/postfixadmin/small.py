"""Small old hosts for tests of planning: only what a test is about is said."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from carteiro.importers.planning import plan as planning
from carteiro.importers.planning.decisions import Decisions
from carteiro.importers.planning.desk import Kind, Maildir, Options
from carteiro.importers.planning.plan import Plan
from carteiro.importers.planning.webmail import Webmail
from carteiro.importers.postfixadmin.model import (
    AdminRow,
    AliasRow,
    Dates,
    DelegationRow,
    DomainRow,
    FetchRow,
    MailboxRow,
    OldHost,
    RowId,
    VacationRow,
)

MD5 = "$1$aseMhtWe$jpUOeECWi795KeQFEXv8N."
NOW = datetime(2026, 11, 26, tzinfo=UTC)
THEN = Dates(datetime(2009, 11, 3, tzinfo=UTC), datetime(2010, 1, 2, tzinfo=UTC))


def domain(name: str = "a.test", **fields: Any) -> DomainRow:
    row = DomainRow(RowId("domain", name), name, "", 0, 0, 0, 0, "virtual", False, True, 0, THEN)
    return replace(row, **fields)


def mailbox(address: str, **fields: Any) -> MailboxRow:
    local, _, name = address.partition("@")
    row = MailboxRow(RowId("mailbox", address), address, MD5, "", f"{name}/{local}/", 0, True, True, THEN)
    return replace(row, **fields)


def alias(address: str, *goto: str, **fields: Any) -> AliasRow:
    return replace(AliasRow(RowId("alias", address), address, goto, True, THEN), **fields)


def admin(address: str, **fields: Any) -> AdminRow:
    return replace(AdminRow(RowId("admin", address), address, MD5, False, True, THEN), **fields)


def holds(address: str, name: str, *, active: bool = True) -> DelegationRow:
    return DelegationRow(RowId("domain_admins", f"{address} {name}"), address, name, active)


def vacation(address: str, **fields: Any) -> VacationRow:
    return replace(
        VacationRow(RowId("vacation", address), address, "Away", "Back soon.", True, None, None, 0), **fields
    )


def fetch(address: str, **fields: Any) -> FetchRow:
    row = FetchRow(
        RowId("fetchmail", "1"),
        address,
        "mail.world.test",
        0,
        "POP3",
        "password",
        "ana",
        "secret",
        "",
        10,
        keep=True,
        tls=True,
        active=True,
        extras=(),
    )
    return replace(row, **fields)


def host(*rows: Any, **more: Any) -> OldHost:
    """An old host of these rows, with the domain a.test if none is among them."""
    names = {
        DomainRow: "domains",
        MailboxRow: "mailboxes",
        AliasRow: "aliases",
        AdminRow: "admins",
        DelegationRow: "delegations",
        VacationRow: "vacations",
        FetchRow: "fetches",
    }
    fields: dict[str, tuple[Any, ...]] = {}
    for row in rows:
        name = names[type(row)]
        fields[name] = (*fields.get(name, ()), row)
    fields.setdefault("domains", (domain(),))
    return OldHost("test", "", **fields, **more)


def plan(
    *rows: Any,
    answers: Mapping[str, str] | None = None,
    maildirs: Mapping[str, Maildir] | None = None,
    vacation: bool = False,
    fetching: bool = False,
    webmail: Webmail | None = None,
    **more: Any,
) -> Plan:
    """The plan for these rows; `answers` are decisions on all things of a conflict."""
    decisions = Decisions({(name, "*"): answer for name, answer in (answers or {}).items()})
    options = Options(NOW, vacation, fetching)
    made = planning.make(host(*rows, **more), decisions, options, maildirs=maildirs, webmail=webmail)
    assert not made.unaccounted()
    return made


def wanted(made: Plan, kind: str, key: str) -> dict[str, Any]:
    """The values that are wanted of one thing."""
    return made.wanted[Kind(kind), key].values


def keys(made: Plan, kind: str) -> list[str]:
    """The keys of all that is wanted of a kind."""
    return sorted(key for each, key in made.wanted if each == kind)


def asked(made: Plan) -> list[str]:
    """The conflicts as short lines: name, thing, what was chosen."""
    return [f"{each.name} {each.thing}: {each.chosen}" for each in made.conflicts]


def fate(made: Plan, table: str, key: str) -> str:
    """What becomes of a row."""
    return made.fates[RowId(table, key)][0].value


def found(made: Plan) -> dict[str, list[str]]:
    """The findings, by name."""
    return {each.name: list(each.things) for each in made.findings}

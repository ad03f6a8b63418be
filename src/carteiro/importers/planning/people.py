"""Administrators and the domains that they hold; `ALL` makes a superadmin."""

from collections import defaultdict
from collections.abc import Iterable

from carteiro.importers.planning.desk import Desk, Kind
from carteiro.importers.planning.mailboxes import password
from carteiro.importers.planning.said import Said, say
from carteiro.importers.postfixadmin import passwords
from carteiro.importers.postfixadmin.model import AdminRow, DelegationRow, RowId
from carteiro.importers.shelf import grouped
from carteiro.mail.address import parse_target
from carteiro.mail.domain import parse_domain
from carteiro.words import N_, Fault


def plan(desk: Desk) -> None:
    """Every row of `admin` and `domain_admins`."""
    held: dict[str, list[DelegationRow]] = defaultdict(list)
    for row in desk.old.delegations:
        held[row.admin.lower()].append(row)
    rows = []
    for one in desk.old.admins:
        if address := desk.parsed(one.row, one.address, parse_target):
            rows.append((str(address), one))
    for key, same in grouped(rows):
        _plan_one(desk, key, desk.winner(key, same), held.pop(key, []))
    for left in held.values():
        for row in left:
            desk.leave(row.row, say(N_("there is no administrator {thing}"), thing=row.admin))


def _plan_one(desk: Desk, key: str, row: AdminRow, held: list[DelegationRow]) -> None:
    everything = [each for each in held if each.domain.upper() == "ALL" and each.active]
    superadmin = row.superadmin or bool(everything)
    rows = (row.row, *(each.row for each in held))
    if superadmin and desk.ask("superadmin", key) == "leave":
        _leave(desk, key, rows, say(N_("superadmins are left out by decision")))
        return
    hashed, clear = _password(desk, key, row)
    if not hashed and not clear and not desk.has(Kind.MAILBOX, key):
        _leave(desk, key, rows, say(N_("its password can't be read")))
        return
    domains = _domains(desk, held, superadmin=superadmin)
    values = {"superadmin": superadmin, "active": row.active, "domains": domains, "password": hashed}
    desk.want(Kind.ADMIN, key, values, (row.row,), row.dates, clear)


def _leave(desk: Desk, key: str, rows: Iterable[RowId], reason: Said) -> None:
    for row in rows:
        desk.leave(row, reason)
    desk.claimed.add((Kind.ADMIN, key))


def _password(desk: Desk, key: str, row: AdminRow) -> tuple[str, str]:
    """None where there is a mailbox of that address: its password is the person's."""
    if not desk.has(Kind.MAILBOX, key):
        return password(desk, key, row.password)
    mailbox = desk.wanted[Kind.MAILBOX, key]
    own = passwords.read(row.password)
    same = own.hashed == mailbox.values["password"] and own.clear == mailbox.secret
    if not same and desk.ask("admin-password", key) == "admin" and (own.hashed or own.clear):
        mailbox.values["password"], mailbox.secret = own.hashed, own.clear
        desk.wanted[Kind.MAILBOX, key] = mailbox
    return "", ""


def _domains(desk: Desk, held: list[DelegationRow], *, superadmin: bool) -> list[str]:
    found: set[str] = set()
    for each in held:
        name = _ascii(each.domain)
        if each.domain.upper() == "ALL":
            if each.active:
                desk.imported(each.row)
            else:
                desk.leave(each.row, say(N_("it is switched off in the table")))
        elif superadmin:
            desk.leave(each.row, say(N_("a superadmin holds all domains")))
        elif not each.active:
            _left_off(desk, each, name, found)
        elif desk.has(Kind.DOMAIN, name) or desk.has(Kind.ALIAS_DOMAIN, name):
            desk.imported(each.row)
            found.add(name)
        else:
            desk.leave(each.row, say(N_("there is no domain {thing}"), thing=each.domain))
    return sorted(found)


def _left_off(desk: Desk, row: DelegationRow, name: str, found: set[str]) -> None:
    """PostfixAdmin switches a delegation off with its administrator, who keeps the domain all the same."""
    admin = next((each for each in desk.old.admins if each.address.lower() == row.admin.lower()), None)
    if admin is not None and not admin.active and desk.has(Kind.DOMAIN, name):
        desk.imported(row.row)
        found.add(name)
        return
    desk.leave(row.row, say(N_("it is switched off in the table")))


def _ascii(told: str) -> str:
    try:
        return parse_domain(told).ascii
    except Fault:
        return told

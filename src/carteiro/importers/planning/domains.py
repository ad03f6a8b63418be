"""Domains: hosted ones, backup-MX ones, alias domains in both of their spellings, limits and next hops."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from carteiro.importers.planning.desk import HOSTED, Desk, Kind, one_line
from carteiro.importers.planning.said import say
from carteiro.importers.postfixadmin.model import AliasDomainRow, AliasRow, Dates, DomainRow, MailboxRow, OldHost, RowId
from carteiro.importers.shelf import Names, grouped
from carteiro.mail.domain import parse_domain
from carteiro.mail.next_hop import parse_next_hop
from carteiro.words import N_, Fault

_DELIVERED_HERE = ("virtual", "local", "dovecot", "lmtp", "maildrop", "relay", "smtp")
_SENT_ON = ("smtp", "relay")
_UNITS = (1024000, 1048576)


def plan(desk: Desk) -> None:
    """Every row of `domain` and `alias_domain`, and the aliases that stand for whole domains."""
    unit = multiplier(desk.old)
    addresses = _addresses(desk.old)
    rows = []
    for row in desk.old.domains:
        if row.name.upper() == "ALL":
            desk.leave(row.row, say(N_("it marks superadmins and is no domain")))
        elif parsed := desk.domain(row.row, row.name):
            rows.append((parsed.ascii, row))
    domains = {name: desk.winner(name, same) for name, same in grouped(rows)}
    standing = _standing(desk)
    for name, row in domains.items():
        if name not in standing:
            _plan_one(desk, name, row, _Own(addresses[name], unit))
    for name in standing:
        _plan_alias_domain(desk, name, standing, domains.get(name), _Own(addresses[name], unit))


@dataclass(frozen=True)
class _Own:
    """How many addresses a domain has of its own, and the bytes of a megabyte in its quotas."""

    addresses: int
    unit: int


def multiplier(old: OldHost) -> int:
    """The bytes of a megabyte as this PostfixAdmin counted them (`quota_multiplier`), told by the mailboxes' quotas."""
    fitting = dict.fromkeys(reversed(_UNITS), 0)
    for row in old.mailboxes:
        for unit in fitting:
            fitting[unit] += row.quota > 0 and row.quota % unit == 0
    return max(fitting, key=lambda unit: fitting[unit])


def _addresses(old: OldHost) -> Counter[str]:
    """How many mailboxes and aliases each domain has, catch-alls not counted; a mailbox's own alias is the mailbox."""
    counts: Counter[str] = Counter()
    seen = Names()
    rows: tuple[Iterable[MailboxRow | AliasRow], ...] = (old.mailboxes, old.aliases)
    for row in chain.from_iterable(rows):
        address = row.address.lower()
        if not address.startswith(("@", "*@")) and address not in seen:
            seen.add(address)
            counts[address.rpartition("@")[2]] += 1
    found: Counter[str] = Counter()
    for name, count in counts.items():
        found[_ascii(name)] += count
    return found


def _ascii(name: str) -> str:
    try:
        return parse_domain(name).ascii
    except Fault:
        return name


def _plan_one(desk: Desk, name: str, row: DomainRow, own: _Own) -> None:
    relay = row.backup_mx
    if relay and own.addresses:
        relay = desk.ask("relay-with-mailboxes", name, count=own.addresses) == "relay"
    if row.backup_mx:
        desk.find(
            "backup-mx", N_("Backup-MX domains were in the table, but no map of the guide was wired to it."), name
        )
    active = row.active or desk.ask("inactive-domain", name) == "active"
    values: dict[str, Any] = {
        "kind": "relay" if relay else "hosted",
        "active": active,
        "description": one_line(row.description),
    }
    if relay:
        desk.given_up[name] = say(N_("{thing} is a backup-MX domain"), thing=name)
    else:
        values |= {
            "max_mailboxes": _count(row.mailboxes),
            "max_aliases": _count(row.aliases),
            "quota": row.quota * own.unit if row.quota > 0 else None,
            "max_mailbox_quota": row.largest_quota * own.unit if row.largest_quota > 0 else None,
        }
    desk.want(Kind.DOMAIN, name, values, (row.row,), row.dates)
    _plan_transport(desk, name, row.transport)
    if row.password_days:
        text = N_("Passwords of a domain ended after some days; set password_days if that is wanted here.")
        desk.find("password-days", text, f"{name} ({row.password_days})")


def _count(limit: int) -> int | None:
    return None if limit == 0 else max(limit, 0)


def _plan_transport(desk: Desk, name: str, told: str) -> None:
    service, _, hop = told.partition(":")
    if service in _SENT_ON and hop.strip():
        try:
            found = parse_next_hop(hop.strip())
        except Fault:
            pass
        else:
            desk.want(Kind.TRANSPORT, name, {"host": found.host, "port": found.port})
            return
    if told and (service not in _DELIVERED_HERE or (service in _SENT_ON and hop.strip())):
        desk.find("transport", N_("The transport of a domain has no equivalent here."), f"{name} ({told})")


@dataclass(frozen=True)
class _Standing:
    """That a domain stands for another one as a whole."""

    target: str
    active: bool
    row: RowId
    dates: Dates


def _standing(desk: Desk) -> dict[str, _Standing]:
    """The domains that stand for others as a whole, in either spelling."""
    found: dict[str, _Standing] = {}
    spelt: list[tuple[str, str, AliasDomainRow | AliasRow]] = [
        (row.name, row.target, row) for row in desk.old.alias_domains
    ]
    spelt += [
        (row.address[1:], row.goto[0][1:], row)
        for row in desk.old.aliases
        if row.address.startswith("@") and len(row.goto) == 1 and row.goto[0].startswith("@")
    ]
    for told, goal, row in spelt:
        name = desk.domain(row.row, told)
        target = desk.domain(row.row, goal) if name else None
        if name is None or target is None:
            continue
        if name.ascii in found:
            desk.leave(row.row, say(N_("{thing} stands for another domain already"), thing=name.ascii))
            continue
        found[name.ascii] = _Standing(target.ascii, row.active, row.row, row.dates)
    return found


def _plan_alias_domain(
    desk: Desk, name: str, standing: Mapping[str, _Standing], row: DomainRow | None, own: _Own
) -> None:
    told, target = standing[name], _end(name, standing)
    if target is None or not _is_hosted(desk, target):
        desk.refuse(
            told.row, say(N_("{thing} stands for {target}, which is not hosted"), thing=name, target=told.target)
        )
        _plan_itself(desk, name, row, own)
        return
    if own.addresses and desk.ask("mixed-alias-domain", name, target=target, count=own.addresses) == "expand":
        _plan_itself(desk, name, row, own)
        desk.expanded[name] = (target, (told.row,))
        desk.imported(told.row)
        return
    if own.addresses:
        desk.given_up[name] = say(N_("{thing} became an alias domain"), thing=name)
    active = told.active and (row is None or row.active)
    active = active or desk.ask("inactive-domain", name) == "active"
    rows = (told.row,) if row is None else (told.row, row.row)
    desk.want(Kind.ALIAS_DOMAIN, name, {"target": target, "active": active}, rows, row.dates if row else told.dates)


def _plan_itself(desk: Desk, name: str, row: DomainRow | None, own: _Own) -> None:
    """As the hosted domain that it is besides."""
    if row is not None:
        _plan_one(desk, name, row, own)
    elif own.addresses:
        desk.want(Kind.DOMAIN, name, dict(HOSTED))


def _is_hosted(desk: Desk, name: str) -> bool:
    return desk.has(Kind.DOMAIN, name) and desk.wanted[Kind.DOMAIN, name].values["kind"] == "hosted"


def _end(name: str, standing: Mapping[str, _Standing]) -> str | None:
    """The domain that one stands for in the end; None where it stands for itself."""
    seen = {name}
    target = standing[name].target
    while target in standing:
        if target in seen:
            return None
        seen.add(target)
        target = standing[target].target
    return None if target == name else target

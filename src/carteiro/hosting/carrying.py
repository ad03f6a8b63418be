"""A domain and its mailboxes on their way to another host: all that the accounts say of them, as data, and back.

No password is in it that could be read; their hashes are.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from carteiro.hosting import alias_domains, aliases, domains, finding, forwarding, grants, mailboxes
from carteiro.hosting.access import Actor, Right, require
from carteiro.hosting.aliases import NewAlias
from carteiro.hosting.errors import Exists, Invalid, translated
from carteiro.hosting.feed import Action, Kind, changes
from carteiro.hosting.mailboxes import NewMailbox
from carteiro.hosting.models import Alias, AppPassword, Domain, Mailbox
from carteiro.hosting.owner import filters, vacations
from carteiro.hosting.requests import InstallSieve
from carteiro.hosting.wastebin import belongings, snapshots
from carteiro.mail.filter_rule import parse_rule
from carteiro.words import N_

Carried = dict[str, Any]

_DIGEST = re.compile(r"[0-9a-f]{64}")
_PROTOCOLS = ("imap", "pop3", "smtp", "sieve")
_MAILBOX = ("address", "name", "password", "active", "quota", "quota_messages", "must_change_password", *_PROTOCOLS)
# What has a use case of its own when it comes back.
_OWN = (*_MAILBOX, "home", "created", "app_passwords", "sender_grants", "vacation", "filter_rules", "forwarding")
_DOMAIN = (
    *("active", "paused", "description", "tags", "max_mailboxes", "max_aliases", "quota", "max_mailbox_quota"),
    *("default_mailbox_quota", "password_days", "second_factor", "own_aliases"),
)


def domain_of(actor: Actor, name: str) -> Carried:
    """A hosted domain, the domains that stand for it, and its aliases, but for its mailboxes."""
    with translated():
        domain = finding.domain(actor, Right.MANAGE_DOMAINS, name)
        row = snapshots.of_domain(domain)
        owners = dict(Mailbox.objects.filter(domain=domain).values_list("home", "address"))
        known = set(owners.values())
        rows = Alias.objects.filter(domain=domain).select_related("owner").prefetch_related("targets")
        found = [snapshots.of_alias(alias) for alias in rows.order_by("address") if alias.address not in known]
        return {
            "name": domain.name,
            **{field: row[field] for field in _DOMAIN},
            "created": row["created"],
            "alias_domains": [
                {"name": each.name, "active": each.active} for each in domain.alias_domains.order_by("name")
            ],
            "aliases": [each | {"owner": owners.get(each["owner"])} for each in found],
        }


def mailbox_of(actor: Actor, address: str) -> Carried:
    """A mailbox with all that its owner and others have set on it."""
    with translated():
        mailbox = finding.mailbox(actor, Right.MANAGE_MAILBOXES, address)
        require(actor, Right.MANAGE_DOMAINS, thing=mailbox.address)
        row = snapshots.of_mailbox(mailbox)
        return {name: value for name, value in row.items() if name != "home"} | {
            "forwarding": forwarding.targets_of(mailbox)
        }


def take_domain(actor: Actor, carried: Carried) -> Domain:
    """Make the domain, if it is not here; its aliases come with `take_aliases`, once there are mailboxes."""
    name = _text(carried, "name")
    found = Domain.objects.filter(name=name).first()
    if found is None:
        found = domains.add(actor, name, **{field: carried[field] for field in _DOMAIN if field in carried})
        _keep_date(Domain, found.pk, carried)
    for each in carried.get("alias_domains", ()):
        if not Domain.objects.filter(name=each["name"]).exists():
            alias_domains.add(actor, each["name"], name, active=bool(each["active"]))
    return found


def take_mailbox(actor: Actor, carried: Carried) -> Mailbox:
    """Make the mailbox with all that hangs on it. Raises Exists where its address is here already."""
    require(actor, Right.MANAGE_DOMAINS, thing=_text(carried, "address"))
    fields = {name: carried[name] for name in _MAILBOX if name in carried}
    mailbox = mailboxes.add(actor, NewMailbox(**fields))
    _keep_date(Mailbox, mailbox.pk, carried)
    rest = {name: value for name, value in carried.items() if name not in _OWN}
    with changes(actor) as ledger:
        for each in carried.get("app_passwords", ()):
            if AppPassword.objects.filter(digest=each.get("digest")).exists():
                continue  # of the mailbox that this one is a copy of
            row = AppPassword.objects.create(mailbox=mailbox, **_app_password(each))
            name = mailbox.domain.name
            ledger.note(Action.ADD, Kind.APP_PASSWORD, row.pk, mailbox.address, name, after=row.record())
        belongings.make([(mailbox, {"vacation": None, "filter_rules": [], "external_accounts": [], **rest})])
        ledger.request(InstallSieve(mailbox.home))
    for rule in carried.get("filter_rules", ()):
        parsed = parse_rule(rule["conditions"], rule["actions"], name=rule["name"], any_=rule["match"] == "any")
        filters.add(actor, mailbox.address, parsed, active=bool(rule["active"]))
    if notice := carried.get("vacation"):
        moments = {name: _moment(notice.get(name)) for name in ("starts", "ends")}
        texts = {name: notice[name] for name in ("active", "subject", "text", "days")}
        vacations.set_(actor, mailbox.address, **(texts | moments))
    return mailbox


def take_links(actor: Actor, carried: Carried) -> None:
    """What leads from a mailbox to others: its forwarding and its grants, once these are here."""
    address = _text(carried, "address")
    for granted in carried.get("sender_grants", ()):
        try:
            grants.add(actor, address, granted)
        except Exists:
            continue
    targets = carried.get("forwarding") or ()
    others = [target for target in targets if target != address]
    if others:
        mailboxes.set_(actor, address, forward_to=others, keep_copy=address in targets)


def take_aliases(actor: Actor, rows: Iterable[Carried]) -> None:
    """Make the aliases that are not here."""
    for row in rows:
        if Alias.objects.filter(address=row["address"]).exists():
            continue
        made = aliases.add(
            actor,
            NewAlias(
                row["address"],
                row["targets"],
                comment=row.get("comment", ""),
                active=bool(row["active"]),
                expires=_moment(row.get("expires")),
            ),
        )
        owner = Mailbox.objects.filter(address=row.get("owner") or "").first()
        if owner is not None:
            Alias.objects.filter(pk=made.pk).update(owner=owner)
        _keep_date(Alias, made.pk, row)


def _app_password(row: Carried) -> Carried:
    digest = _text(row, "digest")
    if not _DIGEST.fullmatch(digest):
        raise Invalid(N_("An app password's digest is no SHA-256 sum."), N_("Take the file as it was exported."))
    protocols = {name: bool(row[name]) for name in _PROTOCOLS}
    made = _moment(row.get("created"))
    fields = {"label": str(row.get("label", ""))[:255], "digest": digest, **protocols}
    return fields | ({"created": made} if made else {})


def _keep_date(model: type[Domain] | type[Mailbox] | type[Alias], key: int, row: Carried) -> None:
    made = _moment(row.get("created"))
    if made is not None:
        model.objects.filter(pk=key).update(created=made)


def _moment(told: object) -> datetime | None:
    try:
        return datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        raise Invalid(N_("{value} is no point in time."), N_("Take the file as it was exported."), value=told) from None


def _text(row: Carried, name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        raise Invalid(N_("{name} is missing in the file."), N_("Take the file as it was exported."), name=name)
    return value

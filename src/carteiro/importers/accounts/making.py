"""One thing made, changed or removed through its use case; what the plan has as JSON becomes what they take."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from carteiro.hosting import admins, alias_domains, aliases, domains, mailboxes, transports
from carteiro.hosting.access import Actor
from carteiro.hosting.aliases import NewAlias
from carteiro.hosting.errors import NotFound
from carteiro.hosting.imports import standing
from carteiro.hosting.mailboxes import NewMailbox
from carteiro.hosting.owner import external_accounts, filters, vacations, webmail
from carteiro.hosting.owner.external_accounts import NewAccount
from carteiro.hosting.owner.webmail import Kept, NewContact, NewIdentity
from carteiro.importers.planning.desk import Kind, Wanted
from carteiro.mail.filter_rule import parse_rule
from carteiro.mail.next_hop import NextHop
from carteiro.mail.password import hash_password

Values = Mapping[str, Any]


def new_mailbox(wanted: Wanted) -> NewMailbox:
    """A mailbox to be made; a password that was in the clear is hashed now."""
    values = wanted.values
    return NewMailbox(
        address=wanted.key,
        password=_hash(wanted),
        name=values["name"],
        quota=values["quota"],
        active=values["active"],
        smtp=values["smtp"],
    )


def new_alias(wanted: Wanted) -> NewAlias:
    """An alias to be made."""
    return NewAlias(wanted.key, wanted.values["targets"], active=wanted.values["active"])


def add(actor: Actor, wanted: Wanted) -> None:
    """Make one thing. Raises the Fault of its use case."""
    _ADD[wanted.kind](actor, wanted)


def change(actor: Actor, wanted: Wanted) -> None:
    """Let one thing that is here be as the plan has it. Raises the Fault of its use case."""
    _CHANGE[wanted.kind](actor, wanted)


def remove(actor: Actor, kind: Kind, key: str) -> None:
    """Remove one thing, into the bin where it has a place there; nothing where it is gone already."""
    try:
        _REMOVE[kind](actor, key)
    except NotFound:
        return


def _hash(wanted: Wanted) -> str:
    return hash_password(wanted.secret) if wanted.secret else str(wanted.values["password"])


def _domain_fields(wanted: Wanted) -> dict[str, Any]:
    fields = {name: value for name, value in wanted.values.items() if name != "kind"}
    # The old host knew no recipients of a relay domain either; the host that it belongs to is asked.
    return fields | ({"recipients": "verify"} if wanted.values["kind"] == "relay" else {})


def _add_domain(actor: Actor, wanted: Wanted) -> None:
    domains.add(actor, wanted.key, kind=wanted.values["kind"], **_domain_fields(wanted))


def _change_domain(actor: Actor, wanted: Wanted) -> None:
    if domains.get(actor, wanted.key).kind != wanted.values["kind"]:
        domains.change_kind(actor, wanted.key, wanted.values["kind"], **_domain_fields(wanted))
        return
    values = {name: value for name, value in wanted.values.items() if name != "kind"}
    domains.set_(actor, wanted.key, **values)


def _add_alias_domain(actor: Actor, wanted: Wanted) -> None:
    alias_domains.add(actor, wanted.key, wanted.values["target"], active=wanted.values["active"])


def _change_alias_domain(actor: Actor, wanted: Wanted) -> None:
    alias_domains.set_(actor, wanted.key, active=wanted.values["active"], target=wanted.values["target"])


def _set_transport(actor: Actor, wanted: Wanted) -> None:
    transports.set_(actor, wanted.key, NextHop(wanted.values["host"], wanted.values["port"]))


def _add_mailbox(actor: Actor, wanted: Wanted) -> None:
    mailboxes.add(actor, new_mailbox(wanted))


def _change_mailbox(actor: Actor, wanted: Wanted) -> None:
    values = wanted.values
    mailboxes.set_(
        actor,
        wanted.key,
        name=values["name"],
        active=values["active"],
        quota=values["quota"],
        smtp=values["smtp"],
    )
    if wanted.secret or mailboxes.get(actor, wanted.key).password != values["password"]:
        mailboxes.set_password(actor, wanted.key, _hash(wanted))


def _add_alias(actor: Actor, wanted: Wanted) -> None:
    aliases.add(actor, new_alias(wanted))


def _change_alias(actor: Actor, wanted: Wanted) -> None:
    aliases.set_(actor, wanted.key, targets=wanted.values["targets"], active=wanted.values["active"])


def _add_admin(actor: Actor, wanted: Wanted) -> None:
    values = wanted.values
    admins.add(
        actor,
        wanted.key,
        _hash(wanted),
        superadmin=values["superadmin"],
        domains=values["domains"],
        active=values["active"],
    )


def _change_admin(actor: Actor, wanted: Wanted) -> None:
    values = wanted.values
    row = admins.get(actor, wanted.key)
    # Never both at once: a superadmin holds no domains.
    if values["superadmin"]:
        admins.set_(actor, wanted.key, active=values["active"], superadmin=True, domains=[])
    else:
        admins.set_(actor, wanted.key, active=values["active"], superadmin=False, domains=values["domains"])
    hashed = _hash(wanted)
    if hashed and row.password != hashed:
        admins.set_password(actor, wanted.key, hashed)


def _set_vacation(actor: Actor, wanted: Wanted) -> None:
    values = wanted.values
    vacations.set_(
        actor,
        wanted.key,
        active=values["active"],
        subject=values["subject"],
        text=values["text"],
        starts=_moment(values["starts"]),
        ends=_moment(values["ends"]),
        days=values["days"],
    )


def _moment(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None


def _add_fetch(actor: Actor, wanted: Wanted) -> None:
    address = wanted.key.partition(" ")[0]
    external_accounts.add(actor, address, NewAccount(password=wanted.secret, **wanted.values))


def _change_fetch(actor: Actor, wanted: Wanted) -> None:
    address = wanted.key.partition(" ")[0]
    for number in _numbers(actor, wanted.key):
        # The old host may know none: then the one that is here stays.
        secret = {"password": wanted.secret} if wanted.secret else {}
        external_accounts.set_(actor, address, number, **wanted.values | secret)


def _remove_fetch(actor: Actor, key: str) -> None:
    for number in _numbers(actor, key):
        external_accounts.remove(actor, key.partition(" ")[0], number)


def _numbers(actor: Actor, key: str) -> list[int]:
    address = key.partition(" ")[0]
    rows = external_accounts.list_(actor, address)
    return [row.pk for row in rows if standing.fetch_key(address, row.record()) == key]


def _add_filters(actor: Actor, wanted: Wanted) -> None:
    for rule in wanted.values["rules"]:
        parsed = parse_rule(rule["conditions"], rule["actions"], name=rule["name"], any_=rule["match"] == "any")
        filters.add(actor, wanted.key, parsed, active=rule["active"])


def _change_filters(actor: Actor, wanted: Wanted) -> None:
    _remove_filters(actor, wanted.key)
    _add_filters(actor, wanted)


def _remove_filters(actor: Actor, key: str) -> None:
    for row in filters.list_(actor, key):
        filters.remove(actor, key, row.pk)


def _set_webmail(actor: Actor, wanted: Wanted) -> None:
    values = wanted.values
    kept = Kept(
        [NewContact(**each) for each in values["contacts"]],
        [NewIdentity(**each) for each in values["identities"]],
        values["preferences"],
    )
    webmail.replace(actor, wanted.key, kept)


_ADD: Mapping[Kind, Callable[[Actor, Wanted], None]] = {
    Kind.DOMAIN: _add_domain,
    Kind.ALIAS_DOMAIN: _add_alias_domain,
    Kind.TRANSPORT: _set_transport,
    Kind.MAILBOX: _add_mailbox,
    Kind.ALIAS: _add_alias,
    Kind.ADMIN: _add_admin,
    Kind.VACATION: _set_vacation,
    Kind.FETCH: _add_fetch,
    Kind.FILTERS: _add_filters,
    Kind.WEBMAIL: _set_webmail,
}
_CHANGE: Mapping[Kind, Callable[[Actor, Wanted], None]] = {
    Kind.DOMAIN: _change_domain,
    Kind.ALIAS_DOMAIN: _change_alias_domain,
    Kind.TRANSPORT: _set_transport,
    Kind.MAILBOX: _change_mailbox,
    Kind.ALIAS: _change_alias,
    Kind.ADMIN: _change_admin,
    Kind.VACATION: _set_vacation,
    Kind.FETCH: _change_fetch,
    Kind.FILTERS: _change_filters,
    Kind.WEBMAIL: _set_webmail,
}
_REMOVE: Mapping[Kind, Callable[[Actor, str], object]] = {
    Kind.DOMAIN: domains.remove,
    Kind.ALIAS_DOMAIN: alias_domains.remove,
    Kind.TRANSPORT: transports.remove,
    Kind.MAILBOX: mailboxes.remove,
    Kind.ALIAS: aliases.remove,
    Kind.ADMIN: admins.remove,
    Kind.VACATION: lambda actor, key: vacations.set_(actor, key, active=False, subject="", text=""),
    Kind.FETCH: _remove_fetch,
    Kind.FILTERS: _remove_filters,
    Kind.WEBMAIL: lambda actor, key: webmail.replace(actor, key, Kept()),
}

"""Removed rows as JSON and back: what the bin holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from carteiro.hosting import storing
from carteiro.hosting.models import (
    Admin,
    Alias,
    AliasTarget,
    AppPassword,
    Domain,
    Mailbox,
    RelayRecipient,
    SenderGrant,
    Transport,
)
from carteiro.hosting.models.admin import all_switches
from carteiro.hosting.wastebin import belongings

Snapshot = dict[str, Any]

_DOMAIN = (
    "name",
    "kind",
    "active",
    "description",
    "max_mailboxes",
    "max_aliases",
    "quota",
    "max_mailbox_quota",
    "default_mailbox_quota",
    "recipients",
    "paused",
    "tags",
    "password_days",
    "second_factor",
    "own_aliases",
)
# What a mailbox's snapshot holds of other tables.
PREFETCHED = ("app_passwords", "sender_grants", *belongings.PREFETCHED)
_PROTOCOLS = ("imap", "pop3", "smtp", "sieve")
_MAILBOX = (
    *("address", "name", "password", "active", "quota", "quota_messages", "home", "must_change_password"),
    *_PROTOCOLS,
)
_APP_PASSWORD = ("label", "digest", *_PROTOCOLS)
_ALIAS = ("address", "active", "comment")
_TRANSPORT = ("domain_name", "host", "port", "username", "password")
_ADMIN = ("address", "password", "superadmin", "active", "key")


def of_domain(domain: Domain) -> Snapshot:
    """A domain with what has no meaning without it, but for its mailboxes and aliases."""
    return _columns(domain, _DOMAIN) | {
        "created": domain.created.isoformat(),
        "target": domain.target.name if domain.target else None,
        "relay_recipients": list(domain.relay_recipients.order_by("pk").values_list("address", flat=True)),
        "admins": dict(domain.delegations.order_by("pk").values_list("admin__address", "switches")),
    }


def of_mailbox(mailbox: Mailbox) -> Snapshot:
    """A mailbox with its app passwords and grants, and what its owner set up for arriving mail."""
    return _columns(mailbox, _MAILBOX) | {
        "created": mailbox.created.isoformat(),
        "app_passwords": [
            _columns(row, _APP_PASSWORD) | {"created": row.created.isoformat()} for row in mailbox.app_passwords.all()
        ],
        "sender_grants": [row.address for row in mailbox.sender_grants.all()],
        **belongings.of_mailbox(mailbox),
    }


def of_alias(alias: Alias) -> Snapshot:
    """An alias with its targets."""
    return _columns(alias, _ALIAS) | {
        "created": alias.created.isoformat(),
        "expires": alias.expires.isoformat() if alias.expires else None,
        "owner": alias.owner.home if alias.owner else None,
        "targets": alias.addresses(),
    }


def of_transport(transport: Transport) -> Snapshot:
    """A transport with its password."""
    return _columns(transport, _TRANSPORT)


def of_admin(admin: Admin) -> Snapshot:
    """An administrator with the domains held, each told from a later one of its name by when it was made."""
    return _columns(admin, _ADMIN) | {
        "created": admin.created.isoformat(),
        "domains": [
            {"name": row.domain.name, "created": row.domain.created.isoformat(), "switches": row.switches}
            for row in admin.delegations.select_related("domain").order_by("domain")
        ],
    }


@dataclass(frozen=True)
class MailboxRows:
    """Mailboxes made again, with what hangs on them."""

    mailboxes: list[Mailbox]
    app_passwords: list[AppPassword]
    sender_grants: list[SenderGrant]


def make_domain(snapshot: Snapshot, target: Domain | None) -> Domain:
    """The domain again, with its relay recipients and its administrators as far as these exist."""
    domain = Domain.objects.create(target=target, **_again(snapshot, _DOMAIN))
    RelayRecipient.objects.bulk_create(
        RelayRecipient(domain=domain, address=address) for address in snapshot["relay_recipients"]
    )
    held = snapshot["admins"]
    # Earlier releases kept the addresses alone.
    kept = held if isinstance(held, dict) else dict.fromkeys(held, all_switches())
    for admin in Admin.objects.filter(address__in=list(kept), superadmin=False):
        admin.delegations.create(domain=domain, switches=kept[admin.address])
    return domain


def make_mailboxes(snapshots: Sequence[Snapshot], domain: Domain) -> MailboxRows:
    """The mailboxes again, with their directories, app passwords and grants."""
    mailboxes = storing.insert(Mailbox(domain=domain, **_again(each, _MAILBOX)) for each in snapshots)
    pairs = list(zip(mailboxes, snapshots, strict=True))
    belongings.make(pairs)
    return MailboxRows(
        mailboxes,
        storing.insert(
            AppPassword(mailbox=mailbox, **_again(held, _APP_PASSWORD))
            for mailbox, snapshot in pairs
            for held in snapshot["app_passwords"]
        ),
        storing.insert(
            SenderGrant(mailbox=mailbox, address=address)
            for mailbox, snapshot in pairs
            for address in snapshot["sender_grants"]
        ),
    )


def make_aliases(snapshots: Sequence[Snapshot], domain: Domain) -> list[Alias]:
    """The aliases again, with their targets."""
    homes = {each.get("owner") for each in snapshots} - {None}
    owners = {mailbox.home: mailbox for mailbox in Mailbox.objects.filter(home__in=homes, domain=domain)}
    aliases = storing.insert(
        Alias(
            domain=domain,
            owner=owners.get(each.get("owner") or ""),
            expires=_moment(each, "expires"),
            **_again(each, _ALIAS),
        )
        for each in snapshots
    )
    AliasTarget.objects.bulk_create(
        AliasTarget(alias=alias, address=address, position=position)
        for alias, snapshot in zip(aliases, snapshots, strict=True)
        for position, address in enumerate(snapshot["targets"])
    )
    return aliases


def make_transport(snapshot: Snapshot) -> Transport:
    """The transport again."""
    return Transport.objects.create(**{name: snapshot[name] for name in _TRANSPORT})


def make_admin(snapshot: Snapshot) -> Admin:
    """The administrator again, with those of the domains that are still the same ones."""
    admin = Admin.objects.create(**_again(snapshot, _ADMIN))
    held = {domain["name"]: domain for domain in snapshot["domains"]}
    for row in Domain.objects.filter(name__in=list(held)):
        if row.created == datetime.fromisoformat(held[row.name]["created"]):
            admin.delegations.create(domain=row, switches=held[row.name].get("switches", all_switches()))
    return admin


def set_targets(alias: Alias, addresses: Iterable[str]) -> None:
    """Give an alias these targets and no others."""
    alias.targets.all().delete()
    AliasTarget.objects.bulk_create(
        AliasTarget(alias=alias, address=address, position=position) for position, address in enumerate(addresses)
    )


def _columns(row: Model, names: Iterable[str]) -> Snapshot:
    return {name: getattr(row, name) for name in names}


def _moment(snapshot: Snapshot, name: str) -> datetime | None:
    told = snapshot.get(name)
    return datetime.fromisoformat(told) if told else None


def _again(snapshot: Snapshot, names: Iterable[str]) -> dict[str, Any]:
    # What an earlier release put away has no value for the columns that came later.
    columns = {name: snapshot[name] for name in names if name in snapshot}
    return columns | {"created": datetime.fromisoformat(snapshot["created"])}

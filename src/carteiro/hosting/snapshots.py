"""Removed rows as JSON and back: what the bin holds."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.utils.dateparse import parse_datetime

from carteiro.hosting.models import Admin, Alias, AliasTarget, AppPassword, Domain, Mailbox, RelayRecipient, SenderGrant

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
)
_PROTOCOLS = ("imap", "pop3", "smtp", "sieve")
_MAILBOX = ("address", "name", "password", "active", "quota", "quota_messages", "home", *_PROTOCOLS)
_APP_PASSWORD = ("label", "digest", *_PROTOCOLS)
_ALIAS = ("address", "active", "comment")


def of_domain(domain: Domain) -> dict[str, Any]:
    """A domain with what has no meaning without it, but for its mailboxes and aliases."""
    return _columns(domain, _DOMAIN) | {
        "created": domain.created.isoformat(),
        "target": domain.target.name if domain.target else None,
        "relay_recipients": list(domain.relay_recipients.order_by("pk").values_list("address", flat=True)),
        "admins": list(domain.admins.order_by("pk").values_list("address", flat=True)),
    }


def of_mailbox(mailbox: Mailbox) -> dict[str, Any]:
    """A mailbox with its app passwords and grants."""
    return _columns(mailbox, _MAILBOX) | {
        "created": mailbox.created.isoformat(),
        "app_passwords": [
            _columns(row, _APP_PASSWORD) | {"created": row.created.isoformat()} for row in mailbox.app_passwords.all()
        ],
        "sender_grants": [row.address for row in mailbox.sender_grants.all()],
    }


def of_alias(alias: Alias) -> dict[str, Any]:
    """An alias with its targets."""
    return _columns(alias, _ALIAS) | {"created": alias.created.isoformat(), "targets": alias.addresses()}


def make_domain(snapshot: dict[str, Any], target: Domain | None) -> Domain:
    """The domain again, with its relay recipients and its administrators as far as these exist."""
    domain = Domain.objects.create(target=target, **{name: snapshot[name] for name in _DOMAIN})
    _set_created(domain, snapshot)
    RelayRecipient.objects.bulk_create(
        RelayRecipient(domain=domain, address=address) for address in snapshot["relay_recipients"]
    )
    domain.admins.set(Admin.objects.filter(address__in=snapshot["admins"]))
    return domain


def make_mailbox(snapshot: dict[str, Any], domain: Domain) -> Mailbox:
    """The mailbox again, with its directory, app passwords and grants."""
    mailbox = Mailbox.objects.create(domain=domain, **{name: snapshot[name] for name in _MAILBOX})
    _set_created(mailbox, snapshot)
    for held in snapshot["app_passwords"]:
        row = AppPassword.objects.create(mailbox=mailbox, **{name: held[name] for name in _APP_PASSWORD})
        _set_created(row, held)
    for address in snapshot["sender_grants"]:
        SenderGrant.objects.create(mailbox=mailbox, address=address)
    return mailbox


def make_alias(snapshot: dict[str, Any], domain: Domain) -> Alias:
    """The alias again, with its targets."""
    alias = Alias.objects.create(domain=domain, **{name: snapshot[name] for name in _ALIAS})
    _set_created(alias, snapshot)
    set_targets(alias, snapshot["targets"])
    return alias


def set_targets(alias: Alias, addresses: Iterable[str]) -> None:
    """Give an alias these targets and no others."""
    alias.targets.all().delete()
    AliasTarget.objects.bulk_create(
        AliasTarget(alias=alias, address=address, position=position) for position, address in enumerate(addresses)
    )


def _columns(row: Model, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _set_created(row: Model, snapshot: dict[str, Any]) -> None:
    # The column is auto_now_add: only an update sets another time.
    type(row)._default_manager.filter(pk=row.pk).update(created=parse_datetime(snapshot["created"]))

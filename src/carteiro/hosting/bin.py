"""The bin: what was removed can be had back until its time is over."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings as django_settings
from django.db.models import QuerySet
from django.utils import timezone

from carteiro.hosting import snapshots
from carteiro.hosting.access import Actor, Right, require
from carteiro.hosting.errors import Exists, NotFound, translated
from carteiro.hosting.feed import Action, Kind, Ledger, changes
from carteiro.hosting.models import Alias, Binned, Domain, Mailbox
from carteiro.hosting.requests import PurgeMailbox
from carteiro.words import N_

_BATCH = 500


def list_(actor: Actor, *, domain: str = "") -> Iterator[Binned]:
    """What was removed by itself (not what went along with it), the latest first."""
    require(actor, Right.MANAGE_DOMAINS, thing=domain or "the bin")
    with translated():
        rows = Binned.objects.filter(parent=None).order_by("-removed_at", "-pk")
        yield from rows.filter(domain_name=domain) if domain else rows


def purge_due(actor: Actor, now: datetime | None = None) -> int:
    """Forget what has been in the bin for its time, and have the mail deleted; gives how many objects went."""
    require(actor, Right.MANAGE_DOMAINS, thing="the bin")
    count = 0
    with changes(actor) as ledger:
        due = Binned.objects.filter(purge_after__lte=now or timezone.now())
        for row in due.filter(kind=Kind.MAILBOX).iterator(_BATCH):
            ledger.request(PurgeMailbox(row.snapshot["home"]))
        # Parts carry the same time as what they went along with.
        count += due.count()
        due.filter(parent__isnull=False).delete()
        due.delete()
    return count


def latest(kind: Kind, key: str, since: datetime | None = None) -> Binned:
    """The last thing of that name that was removed; `since` leaves out what an earlier owner of the domain had."""
    rows = Binned.objects.filter(kind=kind.value, key=key, parent=None)
    if since is not None:
        rows = rows.filter(removed_at__gte=since)
    row = rows.order_by("-removed_at", "-pk").first()
    if row is None:
        raise NotFound(
            N_("The bin holds no {kind} {key}."),
            N_("What was removed longer ago than bin_days is gone; make it anew."),
            kind=kind.value,
            key=key,
        )
    return row


def throw_domain(ledger: Ledger, domain: Domain) -> Binned:
    """Move a domain with all that is in it to the bin."""
    row = _put(Kind.DOMAIN, domain.name, domain.name, snapshots.of_domain(domain), None)
    for mailbox in _all(Mailbox.objects.filter(domain=domain).prefetch_related("app_passwords", "sender_grants")):
        _note_children(ledger, mailbox)
        _throw_mailbox(ledger, mailbox, domain.name, row)
    for alias in _all(Alias.objects.filter(domain=domain).prefetch_related("targets")):
        _throw_alias(ledger, alias, domain.name, row)
    number, before = domain.pk, domain.record()
    domain.relay_recipients.all().delete()
    domain.delete()
    ledger.note(Action.REMOVE, Kind.DOMAIN, number, row.key, row.domain_name, before=before)
    return row


def throw_mailbox(ledger: Ledger, mailbox: Mailbox) -> Binned:
    """Move a mailbox to the bin, with the alias that is its forwarding."""
    name = mailbox.domain.name
    _note_children(ledger, mailbox)
    row = _throw_mailbox(ledger, mailbox, name, None)
    forwarding = Alias.objects.filter(address=row.key).first()
    if forwarding is not None:
        _throw_alias(ledger, forwarding, name, row)
    return row


def throw_alias(ledger: Ledger, alias: Alias) -> Binned:
    """Move an alias to the bin."""
    return _throw_alias(ledger, alias, alias.domain.name, None)


def bring_back_domain(ledger: Ledger, row: Binned, target: Domain | None) -> Domain:
    """Make the domain of a row of the bin again, with all that went along."""
    domain = snapshots.make_domain(row.snapshot, target)
    ledger.note(Action.RESTORE, Kind.DOMAIN, domain.pk, domain.name, domain.name, after=domain.record())
    for part in row.parts.order_by("pk").iterator(_BATCH):
        _bring_back_part(ledger, part, domain)
    row.delete()
    return domain


def bring_back_mailbox(ledger: Ledger, row: Binned, domain: Domain) -> Mailbox:
    """Make the mailbox of a row of the bin again, with its forwarding."""
    mailbox = _bring_back_mailbox(ledger, row, domain)
    for part in row.parts.order_by("pk"):
        _bring_back_part(ledger, part, domain)
    row.delete()
    return mailbox


def bring_back_alias(ledger: Ledger, row: Binned, domain: Domain) -> Alias:
    """Make the alias of a row of the bin again."""
    alias = _bring_back_alias(ledger, row, domain)
    row.delete()
    return alias


def refuse_taken(row: Binned, *, taken: bool) -> None:
    """Raise Exists where the name of what is to come back belongs to something else by now."""
    if taken:
        raise Exists(
            N_("{key} can't come back: the name was given away meanwhile."),
            N_("Rename what has it now, and restore again."),
            key=row.key,
        )


def _put(kind: Kind, key: str, domain_name: str, snapshot: dict[str, Any], parent: Binned | None) -> Binned:
    now = parent.removed_at if parent else timezone.now()
    keep = timedelta(days=django_settings.CARTEIRO_BIN_DAYS)
    return Binned.objects.create(
        kind=kind.value,
        key=key,
        domain_name=domain_name,
        snapshot=snapshot,
        removed_at=now,
        purge_after=now + keep,
        parent=parent,
    )


def _note_children(ledger: Ledger, mailbox: Mailbox) -> None:
    name = mailbox.address.rpartition("@")[2]
    for password in mailbox.app_passwords.all():
        ledger.note(Action.REMOVE, Kind.APP_PASSWORD, password.pk, mailbox.address, name, before=password.record())
    for grant in mailbox.sender_grants.all():
        ledger.note(Action.REMOVE, Kind.SENDER_GRANT, grant.pk, mailbox.address, name, before=grant.record())


def _throw_mailbox(ledger: Ledger, mailbox: Mailbox, name: str, parent: Binned | None) -> Binned:
    row = _put(Kind.MAILBOX, mailbox.address, name, snapshots.of_mailbox(mailbox), parent)
    number, before = mailbox.pk, mailbox.record()
    mailbox.delete()
    ledger.note(Action.REMOVE, Kind.MAILBOX, number, row.key, name, before=before)
    return row


def _throw_alias(ledger: Ledger, alias: Alias, name: str, parent: Binned | None) -> Binned:
    row = _put(Kind.ALIAS, alias.address, name, snapshots.of_alias(alias), parent)
    number, before = alias.pk, alias.record()
    alias.delete()
    ledger.note(Action.REMOVE, Kind.ALIAS, number, row.key, name, before=before)
    return row


def _bring_back_part(ledger: Ledger, part: Binned, domain: Domain) -> None:
    if part.kind == Kind.MAILBOX:
        _bring_back_mailbox(ledger, part, domain)
    else:
        _bring_back_alias(ledger, part, domain)


def _bring_back_mailbox(ledger: Ledger, row: Binned, domain: Domain) -> Mailbox:
    mailbox = snapshots.make_mailbox(row.snapshot, domain)
    for password in mailbox.app_passwords.all():
        ledger.note(
            Action.RESTORE, Kind.APP_PASSWORD, password.pk, mailbox.address, domain.name, after=password.record()
        )
    for grant in mailbox.sender_grants.all():
        ledger.note(Action.RESTORE, Kind.SENDER_GRANT, grant.pk, mailbox.address, domain.name, after=grant.record())
    ledger.note(Action.RESTORE, Kind.MAILBOX, mailbox.pk, mailbox.address, domain.name, after=mailbox.record())
    return mailbox


def _bring_back_alias(ledger: Ledger, row: Binned, domain: Domain) -> Alias:
    alias = snapshots.make_alias(row.snapshot, domain)
    ledger.note(Action.RESTORE, Kind.ALIAS, alias.pk, alias.address, domain.name, after=alias.record())
    return alias


def _all(rows: "QuerySet[Any]") -> Iterator[Any]:
    """Every row, a batch at a time, while the caller removes them."""
    while batch := list(rows.order_by("pk")[:_BATCH]):
        yield from batch

"""The bin: what was removed can be had back until its time is over."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from django.conf import settings as django_settings
from django.db.models import Q
from django.utils import timezone

from carteiro.hosting import finding, storing
from carteiro.hosting.access import Actor, Right, require
from carteiro.hosting.errors import Exists, NotFound, translated
from carteiro.hosting.feed import Action, Kind, Ledger, changes
from carteiro.hosting.models import Alias, Binned, Domain, Mailbox
from carteiro.hosting.requests import PurgeMailbox
from carteiro.hosting.wastebin import snapshots
from carteiro.hosting.wastebin.snapshots import Snapshot
from carteiro.mail.address import parse_domain
from carteiro.words import N_

_BATCH = 500
# What only superadmins see while it is there, only they see when it is not.
OF_THE_HOST = (Kind.ADMIN, Kind.TRANSPORT)


def list_(actor: Actor, *, domain: str = "") -> Iterator[Binned]:
    """What was removed by itself (not what went along with it), the latest first; all of it is the superadmin's."""
    with translated():
        rows = Binned.objects.filter(parent=None).order_by("-removed_at", "-pk")
        if actor.superadmin:
            yield from rows.filter(domain_name=parse_domain(domain).ascii) if domain else rows
            return
        if not domain:
            require(actor, Right.MANAGE_DOMAINS, thing="the bin")
        held = finding.domain(actor, Right.SEE, domain)
        # What an earlier owner of the name removed is none of this one's business.
        yield from rows.filter(domain_name=held.name, removed_at__gte=held.created).exclude(kind__in=OF_THE_HOST)


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
    """The last thing of that name that was removed; `since` leaves out what an earlier owner of the name had."""
    rows = Binned.objects.filter(kind=kind.value, key=key, parent=None)
    if since is not None:
        rows = rows.filter(removed_at__gte=since)
    row = rows.order_by("-removed_at", "-pk").first()
    if row is None:
        raise NotFound(
            N_("The bin holds no {kind} {key}."),
            N_("What was removed longer ago than bin_days is gone; make it anew."),
            kind=kind.value.replace("_", " "),
            key=key,
        )
    return row


def put(kind: Kind, key: str, domain_name: str, snapshot: Snapshot) -> Binned:
    """Keep what the caller deletes and tells of."""
    row = _row(kind, key, domain_name, snapshot, None)
    row.save()
    return row


def grant_key(login: str, address: str) -> str:
    """Under which the bin has a grant: addresses hold no spaces."""
    return f"{login} {address}"


def throw_domain(ledger: Ledger, domain: Domain) -> Binned:
    """Move a domain with all that is in it to the bin."""
    row = put(Kind.DOMAIN, domain.name, domain.name, snapshots.of_domain(domain))
    # Aliases before the mailboxes that own some of them, as the database would delete these along.
    aliases = Alias.objects.filter(domain=domain).select_related("owner").prefetch_related("targets")
    while rows := list(aliases.order_by("pk")[:_BATCH]):
        _throw_aliases(ledger, rows, domain.name, row)
    mailboxes = Mailbox.objects.filter(domain=domain).prefetch_related(*snapshots.PREFETCHED)
    while batch := list(mailboxes.order_by("pk")[:_BATCH]):
        _throw_mailboxes(ledger, batch, domain.name, row)
    number, before = domain.pk, domain.record()
    domain.relay_recipients.all().delete()
    domain.delete()
    ledger.note(Action.REMOVE, Kind.DOMAIN, number, row.key, row.domain_name, before=before)
    return row


def throw_mailbox(ledger: Ledger, mailbox: Mailbox) -> Binned:
    """Move a mailbox to the bin, with the alias that is its forwarding and those that its owner made."""
    name = mailbox.domain.name
    row = _row(Kind.MAILBOX, mailbox.address, name, snapshots.of_mailbox(mailbox), None)
    row.save()
    along = Alias.objects.filter(Q(address=mailbox.address) | Q(owner=mailbox)).select_related("owner")
    _throw_aliases(ledger, list(along.prefetch_related("targets")), name, row)
    _delete_mailboxes(ledger, [mailbox], name)
    return row


def throw_alias(ledger: Ledger, alias: Alias) -> Binned:
    """Move an alias to the bin."""
    return _throw_aliases(ledger, [alias], alias.domain.name, None)[0]


def bring_back_domain(ledger: Ledger, row: Binned, target: Domain | None) -> Domain:
    """Make the domain of a row of the bin again, with all that went along."""
    domain = snapshots.make_domain(row.snapshot, target)
    ledger.note(Action.RESTORE, Kind.DOMAIN, domain.pk, domain.name, domain.name, after=domain.record())
    for kind, bring_back in ((Kind.MAILBOX, _bring_back_mailboxes), (Kind.ALIAS, _bring_back_aliases)):
        parts = row.parts.filter(kind=kind.value).order_by("pk").values_list("snapshot", flat=True).iterator(_BATCH)
        while batch := list(islice(parts, _BATCH)):
            bring_back(ledger, batch, domain)
    row.delete()
    return domain


def bring_back_mailbox(ledger: Ledger, row: Binned, domain: Domain) -> Mailbox:
    """Make the mailbox of a row of the bin again, with its forwarding."""
    mailbox = _bring_back_mailboxes(ledger, [row.snapshot], domain)[0]
    along = [part.snapshot for part in row.parts.all()]
    # An alias of its owner's making may be somebody else's by now.
    taken = set(Alias.objects.filter(address__in=[each["address"] for each in along]).values_list("address", flat=True))
    _bring_back_aliases(ledger, [each for each in along if each["address"] not in taken], domain)
    row.delete()
    return mailbox


def bring_back_alias(ledger: Ledger, row: Binned, domain: Domain) -> Alias:
    """Make the alias of a row of the bin again."""
    alias = _bring_back_aliases(ledger, [row.snapshot], domain)[0]
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


def _row(kind: Kind, key: str, domain_name: str, snapshot: Snapshot, parent: Binned | None) -> Binned:
    now = parent.removed_at if parent else timezone.now()
    keep = timedelta(days=django_settings.CARTEIRO_BIN_DAYS)
    return Binned(
        kind=kind.value,
        key=key,
        domain_name=domain_name,
        snapshot=snapshot,
        removed_at=now,
        purge_after=now + keep,
        parent=parent,
    )


def _throw_mailboxes(ledger: Ledger, batch: list[Mailbox], name: str, parent: Binned) -> None:
    Binned.objects.bulk_create(
        _row(Kind.MAILBOX, mailbox.address, name, snapshots.of_mailbox(mailbox), parent) for mailbox in batch
    )
    _delete_mailboxes(ledger, batch, name)


def _delete_mailboxes(ledger: Ledger, batch: list[Mailbox], name: str) -> None:
    for mailbox in batch:
        key = mailbox.address
        for password in mailbox.app_passwords.all():
            ledger.note(Action.REMOVE, Kind.APP_PASSWORD, password.pk, key, name, before=password.record())
        for grant in mailbox.sender_grants.all():
            ledger.note(Action.REMOVE, Kind.SENDER_GRANT, grant.pk, key, name, before=grant.record())
        ledger.note(Action.REMOVE, Kind.MAILBOX, mailbox.pk, key, name, before=mailbox.record())
    Mailbox.objects.filter(pk__in=[mailbox.pk for mailbox in batch]).delete()


def _throw_aliases(ledger: Ledger, batch: list[Alias], name: str, parent: Binned | None) -> list[Binned]:
    for alias in batch:
        ledger.note(Action.REMOVE, Kind.ALIAS, alias.pk, alias.address, name, before=alias.record())
    rows = [_row(Kind.ALIAS, alias.address, name, snapshots.of_alias(alias), parent) for alias in batch]
    Alias.objects.filter(pk__in=[alias.pk for alias in batch]).delete()
    return storing.insert(rows)


def _bring_back_mailboxes(ledger: Ledger, batch: Sequence[Snapshot], domain: Domain) -> list[Mailbox]:
    rows = snapshots.make_mailboxes(batch, domain)
    for mailbox in rows.mailboxes:
        ledger.note(Action.RESTORE, Kind.MAILBOX, mailbox.pk, mailbox.address, domain.name, after=mailbox.record())
    for password in rows.app_passwords:
        key = password.mailbox.address
        ledger.note(Action.RESTORE, Kind.APP_PASSWORD, password.pk, key, domain.name, after=password.record())
    for grant in rows.sender_grants:
        key = grant.mailbox.address
        ledger.note(Action.RESTORE, Kind.SENDER_GRANT, grant.pk, key, domain.name, after=grant.record())
    return rows.mailboxes


def _bring_back_aliases(ledger: Ledger, batch: Sequence[Snapshot], domain: Domain) -> list[Alias]:
    aliases = snapshots.make_aliases(batch, domain)
    for alias, snapshot in zip(aliases, batch, strict=True):
        after = alias.record(snapshot["targets"])
        ledger.note(Action.RESTORE, Kind.ALIAS, alias.pk, alias.address, domain.name, after=after)
    return aliases

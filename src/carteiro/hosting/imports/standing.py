"""What is here of the things that can be imported, in the form in which an import wants them: for comparing."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from carteiro.hosting.access import Actor, Right, require
from carteiro.hosting.errors import translated
from carteiro.hosting.finding import parts
from carteiro.hosting.models import Admin, Alias, Domain, ExternalAccount, Mailbox, Transport, Vacation

Found = tuple[str, dict[str, Any]]
Row = TypeVar("Row", bound=Model)

_AT_ONCE = 1000

_LIMITS = ("max_mailboxes", "max_aliases", "quota", "max_mailbox_quota")
_FETCHED = ("protocol", "host", "port", "username", "folder", "keep", "poll_minutes", "active")


def all_(actor: Actor, kind: str) -> Iterator[Found]:
    """Each thing of a kind by its key, with its values."""
    require(actor, Right.MANAGE_HOST, thing="imports")
    with translated():
        yield from _READERS[kind](None)


def some(actor: Actor, kind: str, keys: Collection[str]) -> dict[str, dict[str, Any]]:
    """Those of a kind that are there of these keys."""
    require(actor, Right.MANAGE_HOST, thing="imports")
    with translated():
        return {key: values for part in parts(keys) for key, values in _READERS[kind](part)}


def fetch_key(address: str, values: Mapping[str, Any]) -> str:
    """By what an external account is known."""
    return " ".join((address, *(str(values[name]) for name in ("protocol", "host", "username", "folder"))))[:255]


def _each(rows: QuerySet[Row]) -> Iterator[Row]:
    """Some at a time, by their numbers: MySQL's driver would hand over all of them at once."""
    last = 0
    while some := list(rows.filter(pk__gt=last).order_by("pk")[:_AT_ONCE]):
        yield from some
        last = some[-1].pk


def _domains(keys: Collection[str] | None) -> Iterator[Found]:
    rows = Domain.objects.exclude(kind=Domain.Kind.ALIAS)
    for row in _each(rows if keys is None else rows.filter(name__in=keys)):
        values = {"kind": row.kind, "active": row.active, "description": row.description}
        if row.kind == Domain.Kind.HOSTED:
            values |= {name: getattr(row, name) for name in _LIMITS}
        yield row.name, values


def _alias_domains(keys: Collection[str] | None) -> Iterator[Found]:
    rows = Domain.objects.select_related("target").filter(kind=Domain.Kind.ALIAS)
    for row in _each(rows if keys is None else rows.filter(name__in=keys)):
        yield row.name, {"target": row.target.name if row.target else "", "active": row.active}


def _transports(keys: Collection[str] | None) -> Iterator[Found]:
    rows = Transport.objects.all()
    for row in rows if keys is None else rows.filter(domain_name__in=keys):
        yield row.domain_name, {"host": row.host, "port": row.port}


def _mailboxes(keys: Collection[str] | None) -> Iterator[Found]:
    rows = Mailbox.objects.all()
    for row in _each(rows if keys is None else rows.filter(address__in=keys)):
        yield row.address, {name: getattr(row, name) for name in ("name", "password", "active", "smtp", "quota")}


def _aliases(keys: Collection[str] | None) -> Iterator[Found]:
    rows = Alias.objects.prefetch_related("targets")
    for row in _each(rows if keys is None else rows.filter(address__in=keys)):
        yield row.address, {"targets": row.addresses(), "active": row.active}


def _admins(keys: Collection[str] | None) -> Iterator[Found]:
    rows = Admin.objects.all()
    for row in rows if keys is None else rows.filter(address__in=keys):
        values = {"superadmin": row.superadmin, "active": row.active, "password": row.password}
        yield row.address, values | {"domains": sorted(row.held())}


def _vacations(keys: Collection[str] | None) -> Iterator[Found]:
    rows = Vacation.objects.select_related("mailbox")
    for row in _each(rows if keys is None else rows.filter(mailbox__address__in=keys)):
        yield (
            row.mailbox.address,
            {
                "active": row.active,
                "subject": row.subject,
                "text": row.text,
                "starts": _told(row.starts),
                "ends": _told(row.ends),
                "days": row.days,
            },
        )


def _told(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _fetches(keys: Collection[str] | None) -> Iterator[Found]:
    rows = ExternalAccount.objects.select_related("mailbox")
    if keys is not None:
        rows = rows.filter(mailbox__address__in={key.partition(" ")[0] for key in keys})
    for row in _each(rows):
        values = {name: getattr(row, name) for name in _FETCHED}
        key = fetch_key(row.mailbox.address, values)
        if keys is None or key in keys:
            yield key, values


def _filters(keys: Collection[str] | None) -> Iterator[Found]:
    rows = Mailbox.objects.filter(filter_rules__isnull=False).distinct().prefetch_related("filter_rules")
    for row in _each(rows if keys is None else rows.filter(address__in=keys)):
        yield row.address, {"rules": [rule.record() for rule in row.filter_rules.all()]}


def _webmail(keys: Collection[str] | None) -> Iterator[Found]:
    names = ("contacts", "identities", "preferences")
    busy = Q(contacts__isnull=False) | Q(identities__isnull=False) | Q(preferences__isnull=False)
    rows = Mailbox.objects.filter(busy).distinct().prefetch_related(*names)
    for row in _each(rows if keys is None else rows.filter(address__in=keys)):
        yield (
            row.address,
            {
                "contacts": [each.record() for each in sorted(row.contacts.all(), key=lambda each: each.pk)],
                "identities": [each.record() for each in row.identities.all()],
                "preferences": {each.name: each.value for each in row.preferences.all()},
            },
        )


_READERS = {
    "domain": _domains,
    "alias_domain": _alias_domains,
    "transport": _transports,
    "mailbox": _mailboxes,
    "alias": _aliases,
    "admin": _admins,
    "vacation": _vacations,
    "fetch": _fetches,
    "filters": _filters,
    "webmail": _webmail,
}

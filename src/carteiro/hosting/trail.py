"""The audit log as administrators read it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from carteiro.hosting.access import Actor, Right, require
from carteiro.hosting.errors import translated
from carteiro.hosting.feed import Kind
from carteiro.hosting.models import Change, Domain
from carteiro.mail.address import parse_domain

# They name domains of others, or hold for the host as a whole.
_OF_THE_HOST = (Kind.ADMIN, Kind.POLICY, Kind.TRANSPORT)


@dataclass(frozen=True)
class Filter:
    """What of the log somebody wants to see; what is empty or None does not matter."""

    domain: str = ""
    key: str = ""  # the address or name that was changed, as a whole
    actor: str = ""  # who did it, or on whose behalf
    kind: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""  # in the address or name, in who did it, or in where from


def list_(
    actor: Actor, wanted: Filter | None = None, *, before: int | None = None, limit: int | None = 100
) -> Iterator[Change]:
    """The last changes of what the actor may read the log of, the newest first; only those `before` a number."""
    asked = wanted or Filter()
    with translated():
        rows = _filtered(readable(actor, asked.domain), asked).order_by("-number")
        if before is not None:
            rows = rows.filter(number__lt=before)
        yield from (rows if limit is None else rows[:limit]).iterator(2000)


def readable(actor: Actor, domain: str = "") -> "QuerySet[Change]":
    """All of it for a superadmin, also of domains that are gone; for others what happened in domains of theirs."""
    rows = Change.objects.all()
    name = parse_domain(domain).ascii if domain else ""
    if name:
        rows = rows.filter(domain_name=name)
    if actor.superadmin:
        return rows
    held = Domain.objects.filter(pk__in=actor.domains_with(Right.READ_LOG))
    if name:
        require(actor, Right.READ_LOG, held.filter(name=name).values_list("pk", flat=True).first(), thing=name)
    # What an earlier owner of the name did is none of this one's business.
    theirs = held.filter(name=OuterRef("domain_name"), created__lte=OuterRef("at"))
    return rows.filter(Exists(theirs)).exclude(kind__in=_OF_THE_HOST)


def _filtered(rows: "QuerySet[Change]", wanted: Filter) -> "QuerySet[Change]":
    for column, value in (("key", wanted.key), ("kind", wanted.kind), ("action", wanted.action)):
        if value:
            rows = rows.filter(**{column: value})
    if wanted.actor:
        rows = rows.filter(Q(actor=wanted.actor) | Q(on_behalf_of=wanted.actor))
    if wanted.since is not None:
        rows = rows.filter(at__gte=wanted.since)
    if wanted.until is not None:
        rows = rows.filter(at__lt=wanted.until)
    if wanted.text:
        places = ("key__icontains", "actor__icontains", "origin__icontains", "on_behalf_of__icontains")
        found = Q(pk__in=())
        for place in places:
            found |= Q(**{place: wanted.text})
        rows = rows.filter(found)
    return rows

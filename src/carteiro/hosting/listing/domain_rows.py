"""The domains, each with what is in it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum, TextField, Value
from django.db.models.functions import Cast
from django.db.models.lookups import Contains

from carteiro.hosting.access import Actor
from carteiro.hosting.errors import translated
from carteiro.hosting.models import Alias, Domain, Mailbox
from carteiro.mail.address import parse_domain
from carteiro.words import Fault

DOMAIN_STATES = {
    "active": Q(active=True, paused=False),
    "inactive": Q(active=False),
    "paused": Q(paused=True),
    "relay": Q(kind=Domain.Kind.RELAY),
}


@dataclass(frozen=True)
class DomainRow:
    """A domain with what is in it, in numbers and bytes."""

    domain: Domain
    mailboxes: int = 0
    given: int = 0  # what the quotas of its mailboxes come to
    unlimited: int = 0  # mailboxes without a quota
    used: int = 0
    aliases: int = 0
    alias_domains: int = 0

    @property
    def full(self) -> float:
        """What part of the quota in all is used, from 0 to 1 and beyond; 0 without a quota."""
        return self.used / self.domain.quota if self.domain.quota else 0.0


def domains(actor: Actor, *, mirrors: bool = False) -> "QuerySet[Domain]":
    """The domains that the actor holds, or with `mirrors` the alias domains."""
    rows = Domain.objects.select_related("target")
    rows = rows.filter(kind=Domain.Kind.ALIAS) if mirrors else rows.exclude(kind=Domain.Kind.ALIAS)
    return rows if actor.superadmin else rows.filter(pk__in=actor.domains)


def searched(word: str) -> Q:
    """Domains with a word in their name or description, or with that tag."""
    text = word.lower()
    return Q(name__contains=_stored(text)) | Q(description__icontains=text) | tagged(text)


def tagged(tag: str) -> Q:
    """Domains with a tag."""
    # JSON as text: no other way to look into a list works in every database. Some keep it as it was written, with
    # escapes, and others in a form of their own, without.
    written = {json.dumps(tag.lower()), json.dumps(tag.lower(), ensure_ascii=False)}
    return reduce(or_, (Q(Contains(Cast("tags", TextField()), Value(form))) for form in sorted(written)))


def tags(actor: Actor) -> list[str]:
    """All tags of the domains that the actor holds."""
    with translated():
        found = domains(actor).exclude(tags=[]).order_by().values_list("tags", flat=True).distinct()
        return sorted({tag for words in found for tag in words})


def domain_rows(found: Sequence[Domain]) -> list[DomainRow]:
    """What a page says of its domains; three queries, however many they are."""
    numbers = [domain.pk for domain in found]
    boxes = Mailbox.objects.filter(domain__in=numbers).order_by().values("domain")
    told = boxes.annotate(
        count=Count("pk"), given=Sum("quota"), unlimited=Count("pk", filter=Q(quota=0)), used=Sum("usage__size")
    )
    inside = {
        number: (count, given, unlimited, used or 0)
        for number, count, given, unlimited, used in told.values_list("domain", "count", "given", "unlimited", "used")
    }
    # A mailbox's forwarding is no alias to whoever counts.
    own = Mailbox.objects.filter(address=OuterRef("address"))
    others = Alias.objects.filter(~Exists(own), domain__in=numbers).order_by().values("domain")
    aliases = dict(others.annotate(count=Count("pk")).values_list("domain", "count"))
    standing = Domain.objects.filter(target__in=numbers).order_by().values("target")
    mirrors = dict(standing.annotate(count=Count("pk")).values_list("target", "count"))
    return [
        DomainRow(domain, *inside.get(domain.pk, (0, 0, 0, 0)), aliases.get(domain.pk, 0), mirrors.get(domain.pk, 0))
        for domain in found
    ]


def _stored(name: str) -> str:
    """People know domains in Unicode; they are stored in ASCII."""
    if name.isascii():
        return name
    try:
        return parse_domain(name).ascii
    except Fault:
        return name

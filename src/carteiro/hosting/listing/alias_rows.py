"""The aliases with their targets and marks; a mailbox's forwarding is none of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from carteiro.hosting import status
from carteiro.hosting.access import Actor
from carteiro.hosting.models import Alias, AliasTarget, Domain, Mailbox
from carteiro.hosting.status import Mark

ALIAS_STATES = {
    "active": Q(active=True),
    "inactive": Q(active=False),
    "catch-all": Q(address__startswith="@"),
    "expiring": Q(expires__isnull=False),
    "own": Q(owner__isnull=False),
}


@dataclass(frozen=True)
class AliasRow:
    """An alias and where it leads."""

    alias: Alias
    targets: Sequence[str]
    marks: Sequence[Mark]


def aliases(actor: Actor, domain: Domain | None = None) -> "QuerySet[Alias]":
    """The aliases of the domains that the actor holds, or of one that was found for that actor."""
    rows = Alias.objects.select_related("domain", "owner").prefetch_related("targets")
    # What stands under a mailbox's own address is told of with the mailbox.
    rows = rows.filter(~Exists(Mailbox.objects.filter(address=OuterRef("address"))))
    if domain is not None:
        return rows.filter(domain=domain)
    return rows if actor.superadmin else rows.filter(domain__in=actor.domains)


def searched(word: str) -> Q:
    """Aliases with a word in their address, comment or a target."""
    text = word.lower()
    leading = AliasTarget.objects.filter(address__contains=text).values("alias")
    return Q(address__contains=text) | Q(comment__icontains=text) | Q(pk__in=leading)


def alias_rows(found: Sequence[Alias]) -> list[AliasRow]:
    """What a page says of its aliases; two queries, however many they are."""
    marks = status.of_aliases(found)
    return [AliasRow(alias, alias.addresses(), marks[alias.address]) for alias in found]

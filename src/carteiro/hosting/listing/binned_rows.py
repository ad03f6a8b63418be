"""What the bin holds."""

from django.db.models import Exists, OuterRef, QuerySet

from carteiro.hosting.access import Actor, Right
from carteiro.hosting.models import Binned, Domain
from carteiro.hosting.wastebin.bin import OF_THE_HOST


def binned(actor: Actor) -> "QuerySet[Binned]":
    """What was removed by itself, not what went along with it.

    An administrator of domains sees what was removed from these since they are there: what an earlier owner of the
    name removed is none of this one's business.
    """
    rows = Binned.objects.filter(parent=None)
    if actor.superadmin:
        return rows
    held = actor.domains_with(Right.MANAGE_MAILBOXES) | actor.domains_with(Right.MANAGE_ALIASES)
    mine = Domain.objects.filter(pk__in=held, name=OuterRef("domain_name"), created__lte=OuterRef("removed_at"))
    return rows.filter(Exists(mine)).exclude(kind__in=OF_THE_HOST)

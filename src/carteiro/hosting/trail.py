"""The audit log as administrators read it."""

from collections.abc import Iterator

from carteiro.hosting import finding
from carteiro.hosting.access import Actor, Right
from carteiro.hosting.errors import translated
from carteiro.hosting.models import Change, Domain


def list_(actor: Actor, *, domain: str = "", key: str = "", limit: int = 100) -> Iterator[Change]:
    """The last changes of what the actor holds, the newest first."""
    with translated():
        rows = Change.objects.order_by("-number")
        if domain:
            rows = rows.filter(domain_name=finding.domain(actor, Right.SEE, domain).name)
        elif not actor.superadmin:
            held = Domain.objects.filter(pk__in=actor.domains)
            rows = rows.filter(domain_name__in=held.values("name"))
        yield from rows.filter(key=key)[:limit] if key else rows[:limit]

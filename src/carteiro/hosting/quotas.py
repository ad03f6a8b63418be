"""What a domain gives to its mailboxes, what of it is given, and what they use."""

from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from carteiro.hosting import finding
from carteiro.hosting.access import Actor, Right
from carteiro.hosting.errors import translated
from carteiro.hosting.models import Domain


@dataclass(frozen=True)
class Allowance:
    """Bytes and numbers of one domain; None is no limit.

    `given` is what the quotas of its mailboxes come to; `unlimited` is how many of them have none. `quota` limits what
    is used in all, so that more may be given than it.
    """

    quota: int | None
    given: int
    used: int
    unlimited: int
    largest: int | None  # of one mailbox
    mailboxes: int
    mailboxes_left: int | None

    @property
    def left(self) -> int | None:
        """What of the domain's quota is given to nobody yet."""
        return None if self.quota is None else max(self.quota - self.given, 0)

    @property
    def allowed(self) -> int | None:
        """The largest quota that a mailbox can still have without giving more than the domain has."""
        limits = [limit for limit in (self.left, self.largest) if limit is not None]
        return min(limits) if limits else None


def of(actor: Actor, name: str, *, besides: str = "") -> Allowance:
    """What a domain has left; `besides` is the address of a mailbox whose own quota counts as free."""
    with translated():
        return of_domain(finding.domain(actor, Right.SEE, name), besides=besides)


def of_domain(domain: Domain, *, besides: str = "") -> Allowance:
    """The same of a domain that was found already."""
    others = ~Q(address=besides)
    told = domain.mailboxes.aggregate(
        count=Count("pk"),
        given=Sum("quota", filter=others),
        unlimited=Count("pk", filter=others & Q(quota=0)),
        used=Sum("usage__size"),
    )
    count = told["count"]
    return Allowance(
        quota=domain.quota,
        given=told["given"] or 0,
        used=told["used"] or 0,
        unlimited=told["unlimited"],
        largest=domain.max_mailbox_quota,
        mailboxes=count,
        mailboxes_left=None if domain.max_mailboxes is None else max(domain.max_mailboxes - count, 0),
    )

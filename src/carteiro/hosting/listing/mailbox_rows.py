"""The mailboxes, each with what it holds, its last log-in and its marks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery

from carteiro.hosting import status
from carteiro.hosting.access import Actor
from carteiro.hosting.models import Alias, Domain, Login, Mailbox
from carteiro.hosting.status import Mark

MAILBOX_STATES = {
    "active": Q(active=True),
    "inactive": Q(active=False),
    "no-sending": Q(smtp=False),
    "vacation": Q(vacation__active=True),
    "forwarding": Q(address__in=Alias.objects.filter(active=True).values("address")),
}


@dataclass(frozen=True)
class MailboxRow:
    """A mailbox with what it holds; None where nothing was measured or nobody logged in yet."""

    mailbox: Mailbox
    used: int | None
    messages: int | None
    last_login: datetime | None
    targets: Sequence[str]  # of its forwarding, its own address among them if a copy stays
    marks: Sequence[Mark]

    @property
    def full(self) -> float:
        """What part of its quota is used, from 0 to 1 and beyond; 0 without a quota."""
        return (self.used or 0) / self.mailbox.quota if self.mailbox.quota else 0.0


def mailboxes(actor: Actor, domain: Domain | None = None) -> "QuerySet[Mailbox]":
    """The mailboxes of the domains that the actor holds, or of one that was found for that actor."""
    logins = Login.objects.filter(mailbox=OuterRef("pk")).order_by("-at").values("at")[:1]
    rows = Mailbox.objects.select_related("domain", "usage", "vacation").annotate(last_login=Subquery(logins))
    if domain is not None:
        return rows.filter(domain=domain)
    return rows if actor.superadmin else rows.filter(domain__in=actor.domains)


def mailbox_rows(found: Sequence[Mailbox]) -> list[MailboxRow]:
    """What a page says of mailboxes that come from `mailboxes`; three queries, however many they are."""
    forwards = status.forwardings(found)
    marks = status.of_mailboxes(found, forwards)
    return [_row(mailbox, forwards.get(mailbox.address, ()), marks[mailbox.address]) for mailbox in found]


def _row(mailbox: Mailbox, targets: Sequence[str], marks: Sequence[Mark]) -> MailboxRow:
    usage = getattr(mailbox, "usage", None)
    return MailboxRow(
        mailbox,
        used=usage.size if usage else None,
        messages=usage.messages if usage else None,
        last_login=getattr(mailbox, "last_login", None),
        targets=targets,
        marks=marks,
    )

"""Links that let somebody do one thing once: what they carry is known to their reader alone."""

import hashlib
import secrets
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from carteiro.hosting.errors import NotFound
from carteiro.hosting.models import Person, Ticket
from carteiro.words import N_

LIFETIMES = {
    Ticket.Purpose.SETUP: timedelta(hours=24),
    Ticket.Purpose.RECOVER: timedelta(hours=1),
    Ticket.Purpose.CONFIRM: timedelta(hours=24),
}

_LATELY = timedelta(minutes=2)


def issue(purpose: Ticket.Purpose, person: Person | None = None, address: str = "") -> str:
    """The secret of a new ticket; earlier ones for the same thing are good no more."""
    secret = secrets.token_urlsafe(32)
    Ticket.objects.filter(Q(purpose=purpose, person=person) | Q(expires__lt=timezone.now())).delete()
    expires = timezone.now() + LIFETIMES[purpose]
    Ticket.objects.create(purpose=purpose, digest=_digest(secret), person=person, address=address, expires=expires)
    return secret


def issued_lately(purpose: Ticket.Purpose, person: Person) -> bool:
    """Whether a ticket of that kind was drawn within the last minutes, so that nobody's mailbox is flooded."""
    fresh = timezone.now() + LIFETIMES[purpose] - _LATELY
    return Ticket.objects.filter(purpose=purpose, person=person, expires__gt=fresh).exists()


def look(purpose: Ticket.Purpose, secret: str) -> Ticket:
    """The ticket of a secret, which stays good. Raises NotFound for one that is used, too old, or none at all."""
    rows = Ticket.objects.select_related("person").filter(purpose=purpose, expires__gt=timezone.now())
    found = rows.filter(digest=_digest(secret)).first()
    if found is None:
        raise NotFound(N_("This link is good no more: it was used, or its time is over."), N_("Ask for another one."))
    return found


def use(purpose: Ticket.Purpose, secret: str) -> Ticket:
    """The ticket of a secret, which nobody can use again; of two at once one gets it."""
    found = look(purpose, secret)
    if not Ticket.objects.filter(pk=found.pk).delete()[0]:
        return look(purpose, secret)
    return found


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()

"""Broadcasts: one message to the mailboxes of chosen domains, sent by the worker through the queue."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import F, QuerySet
from django.utils import timezone

from carteiro.hosting import finding, texts
from carteiro.hosting.access import Actor, Right, require
from carteiro.hosting.errors import Conflict, Invalid, NotFound, translated
from carteiro.hosting.feed import Action, Kind, changes
from carteiro.hosting.models import Alias, Broadcast, Domain, Mailbox
from carteiro.mail.address import parse_address
from carteiro.words import N_

LONGEST_TEXT = 100_000
_THING = "the broadcasts"
_UNDER_WAY = (Broadcast.State.WAITING, Broadcast.State.SENDING)
_State = Broadcast.State


@dataclass(frozen=True)
class NewBroadcast:
    """A message to be sent; with `everywhere`, to every mailbox of this host."""

    subject: str
    text: str
    from_address: str
    from_name: str = ""
    domains: Sequence[str] = ()
    everywhere: bool = False


def add(actor: Actor, new: NewBroadcast) -> Broadcast:
    """Hand a message to the worker, which begins at once."""
    with changes(actor) as ledger:
        require(actor, Right.BROADCAST, thing=_THING)
        row = Broadcast(
            author=actor.name,
            from_name=texts.one_line("from_name", new.from_name),
            from_address=_author(new.from_address),
            subject=_filled("subject", texts.one_line("subject", new.subject)),
            text=_filled("text", texts.lines("text", new.text, LONGEST_TEXT)),
            domains=[] if new.everywhere else sorted({finding.domain(actor, Right.SEE, n).name for n in new.domains}),
            everywhere=new.everywhere,
        )
        row.total = readers(row).count()
        if not row.total:
            raise Invalid(N_("Nobody would read it."), N_("Choose domains that have mailboxes."))
        row.save()
        ledger.note(Action.ADD, Kind.BROADCAST, row.pk, _key(row), "", after=row.record())
    return row


def stop(actor: Actor, number: int) -> Broadcast:
    """Send no further; what was sent stays sent."""
    return _turn(actor, number, _UNDER_WAY, _State.STOPPED)


def resume(actor: Actor, number: int) -> Broadcast:
    """Go on where a broadcast was stopped."""
    return _turn(actor, number, (_State.STOPPED,), _State.WAITING)


def list_(actor: Actor) -> "QuerySet[Broadcast]":
    """All broadcasts, the latest first."""
    require(actor, Right.BROADCAST, thing=_THING)
    return Broadcast.objects.order_by("-pk")


def get(actor: Actor, number: int) -> Broadcast:
    """The broadcast of that number."""
    with translated():
        return _find(actor, number)


def under_way() -> Iterator[Broadcast]:
    """For the worker: what is to be sent, the oldest first; from now on it counts as being sent."""
    for row in Broadcast.objects.filter(state__in=_UNDER_WAY).order_by("pk"):
        if Broadcast.objects.filter(pk=row.pk, state__in=_UNDER_WAY).update(state=_State.SENDING):
            row.state = _State.SENDING
            yield row


def readers(row: Broadcast) -> "QuerySet[Mailbox]":
    """The mailboxes that a broadcast is for and that were not served yet, in the order in which they are."""
    found = Mailbox.objects.filter(
        active=True, domain__active=True, domain__kind=Domain.Kind.HOSTED, pk__gt=row.last
    ).order_by("pk")
    return found if row.everywhere else found.filter(domain__name__in=row.domains)


def begin(row: Broadcast, reader: int) -> bool:
    """For the worker: note whose message goes to the queue now; False where the broadcast was stopped meanwhile."""
    row.serving = reader
    return bool(Broadcast.objects.filter(pk=row.pk, state=_State.SENDING).update(serving=reader))


def served(row: Broadcast, *, well: bool, error: str = "") -> None:
    """For the worker: the message that was begun is in the queue, or was refused."""
    counted = {"sent": F("sent") + 1} if well else {"failed": F("failed") + 1, "error": error[:500]}
    Broadcast.objects.filter(pk=row.pk).update(last=row.serving, serving=0, **counted)
    row.last, row.serving = row.serving, 0


def hindered(row: Broadcast, error: str) -> None:
    """For the worker: nothing can be sent for now; it goes on with the next run."""
    Broadcast.objects.filter(pk=row.pk).update(error=error[:500])


def done(row: Broadcast) -> None:
    """For the worker: everybody was served."""
    Broadcast.objects.filter(pk=row.pk, state=_State.SENDING).update(state=_State.DONE, ended=timezone.now())


def _turn(actor: Actor, number: int, before: Sequence[Broadcast.State], after: Broadcast.State) -> Broadcast:
    with changes(actor) as ledger:
        row = _find(actor, number)
        old = row.state
        if old not in before:
            raise Conflict(N_("The broadcast is {state}."), N_("Look at it again."), state=_State(old).label.lower())
        row.state, row.ended = after, timezone.now() if after is _State.STOPPED else None
        row.save(update_fields=["state", "ended"])
        ledger.note(
            Action.SET, Kind.BROADCAST, row.pk, _key(row), "", before={"state": old}, after={"state": row.state}
        )
    return row


def _find(actor: Actor, number: int) -> Broadcast:
    require(actor, Right.BROADCAST, thing=_THING)
    row = Broadcast.objects.filter(pk=number).first()
    if row is None:
        raise NotFound(N_("There is no broadcast {number}."), number=number)
    return row


def _key(row: Broadcast) -> str:
    return f"{row.pk} {row.subject}"[:255]


def _author(address: str) -> str:
    """Answers and bounces go there, so that it must be an address of ours."""
    key = str(parse_address(address))
    if not (Mailbox.objects.filter(address=key).exists() or Alias.objects.filter(address=key).exists()):
        raise Invalid(
            N_("{address} is no address of this host."),
            N_("Write as somebody who gets the answers: name a mailbox or an alias of yours."),
            address=key,
            field="from_address",
        )
    return key


def _filled(field: str, value: str) -> str:
    if not value.strip():
        raise Invalid(N_("The {field} is empty."), N_("Write one."), field=field)
    return value

"""Vacation notices: what answers for a mailbox while its owner is away."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypedDict, Unpack

from django.db.models import Q
from django.utils import timezone

from carteiro.hosting import finding, texts
from carteiro.hosting.access import Actor, Right
from carteiro.hosting.errors import Invalid, translated
from carteiro.hosting.feed import Action, Kind, Ledger, changes, differences
from carteiro.hosting.models import Alias, Domain, Mailbox, Vacation
from carteiro.hosting.requests import InstallSieve
from carteiro.mail.sieve import Notice
from carteiro.words import N_

LONGEST_TEXT = 20_000
MOST_DAYS = 365
_MOST_ADDRESSES = 200
_MOST_STEPS = 5  # aliases of aliases


class Fields(TypedDict, total=False):
    """What can be set on a notice."""

    active: bool
    subject: str
    text: str
    starts: datetime | None
    ends: datetime | None
    days: int  # one answer per sender in so many


def set_(actor: Actor, address: str, **fields: Unpack[Fields]) -> Vacation:
    """Change what is given and nothing else; the worker then installs it."""
    with changes(actor) as ledger:
        mailbox = finding.mailbox(actor, Right.EDIT_VACATIONS, address)
        vacation = Vacation.objects.filter(mailbox=mailbox).first() or Vacation(mailbox=mailbox)
        action = Action.SET if vacation.pk else Action.ADD
        before = vacation.record() if vacation.pk else {}
        for name, value in fields.items():
            setattr(vacation, name, value)
        vacation.text = texts.lines("text", vacation.text, LONGEST_TEXT)
        _check(vacation)
        old, new = differences(before, vacation.record())
        if new:
            vacation.save()
            name = mailbox.domain.name
            ledger.note(action, Kind.VACATION, vacation.pk, mailbox.address, name, before=old, after=new)
            ledger.request(InstallSieve(mailbox.home))
    return vacation


def get(actor: Actor, address: str) -> Vacation:
    """The notice of a mailbox; one that was never set is off and empty."""
    with translated():
        mailbox = finding.mailbox(actor, Right.SEE_MAILBOX, address)
        return Vacation.objects.filter(mailbox=mailbox).first() or Vacation(mailbox=mailbox)


def follow(ledger: Ledger, mailboxes: Iterable[Mailbox]) -> None:
    """Let notices know that their mailboxes have other addresses now."""
    for home in Vacation.objects.filter(active=True, mailbox__in=mailboxes).values_list("mailbox__home", flat=True):
        ledger.request(InstallSieve(home))


def notice(mailbox: Mailbox) -> Notice | None:
    """What the mailbox's script has to answer; None where the notice is off or over."""
    row = Vacation.objects.filter(mailbox=mailbox, active=True).first()
    if row is None or (row.ends is not None and row.ends <= timezone.now()):
        return None
    return Notice(row.text, row.subject, row.days, answered(mailbox), row.starts, row.ends)


def answered(mailbox: Mailbox) -> list[str]:
    """The addresses that reach a mailbox by name, its own first: a notice answers what was sent to one of them."""
    found = {mailbox.address: None}
    fresh = [mailbox.address]
    for _ in range(_MOST_STEPS):
        rows = Alias.objects.filter(targets__address__in=fresh, active=True).exclude(address__startswith="@")
        fresh = [address for address in rows.values_list("address", flat=True) if address not in found]
        found.update(dict.fromkeys(fresh))
        if not fresh or len(found) > _MOST_ADDRESSES:
            break
    found.update(dict.fromkeys(_twins(list(found))))
    return list(found)[:_MOST_ADDRESSES]


def _twins(addresses: list[str]) -> list[str]:
    """The same names in the alias domains."""
    names = {address.rpartition("@")[2] for address in addresses}
    standing = Domain.objects.filter(Q(target__name__in=names, active=True)).values_list("target__name", "name")
    return [
        f"{address.rpartition('@')[0]}@{alias}"
        for target, alias in standing
        for address in addresses
        if address.endswith(f"@{target}")
    ]


def _check(vacation: Vacation) -> None:
    texts.one_line("subject", vacation.subject)
    if not 1 <= vacation.days <= MOST_DAYS:
        raise Invalid(
            N_("{field} can't be {value}."),
            N_("Give a number from {least} to {largest}."),
            field="days",
            value=vacation.days,
            least=1,
            largest=MOST_DAYS,
        )
    if vacation.starts and vacation.ends and vacation.ends <= vacation.starts:
        raise Invalid(N_("The notice would end before it begins."), N_("Give an end that is later than the beginning."))
    if not vacation.active:
        return
    if not vacation.text.strip():
        raise Invalid(N_("The notice has no text."), N_("Write what people should be told."))
    if vacation.ends and vacation.ends <= timezone.now():
        raise Invalid(N_("The notice would be over already."), N_("Give an end that lies ahead, or none."))

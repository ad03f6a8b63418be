"""A forgotten password: a mail to an address elsewhere that the person confirmed as theirs."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from carteiro.hosting import finding
from carteiro.hosting.access import Actor, Right
from carteiro.hosting.errors import Conflict, Invalid, translated
from carteiro.hosting.feed import Action, Kind, changes
from carteiro.hosting.models import AliasTarget, Person, Ticket
from carteiro.hosting.people import persons, slowing, tickets
from carteiro.hosting.requests import MailConfirmation, MailRecovery, record
from carteiro.mail.address import parse_target, split_detail
from carteiro.words import N_


@dataclass(frozen=True)
class Issued:
    """A link that is to be mailed: whose, to which address, and the secret that makes it good."""

    person: Person
    address: str
    secret: str


def ask(address: str, network: str) -> None:
    """Have a link mailed to whoever that address belongs to, if it is anybody's.

    Only the worker finds out whether it is, so that neither the answer nor its time tells. Raises Slowed.
    """
    key = persons.normal(address)
    with translated():
        slowing.count(slowing.recovery_brakes(key, network))
        record(MailRecovery(key[:320]))


def issue(address: str) -> Issued | None:
    """A link for another password; None for who has no confirmed recovery address."""
    person = persons.find(address)
    if person is None or not person.is_active or not person.recovery_address or person.recovery_confirmed is None:
        return None
    if tickets.issued_lately(Ticket.Purpose.RECOVER, person):
        return None
    secret = tickets.issue(Ticket.Purpose.RECOVER, person, person.recovery_address)
    return Issued(person, person.recovery_address, secret)


def look(secret: str) -> Person:
    """Whose password the link is for. Raises NotFound for a link that is good no more."""
    return _person(tickets.look(Ticket.Purpose.RECOVER, secret))


def recover(secret: str, new: str, origin: str) -> Person:
    """Choose another password with the link; it is used up when the password was taken, and not before."""
    person = look(secret)
    hashed = persons.hashed(person, new)
    with translated(), transaction.atomic():
        tickets.use(Ticket.Purpose.RECOVER, secret)
        persons.store(person, hashed, origin)
        persons.note(person, origin, recovery="used")
    return person


def set_address(person: Person, address: str, origin: str) -> None:
    """Keep another recovery address; a mail goes there, and it counts when its link was opened. Empty is none."""
    wanted = _check(person, address)
    before = person.recovery_address
    if wanted == before and person.recovery_confirmed is not None:
        return
    with changes(persons.actor(person, origin)) as ledger:
        _store(person, wanted)
        name = person.address.rpartition("@")[2]
        old, new = {"recovery_address": before}, {"recovery_address": wanted}
        ledger.note(Action.SET, Kind.PERSON, person.pk, person.address, name, before=old, after=new)
        if wanted:
            ledger.request(MailConfirmation(person.pk))


def set_for(actor: Actor, address: str, recovery_address: str) -> Person:
    """An administrator keeps a recovery address for the owner of a mailbox; it counts when they confirmed it."""
    mailbox = finding.mailbox(actor, Right.CHANGE_PASSWORD, address)
    person = persons.find(mailbox.address)
    assert person is not None  # noqa: S101 - there is the mailbox
    wanted = _check(person, recovery_address)
    if wanted == person.recovery_address:
        return person
    with changes(actor) as ledger:
        old = {"recovery_address": person.recovery_address}
        _store(person, wanted)
        new = {"recovery_address": wanted}
        name = mailbox.domain.name
        ledger.note(Action.SET, Kind.PERSON, person.pk, mailbox.address, name, before=old, after=new)
        if wanted:
            ledger.request(MailConfirmation(person.pk))
    return person


def issue_confirmation(number: int) -> Issued | None:
    """A link for the recovery address of the person of that id; None where nothing is to confirm."""
    person = Person.objects.filter(pk=number).first()
    if person is None or not person.recovery_address or person.recovery_confirmed is not None:
        return None
    secret = tickets.issue(Ticket.Purpose.CONFIRM, person, person.recovery_address)
    return Issued(person, person.recovery_address, secret)


def confirm(secret: str, origin: str) -> Person:
    """Whoever has the link reads mail at the recovery address: from now on it counts."""
    ticket = tickets.use(Ticket.Purpose.CONFIRM, secret)
    person = _person(ticket)
    if ticket.address != person.recovery_address:
        raise Conflict(N_("The recovery address is another one by now."), N_("Confirm that one."))
    person.recovery_confirmed = timezone.now()
    person.save(update_fields=["recovery_confirmed"])
    persons.note(person, origin, recovery_address="confirmed")
    return person


def _person(ticket: Ticket) -> Person:
    assert ticket.person is not None  # noqa: S101 - such tickets are a person's
    return ticket.person


def _store(person: Person, wanted: str) -> None:
    person.recovery_address, person.recovery_confirmed = wanted, None
    person.save(update_fields=["recovery_address", "recovery_confirmed"])
    Ticket.objects.filter(person=person).delete()


def _check(person: Person, address: str) -> str:
    if not address.strip():
        return ""
    target = parse_target(address.strip())
    wanted, reached = str(target), f"{split_detail(target.local)[0]}@{target.domain.ascii}"
    leads_here = AliasTarget.objects.filter(alias__address__in=(wanted, reached), address=person.address)
    if person.address in (wanted, reached) or leads_here.exists():
        raise Invalid(
            N_("{address} leads to the account itself: without its password nobody reads the mail there."),
            N_("Give an address elsewhere."),
            address=wanted,
        )
    return wanted

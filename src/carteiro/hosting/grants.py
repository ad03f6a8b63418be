"""Grants: addresses that a login may send as, besides its own and those that reach it."""

from carteiro.hosting import finding
from carteiro.hosting.access import Actor, Right
from carteiro.hosting.errors import Exists, translated
from carteiro.hosting.feed import Action, Kind, changes
from carteiro.hosting.models import Domain, SenderGrant
from carteiro.mail.address import Address, parse_target
from carteiro.words import N_


def add(actor: Actor, login: str, address: str) -> SenderGrant:
    """Let a mailbox's owner send as an address; the actor has to hold the domains of both."""
    granted = parse_target(address)
    with changes(actor) as ledger:
        mailbox = finding.mailbox(actor, Right.MANAGE_MAILBOXES, login)
        _require(actor, granted)
        if mailbox.sender_grants.filter(address=str(granted)).exists():
            raise Exists(
                N_("{login} may send as {address} already."),
                N_("Nothing is to be done."),
                login=mailbox.address,
                address=str(granted),
            )
        row = SenderGrant.objects.create(mailbox=mailbox, address=str(granted))
        name = mailbox.domain.name
        ledger.note(Action.ADD, Kind.SENDER_GRANT, row.pk, mailbox.address, name, after=row.record())
    return row


def remove(actor: Actor, login: str, address: str) -> None:
    """Take a grant back."""
    granted = str(parse_target(address))
    with changes(actor) as ledger:
        mailbox = finding.mailbox(actor, Right.MANAGE_MAILBOXES, login)
        row = mailbox.sender_grants.filter(address=granted).first()
        if row is None:
            known = mailbox.sender_grants.values_list("address", flat=True)
            raise finding.missing(N_("The login has no grant for {key}."), granted, known)
        number, before = row.pk, row.record()
        row.delete()
        ledger.note(Action.REMOVE, Kind.SENDER_GRANT, number, mailbox.address, mailbox.domain.name, before=before)


def list_(actor: Actor, login: str = "") -> list[SenderGrant]:
    """The grants of a mailbox, or of all that the actor holds."""
    with translated():
        rows = SenderGrant.objects.select_related("mailbox").order_by("mailbox__address", "address")
        if login:
            return list(rows.filter(mailbox=finding.mailbox(actor, Right.SEE, login)))
        return list(rows if actor.superadmin else rows.filter(mailbox__domain__in=actor.domains))


def _require(actor: Actor, granted: Address) -> None:
    """Nobody gives away what is not theirs; an address elsewhere is only the superadmin's to grant."""
    if actor.superadmin and not Domain.objects.filter(name=granted.domain.ascii).exists():
        return
    finding.domain(actor, Right.GRANT_SENDERS, granted.domain.ascii)

"""Grants: what a login may send as besides its own address and those that reach it; `@example.org` is all of that."""

from carteiro.hosting import finding
from carteiro.hosting.access import Actor, Right
from carteiro.hosting.errors import Exists, translated
from carteiro.hosting.feed import Action, Kind, Ledger, changes
from carteiro.hosting.models import Binned, Domain, Mailbox, SenderGrant
from carteiro.hosting.wastebin import bin as bins
from carteiro.mail.address import Address, parse_sender
from carteiro.words import N_


def add(actor: Actor, login: str, address: str) -> SenderGrant:
    """Let a mailbox's owner send as an address; the actor has to hold the domains of both."""
    granted = parse_sender(address)
    with changes(actor) as ledger:
        mailbox = finding.mailbox(actor, Right.MANAGE_MAILBOXES, login)
        _require(actor, granted)
        return _make(ledger, Action.ADD, mailbox, str(granted))


def remove(actor: Actor, login: str, address: str) -> Binned:
    """Take a grant back, into the bin."""
    with changes(actor) as ledger:
        row = _find(actor, Right.MANAGE_MAILBOXES, login, address)
        key, name = row.mailbox.address, row.mailbox.domain.name
        ledger.note(Action.REMOVE, Kind.SENDER_GRANT, row.pk, key, name, before=row.record())
        row.delete()
        return bins.put(Kind.SENDER_GRANT, bins.grant_key(key, row.address), name, {})


def restore(actor: Actor, login: str, address: str) -> SenderGrant:
    """Grant again what was taken back from this mailbox; that takes the same rights as a new grant."""
    granted = parse_sender(address)
    with changes(actor) as ledger:
        mailbox = finding.mailbox(actor, Right.MANAGE_MAILBOXES, login)
        _require(actor, granted)
        key = bins.grant_key(mailbox.address, str(granted))
        binned = bins.latest(Kind.SENDER_GRANT, key, since=mailbox.created)
        row = _make(ledger, Action.RESTORE, mailbox, str(granted))
        binned.delete()
    return row


def get(actor: Actor, login: str, address: str) -> SenderGrant:
    """The grant of that address to a mailbox."""
    with translated():
        return _find(actor, Right.SEE_MAILBOX, login, address)


def list_(actor: Actor, login: str = "") -> list[SenderGrant]:
    """The grants of a mailbox, or of all that the actor holds."""
    with translated():
        rows = SenderGrant.objects.select_related("mailbox").order_by("mailbox__address", "address")
        if login:
            return list(rows.filter(mailbox=finding.mailbox(actor, Right.SEE_MAILBOX, login)))
        if not actor.superadmin:
            rows = rows.filter(mailbox__domain__in=actor.domains_with(Right.SEE_MAILBOX))
        return list(rows)


def _make(ledger: Ledger, action: Action, mailbox: Mailbox, address: str) -> SenderGrant:
    if mailbox.sender_grants.filter(address=address).exists():
        raise Exists(
            N_("{login} may send as {address} already."),
            N_("Nothing is to be done."),
            login=mailbox.address,
            address=address,
        )
    row = SenderGrant.objects.create(mailbox=mailbox, address=address)
    ledger.note(action, Kind.SENDER_GRANT, row.pk, mailbox.address, mailbox.domain.name, after=row.record())
    return row


def _find(actor: Actor, right: Right, login: str, address: str) -> SenderGrant:
    mailbox = finding.mailbox(actor, right, login)
    granted = str(parse_sender(address))
    row = mailbox.sender_grants.filter(address=granted).first()
    if row is None:
        known = mailbox.sender_grants.values_list("address", flat=True)
        raise finding.missing(N_("The login has no grant for {key}."), granted, known)
    return row


def _require(actor: Actor, granted: Address) -> None:
    """Nobody gives away what is not theirs; an address elsewhere is only the superadmin's to grant."""
    if actor.superadmin and not Domain.objects.filter(name=granted.domain.ascii).exists():
        return
    finding.domain(actor, Right.GRANT_SENDERS, granted.domain.ascii)

"""Relay recipients: the addresses of a relay domain that its own host takes."""

from collections.abc import Iterator

from carteiro.hosting import finding
from carteiro.hosting.access import Actor, Right
from carteiro.hosting.errors import Conflict, Exists, translated
from carteiro.hosting.feed import Action, Kind, Ledger, changes
from carteiro.hosting.models import Binned, Domain, RelayRecipient
from carteiro.hosting.wastebin import bin as bins
from carteiro.mail.address import Address, parse_target
from carteiro.words import N_


def add(actor: Actor, address: str) -> RelayRecipient:
    """Take mail for an address of a relay domain."""
    key = parse_target(address)
    with changes(actor) as ledger:
        domain = _domain(actor, Right.MANAGE_RELAY_RECIPIENTS, key)
        return _make(ledger, domain, str(key))


def remove(actor: Actor, address: str) -> Binned:
    """Move a relay recipient to the bin: no more mail is taken for it."""
    key = parse_target(address)
    with changes(actor) as ledger:
        row = _find(actor, Right.MANAGE_RELAY_RECIPIENTS, key)
        domain = row.domain
        row.delete()
        ledger.note(Action.SET, Kind.DOMAIN, domain.pk, domain.name, domain.name, before={"recipient": row.address})
        return bins.put(Kind.RELAY_RECIPIENT, row.address, domain.name, {"address": row.address})


def restore(actor: Actor, address: str) -> RelayRecipient:
    """Have a removed relay recipient back."""
    key = parse_target(address)
    with changes(actor) as ledger:
        domain = _domain(actor, Right.MANAGE_RELAY_RECIPIENTS, key)
        binned = bins.latest(Kind.RELAY_RECIPIENT, str(key), since=domain.created)
        row = _make(ledger, domain, binned.key)
        binned.delete()
    return row


def get(actor: Actor, address: str) -> RelayRecipient:
    """The relay recipient of that address."""
    with translated():
        return _find(actor, Right.SEE, parse_target(address))


def list_(actor: Actor, domain: str = "") -> Iterator[RelayRecipient]:
    """The relay recipients of a domain, or of all that the actor holds."""
    with translated():
        rows = RelayRecipient.objects.select_related("domain").order_by("address")
        if domain:
            rows = rows.filter(domain=finding.domain(actor, Right.SEE, domain))
        elif not actor.superadmin:
            rows = rows.filter(domain__in=actor.domains)
        yield from rows.iterator()


def _make(ledger: Ledger, domain: Domain, address: str) -> RelayRecipient:
    if domain.relay_recipients.filter(address=address).exists():
        raise Exists(N_("{address} is a relay recipient already."), address=address)
    row = RelayRecipient.objects.create(domain=domain, address=address)
    ledger.note(Action.SET, Kind.DOMAIN, domain.pk, domain.name, domain.name, after={"recipient": address})
    return row


def _find(actor: Actor, right: Right, key: Address) -> RelayRecipient:
    domain = _domain(actor, right, key)
    row = domain.relay_recipients.filter(address=str(key)).first()
    if row is None:
        known = domain.relay_recipients.order_by("address").values_list("address", flat=True)
        raise finding.missing(N_("There is no relay recipient {key}."), str(key), known)
    return row


def _domain(actor: Actor, right: Right, key: Address) -> Domain:
    domain = finding.domain(actor, right, key.domain.ascii)
    if domain.kind != Domain.Kind.RELAY:
        raise Conflict(
            N_("{domain} is no relay domain."), N_("Make a mailbox or an alias instead."), domain=domain.name
        )
    return domain

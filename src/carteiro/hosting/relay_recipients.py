"""Relay recipients: the addresses of a relay domain that its own host takes."""

from collections.abc import Iterator

from carteiro.hosting import finding
from carteiro.hosting.access import Actor, Right
from carteiro.hosting.errors import Conflict, Exists, translated
from carteiro.hosting.feed import Action, Kind, changes
from carteiro.hosting.models import Domain, RelayRecipient
from carteiro.mail.address import Address, parse_target
from carteiro.words import N_


def add(actor: Actor, address: str) -> RelayRecipient:
    """Take mail for an address of a relay domain."""
    key = parse_target(address)
    with changes(actor) as ledger:
        domain = _domain(actor, key)
        if domain.relay_recipients.filter(address=str(key)).exists():
            raise Exists(N_("{address} is a relay recipient already."), address=str(key))
        row = RelayRecipient.objects.create(domain=domain, address=str(key))
        ledger.note(Action.SET, Kind.DOMAIN, domain.pk, domain.name, domain.name, after={"recipient": row.address})
    return row


def remove(actor: Actor, address: str) -> None:
    """Take no more mail for an address of a relay domain."""
    key = parse_target(address)
    with changes(actor) as ledger:
        domain = _domain(actor, key)
        row = domain.relay_recipients.filter(address=str(key)).first()
        if row is None:
            known = domain.relay_recipients.order_by("address").values_list("address", flat=True)
            raise finding.missing(N_("There is no relay recipient {key}."), str(key), known)
        row.delete()
        ledger.note(Action.SET, Kind.DOMAIN, domain.pk, domain.name, domain.name, before={"recipient": str(key)})


def list_(actor: Actor, domain: str = "") -> Iterator[RelayRecipient]:
    """The relay recipients of a domain, or of all that the actor holds."""
    with translated():
        rows = RelayRecipient.objects.select_related("domain").order_by("address")
        if domain:
            rows = rows.filter(domain=finding.domain(actor, Right.SEE, domain))
        elif not actor.superadmin:
            rows = rows.filter(domain__in=actor.domains)
        yield from rows.iterator()


def _domain(actor: Actor, key: Address) -> Domain:
    domain = finding.domain(actor, Right.MANAGE_RELAY_RECIPIENTS, key.domain.ascii)
    if domain.kind != Domain.Kind.RELAY:
        raise Conflict(
            N_("{domain} is no relay domain."), N_("Make a mailbox or an alias instead."), domain=domain.name
        )
    return domain

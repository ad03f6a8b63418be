"""What the sending server is told, as `directory/sql/recipient_status.sql` and Postfix's lists decide it."""

from carteiro.hosting.access import Actor, Right, require
from carteiro.hosting.errors import translated
from carteiro.hosting.models import Domain, RelayRecipient
from carteiro.hosting.route.following import Walk
from carteiro.hosting.route.known import Known, Place
from carteiro.hosting.route.steps import Journey, Outcome, Step, Tone
from carteiro.mail.address import parse_target, split_detail
from carteiro.words import N_


def explain(actor: Actor, address: str) -> Journey:
    """The journey of mail from outside for an address; what belongs to others looks like an address elsewhere.

    Raises InvalidAddress, and Forbidden for whoever administers nothing.
    """
    key = parse_target(address)
    if not actor.administers:
        require(actor, Right.SEE, thing=str(key))
    with translated():
        return _explain(Known(actor), str(key))


def _explain(known: Known, address: str) -> Journey:
    name = address.rpartition("@")[2]
    known.ahead([address])
    domain = known.domain(name)
    journey = Journey(address, Outcome.TAKEN)
    if domain is None:
        journey.outcome = Outcome.NOT_OURS
        journey.tell(
            Tone.WARNING,
            N_("{domain} is no domain of this host: mail for it is taken from those who log in, and sent there."),
            domain=name,
        )
    elif not _domain_takes(journey, domain):
        return journey
    elif domain.kind == Domain.Kind.RELAY:
        _relay(known, journey, domain)
    else:
        _hosted(known, journey, domain)
    return journey


def _domain_takes(journey: Journey, domain: Domain) -> bool:
    for each in (domain, domain.target):
        if each is not None and not each.active:
            _refuse(journey, N_("{domain} is switched off: mail for it is refused."), domain=each.name)
            return False
    for each in (domain, domain.target):
        if each is not None and each.paused:
            journey.outcome = Outcome.PUT_OFF
            journey.tell(
                Tone.WARNING,
                N_("{domain} is paused: the sender is asked to try again later, and nothing bounces."),
                domain=each.name,
            )
            return False
    return True


def _relay(known: Known, journey: Journey, domain: Domain) -> None:
    local = journey.address.rpartition("@")[0]
    listed = {journey.address, f"{split_detail(local)[0]}@{domain.name}"}
    if domain.recipients == Domain.Recipients.VERIFY:
        journey.tell(
            Tone.WAY, N_("{domain} is held for another host, which is asked for the address."), domain=domain.name
        )
    elif not RelayRecipient.objects.filter(domain=domain, address__in=listed).exists():
        _refuse(journey, N_("{address} is not on the list of recipients: mail for it is refused."))
        return
    Walk(known, journey).go(journey.address)


def _hosted(known: Known, journey: Journey, domain: Domain) -> None:
    local = journey.address.rpartition("@")[0]
    holder = domain.target or domain
    exact = known.place(f"{local}@{holder.name}")
    user, detail = split_detail(local)
    here = exact if not exact.empty or detail is None else known.place(f"{user}@{holder.name}")
    if _switched_off(journey, here):
        return
    Walk(known, journey).go(journey.address)
    if not journey.recipients:
        _refuse(journey, N_("Nobody gets mail for {address}: it is refused."))


def _switched_off(journey: Journey, place: Place) -> bool:
    if place.mailbox is not None and not place.mailbox.active:
        text = N_("The mailbox {place} is switched off: mail for it is refused.")
    elif place.mailbox is None and place.alias is not None and not place.alias.active:
        text = N_("The alias {place} is switched off: mail for it is refused.")
    else:
        return False
    _refuse(journey, text, place=place.address)
    return True


def _refuse(journey: Journey, text: str, **values: str) -> None:
    journey.outcome = Outcome.REFUSED
    journey.steps.append(Step(Tone.BAD, text, {"address": journey.address, **values}))

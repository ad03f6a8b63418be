"""From place to place: the same way as `directory/sql/walk.sql` takes it."""

from django.utils import timezone

from carteiro.hosting.models import Domain, Mailbox
from carteiro.hosting.route.known import Known, Place
from carteiro.hosting.route.steps import Journey, Tone
from carteiro.hosting.status import is_away, is_full
from carteiro.mail.address import split_detail
from carteiro.words import N_

MOST = 500
"""Places; a mailing list made as an alias may have many members, and nobody reads more."""


class Walk:
    """Follows mail for one address and tells each step of it."""

    def __init__(self, known: Known, journey: Journey) -> None:
        self._known = known
        self._journey = journey
        self._seen: set[tuple[str, str]] = set()
        self._tags: dict[str, str] = {}

    def go(self, address: str) -> None:
        """All the way; the journey then has its steps and recipients."""
        self._follow(address, "", 0)
        # A mailbox that is reached with and without the detail gets the message once, with it.
        self._journey.recipients = {end.replace("@", f"{tag}@") for end, tag in self._tags.items()}

    def _follow(self, address: str, tag: str, depth: int) -> None:
        if (address, tag) in self._seen:
            self._tell(Tone.WAY, N_("{address} comes up again; it gets the message once."), depth, address=address)
            return
        if len(self._seen) >= MOST:
            return
        self._seen.add((address, tag))
        local, _, name = address.rpartition("@")
        domain = self._known.domain(name)
        if domain is None:
            self._leave(address, name, depth)
        elif not domain.active:
            self._dead(N_("{domain} is switched off: nothing goes to {address}."), depth, address, domain=name)
        elif domain.kind == Domain.Kind.RELAY:
            self._leave(address, name, depth)
        elif domain.target is not None:
            self._mirror(local, domain, domain.target, depth)
        else:
            self._arrive(self._known.place(address), domain, tag, depth)

    def _mirror(self, local: str, domain: Domain, target: Domain, depth: int) -> None:
        there = f"{local}@{target.name}"
        self._tell(
            Tone.WAY,
            N_("{domain} is an alias domain: {address} stands for {target}."),
            depth,
            domain=domain.name,
            address=f"{local}@{domain.name}",
            target=there,
        )
        self._follow(there, "", depth)

    def _arrive(self, place: Place, domain: Domain, tag: str, depth: int) -> None:
        mailbox, alias = place.mailbox, place.alias
        if mailbox is not None and not mailbox.active:
            self._dead(N_("The mailbox {address} is switched off."), depth, place.address)
        elif alias is not None and alias.active:
            self._pass_on(place, tag, depth)
        elif mailbox is not None:
            self._deliver(mailbox, tag, depth)
        elif alias is not None:
            self._dead(N_("The alias {address} is switched off."), depth, place.address)
        else:
            self._fall_back(place.address, domain, depth)

    def _pass_on(self, place: Place, tag: str, depth: int) -> None:
        others = [target for target in place.targets if target != place.address]
        text = N_("{address} is an alias. It leads to: {targets}.")
        if place.mailbox is not None:
            text = N_("The mailbox {address} forwards its mail to: {targets}.")
        elif place.address.startswith("@"):
            text = N_("The catch-all {address} takes it. It leads to: {targets}.")
        self._tell(Tone.WAY, text, depth, address=place.address, targets=", ".join(others))
        if place.mailbox is not None and place.address in place.targets:
            self._deliver(place.mailbox, tag, depth + 1)
        self._known.ahead(others[:MOST])
        for target in others:
            self._follow(target, "", depth + 1)

    def _fall_back(self, address: str, domain: Domain, depth: int) -> None:
        """Nothing is there: user+detail@ is user@, and then comes the catch-all."""
        local = address.rpartition("@")[0]
        user, detail = split_detail(local)
        without = self._known.place(f"{user}@{domain.name}")
        if detail is not None and not without.empty:
            self._tell(
                Tone.WAY,
                N_("{address} is {without} with the detail {detail}."),
                depth,
                address=address,
                without=without.address,
                detail=detail,
            )
            self._follow(without.address, f"+{detail}", depth)
            return
        catch_all = self._known.place(f"@{domain.name}")
        if catch_all.alias is None or not catch_all.alias.active:
            self._dead(N_("There is no {address}, and no catch-all takes its mail."), depth, address)
            return
        self._pass_on(catch_all, "", depth)

    def _deliver(self, mailbox: Mailbox, tag: str, depth: int) -> None:
        self._end(mailbox.address, tag)
        self._tell(Tone.GOOD, N_("It is delivered to the mailbox {address}."), depth, address=mailbox.address)
        if is_away(mailbox, timezone.now()):
            self._tell(Tone.WAY, N_("{address} answers with a vacation notice."), depth, address=mailbox.address)
        if is_full(mailbox):
            self._tell(
                Tone.WARNING,
                N_("The mailbox {address} is full: the message waits at the sender."),
                depth,
                address=mailbox.address,
            )

    def _leave(self, address: str, name: str, depth: int) -> None:
        self._end(address, "")
        hop = self._known.transport(name)
        if hop is not None:
            text, told = N_("{address} is on another host. It is handed to {hop}."), f"{hop.host}:{hop.port}"
        else:
            text, told = N_("{address} is on another host. It is sent there."), ""
        self._tell(Tone.GOOD, text, depth, address=address, hop=told)

    def _end(self, address: str, tag: str) -> None:
        self._tags[address] = max(tag, self._tags.get(address, ""))

    def _dead(self, text: str, depth: int, address: str, **values: object) -> None:
        self._tell(Tone.BAD, text, depth, address=address, **values)

    def _tell(self, tone: Tone, text: str, depth: int, **values: object) -> None:
        self._journey.tell(tone, text, depth, **values)

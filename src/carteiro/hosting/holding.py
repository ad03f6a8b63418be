"""What a domain must be, and have room for, to take another address."""

from collections.abc import Collection
from dataclasses import dataclass

from carteiro.hosting import finding
from carteiro.hosting.access import Actor, Right, may, refuse_over
from carteiro.hosting.errors import Conflict, Limit
from carteiro.hosting.models import Admin, Alias, Domain, Mailbox
from carteiro.mail.size import show_size
from carteiro.words import N_, Fault


@dataclass
class Room:
    """How many mailboxes and aliases a domain has; counted once for many additions."""

    domain: Domain
    mailboxes: int
    aliases: int

    @classmethod
    def of(cls, domain: Domain) -> "Room":
        """The room in a domain; what has no limit is not counted."""
        mailboxes = 0 if domain.max_mailboxes is None else domain.mailboxes.count()
        return cls(domain, mailboxes, 0 if domain.max_aliases is None else count_aliases(domain))

    def take_mailbox(self) -> None:
        """Count one more mailbox in. Raises Limit."""
        self._refuse_full("max_mailboxes", self.mailboxes, self.domain.max_mailboxes)
        self.mailboxes += 1

    def take_alias(self) -> None:
        """Count one more alias in. Raises Limit."""
        self._refuse_full("max_aliases", self.aliases, self.domain.max_aliases)
        self.aliases += 1

    def _refuse_full(self, field: str, count: int, limit: int | None) -> None:
        if limit is not None and count >= limit:
            raise Limit(
                N_("{domain} is full: {field} is {limit}."),
                N_("Remove something first, or have the limit raised."),
                domain=self.domain.name,
                field=field,
                limit=limit,
            )


class Rooms:
    """The domains of many addresses that are to be made, with what is there of them; read once."""

    def __init__(self, actor: Actor, right: Right, addresses: Collection[str]) -> None:
        self.actor = actor
        self._right = right
        self._rooms: dict[str, Room | Fault] = {}
        self.mailboxes: set[str] = set()
        self.aliases: set[str] = set()
        self._administrators: set[str] = set()
        names = {address.rpartition("@")[2] for address in addresses}
        self._domains: dict[str, Domain] = {}
        for part in finding.parts(names):
            found = Domain.objects.select_related("target").filter(name__in=part)
            self._domains.update({domain.name: domain for domain in found})
        for part in finding.parts(addresses):
            self.mailboxes.update(Mailbox.objects.filter(address__in=part).values_list("address", flat=True))
            self.aliases.update(Alias.objects.filter(address__in=part).values_list("address", flat=True))
            self._administrators.update(Admin.objects.filter(address__in=part).values_list("address", flat=True))

    def of(self, address: str) -> Room:
        """The room in the domain of an address. Raises the Fault of one where the actor can't make addresses."""
        name = address.rpartition("@")[2]
        if name not in self._rooms:
            self._rooms[name] = self._look(name)
        room = self._rooms[name]
        if isinstance(room, Fault):
            raise room
        if address in self._administrators:
            refuse_over(self.actor, address)
        return room

    def _look(self, name: str) -> Room | Fault:
        try:
            domain = self._domains.get(name)
            if domain is None or not may(self.actor, self._right, domain.pk):
                domain = finding.domain(self.actor, self._right, name)
            refuse_not_hosted(domain)
        except Fault as fault:
            return fault
        return Room.of(domain)


def count_aliases(domain: Domain) -> int:
    """How many aliases count against the limit: a mailbox's forwarding does not."""
    own = Mailbox.objects.filter(domain=domain).values("address")
    return domain.aliases.exclude(address__in=own).count()


def refuse_not_hosted(domain: Domain) -> None:
    """Raise Conflict unless addresses of the domain can be made here."""
    if domain.kind == Domain.Kind.HOSTED:
        return
    if domain.target is not None:
        raise Conflict(
            N_("{domain} is an alias domain: its addresses are those of {target}."),
            N_("Make the address in {target}."),
            domain=domain.name,
            target=domain.target.name,
        )
    raise Conflict(
        N_("{domain} is a relay domain: its addresses are on another host."),
        N_("Make the address there; here it can be a relay recipient."),
        domain=domain.name,
    )


def refuse_large(domain: Domain, quota: int) -> None:
    """Raise Limit for a mailbox quota (bytes, 0 is unlimited) above the domain's largest one."""
    largest = domain.max_mailbox_quota
    if largest is not None and (quota == 0 or quota > largest):
        raise Limit(
            N_("A quota of {quota} is more than {domain} allows, {largest}."),
            N_("Choose a smaller one."),
            quota=show_size(quota) if quota else N_("unlimited"),
            domain=domain.name,
            largest=show_size(largest),
        )


def default_quota(domain: Domain, host_default: int) -> int:
    """The quota in bytes of a new mailbox for which none is given."""
    if domain.default_mailbox_quota is not None:
        return domain.default_mailbox_quota
    largest = domain.max_mailbox_quota
    if largest is None:
        return host_default
    return min(host_default, largest) if host_default else largest

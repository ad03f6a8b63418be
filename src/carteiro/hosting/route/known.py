"""What the accounts say of the places on a way; read when it is asked for, each once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from carteiro.hosting.access import Actor, Right, may
from carteiro.hosting.finding import parts
from carteiro.hosting.models import Alias, AliasTarget, Domain, Mailbox, Transport
from carteiro.mail.address import split_detail


@dataclass(frozen=True)
class Place:
    """An address with what takes mail for it: a mailbox, an alias, both (a forwarding) or neither."""

    address: str
    mailbox: Mailbox | None = None
    alias: Alias | None = None
    targets: Sequence[str] = ()  # of the alias

    @property
    def empty(self) -> bool:
        """Whether there is nothing of that address."""
        return self.mailbox is None and self.alias is None


class Known:
    """The accounts as far as one actor may see them; each thing is read once, and what comes next in a few queries."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._domains: dict[str, Domain | None] = {}
        self._places: dict[str, Place] = {}
        self._transports: dict[str, Transport | None] = {}

    def ahead(self, addresses: Collection[str]) -> None:
        """Read what there is of many addresses that are about to be asked for."""
        self._read_domains({address.rpartition("@")[2] for address in addresses})
        homes = ((address, self._domains[address.rpartition("@")[2]]) for address in addresses)
        self._read_places({key for address, domain in homes if domain is not None for key in _keys(address, domain)})

    def domain(self, name: str) -> Domain | None:
        """A domain that the actor may see, with the target that it stands for; None for all others alike."""
        self._read_domains({name})
        return self._domains[name]

    def place(self, address: str) -> Place:
        """What there is of an address."""
        self._read_places({address})
        return self._places[address]

    def transport(self, name: str) -> Transport | None:
        """The next hop of a domain; only superadmins know of those of domains that are not here."""
        if not self._actor.superadmin and self.domain(name) is None:
            return None
        if name not in self._transports:
            self._transports[name] = Transport.objects.filter(domain_name=name).first()
        return self._transports[name]

    def _read_domains(self, names: Collection[str]) -> None:
        for part in parts(set(names) - self._domains.keys()):
            self._domains.update(dict.fromkeys(part))
            for domain in Domain.objects.select_related("target").filter(name__in=part):
                if may(self._actor, Right.SEE, domain.pk):
                    self._domains[domain.name] = domain

    def _read_places(self, addresses: Collection[str]) -> None:
        for part in parts(set(addresses) - self._places.keys()):
            boxes = Mailbox.objects.filter(address__in=part).select_related("usage", "vacation")
            mailboxes = {row.address: row for row in boxes}
            aliases: dict[str, Alias] = {}
            targets: dict[str, list[str]] = {}
            goals = AliasTarget.objects.filter(alias__address__in=part).select_related("alias")
            for goal in goals.order_by("position"):
                aliases[goal.alias.address] = goal.alias
                targets.setdefault(goal.alias.address, []).append(goal.address)
            for each in part:
                self._places[each] = Place(each, mailboxes.get(each), aliases.get(each), targets.get(each, ()))


def _keys(address: str, domain: Domain) -> set[str]:
    """Under what an address may be known: itself, without its detail, the catch-all."""
    local, home = address.rpartition("@")[0], (domain.target or domain).name
    return {f"{local}@{home}", f"{split_detail(local)[0]}@{home}", f"@{home}"}

"""Where an alias leads: no loops, and no targets of ours that do not exist."""

from collections.abc import Collection, Iterable, Iterator

from carteiro.hosting.errors import Dangling, Loop
from carteiro.hosting.finding import parts
from carteiro.hosting.models import Alias, AliasTarget, Domain, Mailbox
from carteiro.mail.address import split_detail
from carteiro.words import N_


class Routes:
    """What is known of the addresses that given ones lead to, read in a few queries."""

    def __init__(self) -> None:
        self._domains: dict[str, str | None] = {}  # kind "hosted": itself; "alias": its target; else None
        self._aliases: dict[str, tuple[str, ...]] = {}
        self._mailboxes: set[str] = set()
        self._read: set[str] = set()

    def read(self, addresses: Iterable[str]) -> None:
        """Read all that the addresses lead to, however far."""
        frontier = set(addresses) - self._read
        while frontier:
            self._read |= frontier
            self._read_domains({address.rpartition("@")[2] for address in frontier})
            wanted = {step for address in frontier for step in self._candidates(address)}
            for part in parts(wanted):
                self._mailboxes.update(Mailbox.objects.filter(address__in=part).values_list("address", flat=True))
                for alias in Alias.objects.filter(address__in=part).prefetch_related("targets"):
                    self._aliases.setdefault(alias.address, tuple(alias.addresses()))
            frontier = {target for step in wanted for target in self._aliases.get(step, ()) if target not in self._read}

    def hold(self, address: str, targets: Iterable[str]) -> None:
        """Take an alias as given that is not in the database yet, or not with these targets."""
        self._aliases[address] = tuple(targets)

    def drop(self, address: str) -> None:
        """Take an alias as absent."""
        self._aliases.pop(address, None)

    def check(self, address: str) -> None:
        """Raise Dangling or Loop unless every target of the alias exists and none leads back to it."""
        for target in self._aliases[address]:
            if target == address:
                self._check_copy(address)
            elif self._hosted(target) and self._step(target) is None and not self._has_mailbox(target):
                raise Dangling(
                    N_("The target {target} does not exist in a domain of this host."),
                    N_("Make it first, or correct it."),
                    target=target,
                )
        self.refuse_loop(address)

    def refuse_loop(self, address: str) -> None:
        """Raise Loop if the alias leads back to itself."""
        path = self._way_back(address)
        if path:
            raise Loop(
                N_("{address} would lead back to itself: {path}."),
                N_("Leave out the target that closes the circle."),
                address=address,
                path=" → ".join(path),
            )

    def loops(self, address: str) -> bool:
        """Whether the alias leads back to itself."""
        return bool(self._way_back(address))

    def _check_copy(self, address: str) -> None:
        if address not in self._mailboxes:
            raise Loop(
                N_("{address} can't stand for itself: there is no mailbox of that address to keep a copy in."),
                N_("Leave it out of the targets, or make the mailbox first."),
                address=address,
            )

    def _way_back(self, start: str) -> list[str]:
        came_from: dict[str, str] = {}
        waiting = [start]
        while waiting:
            alias = waiting.pop()
            for target in self._aliases.get(alias, ()):
                following = None if target == alias else self._step(target)
                if following == start:
                    return _path(came_from, start, alias)
                if following is not None and following not in came_from:
                    came_from[following] = alias
                    waiting.append(following)
        return []

    def _step(self, address: str) -> str | None:
        """The alias that takes mail for an address; None where a mailbox, another host or nobody does."""
        for step in self._candidates(address):
            if step in self._aliases:
                return step
            if step in self._mailboxes:
                return None
        return None

    def _has_mailbox(self, address: str) -> bool:
        return any(step in self._mailboxes for step in self._candidates(address))

    def _hosted(self, address: str) -> bool:
        return self._domains.get(address.rpartition("@")[2]) is not None

    def _candidates(self, address: str) -> Iterator[str]:
        """The keys under which somebody may take mail for an address, the first one wins."""
        local, _, name = address.rpartition("@")
        domain = self._domains.get(name)
        if domain is None:
            return
        yield f"{local}@{domain}"
        user, detail = split_detail(local)
        if detail is not None:
            yield f"{user}@{domain}"
        yield f"@{domain}"

    def _read_domains(self, names: Collection[str]) -> None:
        for part in parts(set(names) - self._domains.keys()):
            self._domains.update(dict.fromkeys(part))
            for domain in Domain.objects.select_related("target").filter(name__in=part):
                if domain.kind == Domain.Kind.HOSTED:
                    self._domains[domain.name] = domain.name
                elif domain.target is not None:
                    self._domains[domain.name] = domain.target.name


def check(address: str, targets: Iterable[str]) -> None:
    """Raise Dangling or Loop unless an alias of that address may have these targets."""
    routes = Routes()
    routes.hold(address, targets)
    routes.read([address, *targets])
    routes.check(address)


def refuse_loop(address: str) -> None:
    """Raise Loop if the alias of that address, as it is stored now, leads back to itself."""
    routes = Routes()
    routes.read([address])
    routes.refuse_loop(address)


def check_domain(name: str) -> None:
    """Raise Loop if an alias now leads through that domain, which has just become ours, back to itself."""
    routes = Routes()
    pointing = AliasTarget.objects.filter(address__endswith=f"@{name}").values_list("alias__address", flat=True)
    addresses = sorted(set(pointing))
    routes.read(addresses)
    for address in addresses:
        if routes.loops(address):
            raise Loop(
                N_("{address} would lead back to itself through {domain}."),
                N_("Change the targets of {address} first."),
                address=address,
                domain=name,
            )


def _path(came_from: dict[str, str], start: str, last: str) -> list[str]:
    path = [start, last]
    while last != start:
        last = came_from[last]
        path.append(last)
    return path[::-1]

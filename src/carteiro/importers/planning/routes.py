"""Where the aliases of a plan lead: targets that do not exist, and circles, as the use cases would refuse them."""

from collections.abc import Container, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field

from carteiro.importers.shelf import Names
from carteiro.mail.address import split_detail


@dataclass
class Routes:
    """The addresses that there will be."""

    domains: Mapping[str, str]  # hosted → itself, alias domain → its target
    mailboxes: Container[str]
    aliases: MutableMapping[str, tuple[str, ...]] = field(default_factory=dict)

    def exists(self, target: str) -> bool:
        """Whether somebody takes mail for a target; of another host that is not known, and taken as so."""
        name = target.rpartition("@")[2]
        return name not in self.domains or any(
            step in self.aliases or step in self.mailboxes for step in self._candidates(target)
        )

    def returns(self, address: str, target: str) -> bool:
        """Whether mail that an alias sends to a target would come back to the alias."""
        if target == address:
            return address not in self.mailboxes
        waiting, seen = [target], set[str]()
        while waiting:
            step = self._step(waiting.pop())
            if step == address:
                return True
            if step is not None and step not in seen:
                seen.add(step)
                waiting.extend(goal for goal in self.aliases[step] if goal != step)
        return False

    def in_order(self) -> Iterator[str]:
        """The aliases, each after those that it leads to: so they can be made one after the other."""
        done = Names()
        for first in self.aliases:
            waiting = [first]
            while waiting:
                key = waiting[-1]
                steps = {self._step(target) for target in self.aliases[key] if target != key}
                before = [step for step in steps if step is not None and step not in done and step not in waiting]
                if before:
                    waiting.extend(before[:1])
                    continue
                waiting.pop()
                if key not in done:
                    done.add(key)
                    yield key

    def _step(self, address: str) -> str | None:
        for step in self._candidates(address):
            if step in self.aliases:
                return step
            if step in self.mailboxes:
                return None
        return None

    def _candidates(self, address: str) -> Iterator[str]:
        local, _, name = address.rpartition("@")
        domain = self.domains.get(name)
        if domain is None:
            return
        yield f"{local}@{domain}"
        user, detail = split_detail(local)
        if detail is not None:
            yield f"{user}@{domain}"
        yield f"@{domain}"

"""Where mail for an address goes, said once more in plain Python, to hold the SQL against."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Domain:
    kind: str = "hosted"
    active: bool = True
    target: str = ""


@dataclass(frozen=True)
class Alias:
    targets: tuple[str, ...]
    active: bool = True


@dataclass
class World:
    """Accounts as far as they decide on the way of a message. Mailboxes: address → whether active."""

    domains: dict[str, Domain] = field(default_factory=dict)
    mailboxes: dict[str, bool] = field(default_factory=dict)
    aliases: dict[str, Alias] = field(default_factory=dict)

    def ends(self, address: str) -> set[str]:
        """The final recipients; none for an address that is not ours or gets no mail."""
        local, _, name = address.lower().partition("@")
        domain = self.domains.get(name)
        if not local or domain is None or domain.kind == "relay":
            return set()
        tags: dict[str, str] = {}
        for end, tag in self._follow(f"{local}@{name}", "", set()):
            tags[end] = max(tag, tags.get(end, ""))
        return {end.replace("@", f"{tag}@") for end, tag in tags.items()}

    def _follow(self, address: str, tag: str, seen: set[tuple[str, str]]) -> set[tuple[str, str]]:
        if (address, tag) in seen:
            return set()
        seen.add((address, tag))
        local, _, name = address.partition("@")
        domain = self.domains.get(name)
        if domain is None:
            return {(address, "")}
        if not domain.active:
            return set()
        if domain.kind == "relay":
            return {(address, "")}
        if domain.kind == "alias":
            target = self.domains[domain.target]
            return self._follow(f"{local}@{domain.target}", "", seen) if target.active else set()
        return self._follow_hosted(address, tag, seen)

    def _follow_hosted(self, address: str, tag: str, seen: set[tuple[str, str]]) -> set[tuple[str, str]]:
        mailbox, alias = self.mailboxes.get(address), self.aliases.get(address)
        if mailbox is False:
            return set()
        if alias and alias.active:
            copy = {(address, tag)} if mailbox and address in alias.targets else set()
            return copy.union(*(self._follow(target, "", seen) for target in alias.targets if target != address))
        if mailbox:
            return {(address, tag)}
        if alias:
            return set()
        local, _, name = address.partition("@")
        user, plus, detail = local.partition("+")
        if plus and user and (f"{user}@{name}" in self.mailboxes or f"{user}@{name}" in self.aliases):
            return self._follow(f"{user}@{name}", plus + detail, seen)
        catch_all = self.aliases.get(f"@{name}")
        if not catch_all or not catch_all.active:
            return set()
        return set().union(*(self._follow(target, "", seen) for target in catch_all.targets))

"""The addresses that every domain should have (RFC 2142): made with it, and not every administrator's to change."""

from carteiro.hosting.access import Actor, Right, require

NAMES = ("abuse", "hostmaster", "postmaster", "webmaster")


def is_special(address: str) -> bool:
    """Whether others rely on that address to reach whoever answers for the domain."""
    return address.partition("@")[0] in NAMES


def require_right(actor: Actor, domain_id: int, address: str) -> None:
    """Raise Forbidden where the alias of that address is for others to change."""
    if is_special(address):
        require(actor, Right.MANAGE_SPECIAL_ALIASES, domain_id, thing=address)

"""What a rendering must know of the machine; found out by room host, given in as values."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Versions:
    """The Debian release and the engines that are installed, as (major, minor)."""

    debian: int
    postfix: tuple[int, int]
    dovecot: tuple[int, int]
    nginx: tuple[int, int]


@dataclass(frozen=True)
class Facts:
    """The rest: name servers that mail uses, what they can do, and where our own interpreter is."""

    nameservers: tuple[str, ...]
    resolver_validates: bool
    ipv6: bool
    python: str

"""The next hop of outgoing mail: a host and a port, without MX look-ups."""

import ipaddress
import re
from dataclasses import dataclass

from carteiro.mail.domain import is_ip_address, parse_domain
from carteiro.mail.fault import InvalidAddress
from carteiro.mail.shown import shown
from carteiro.words import N_

_FORM = re.compile(r"(?P<host>\[[^\[\]]+\]|[^\[\]:]+)(:(?P<port>[0-9]{1,5}))?", re.ASCII)


@dataclass(frozen=True)
class NextHop:
    """A host (a name in ASCII, or an IP address without brackets) and a port."""

    host: str
    port: int

    def __str__(self) -> str:
        """`host:port`, an IPv6 address in brackets."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_next_hop(text: str, port: int = 25) -> NextHop:
    """`host`, `host:port`, `192.0.2.1:25` or `[2001:db8::1]:25`; `port` where none is given. Raises InvalidAddress."""
    match = _FORM.fullmatch(text)
    if not match:
        raise _invalid(text)
    number = int(match["port"]) if match["port"] else port
    if not 1 <= number <= 65535:
        raise _invalid(text)
    host = match["host"].removeprefix("[").removesuffix("]")
    if is_ip_address(host):
        return NextHop(_address(text, host), number)
    return NextHop(parse_domain(host).ascii, number)


def _address(text: str, host: str) -> str:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        raise _invalid(text) from None
    if isinstance(address, ipaddress.IPv6Address) and address.scope_id:
        raise _invalid(text)
    return str(address)


def _invalid(text: str) -> InvalidAddress:
    return InvalidAddress(
        N_("{value} is not a host with an optional port."),
        N_("Write it as smtp.example.org:587; an IPv6 address goes in brackets."),
        value=shown(text),
    )

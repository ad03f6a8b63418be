"""What configuration depends on and only the machine knows."""

import ipaddress
from pathlib import Path

RESOLV_CONF = Path("/etc/resolv.conf")
_LOOPBACK_INTERFACE = "lo"


def nameservers(file: Path = RESOLV_CONF) -> tuple[str, ...]:
    """The addresses of the machine's resolvers in their order; the local one where none is named (resolv.conf(5))."""
    try:
        lines = file.read_text("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    words = [line.split() for line in lines if line.startswith("nameserver")]
    return tuple(word[1] for word in words if len(word) > 1 and _is_address(word[1])) or ("127.0.0.1",)


def ipv6(addresses: Path = Path("/proc/net/if_inet6")) -> bool:
    """Whether an interface other than loopback has an IPv6 address, as `ip -6 address` would list it."""
    try:
        lines = addresses.read_text("ascii", "replace").splitlines()
    except OSError:
        return False
    return any(line.split()[-1] != _LOOPBACK_INTERFACE for line in lines if line)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True

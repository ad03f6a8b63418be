"""Which releases of Debian and of the engines this machine has."""

import platform
import re

from carteiro.host.run import run
from carteiro.words import N_, Fault

SUPPORTED = (12, 13)


def debian() -> int:
    """The Debian release; refuses any other system (os-release(5))."""
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        release = {}
    number = release.get("VERSION_ID", "")
    if release.get("ID") == "debian" and number.isdecimal() and int(number) in SUPPORTED:
        return int(number)
    raise Fault(
        N_("This is {system}; Carteiro runs on Debian 12 and 13."),
        N_("Use a machine or container with one of the two."),
        code="unsupported_system",
        system=release.get("PRETTY_NAME", N_("an unknown system")),
    )


def postfix() -> tuple[int, int]:
    """Postfix's version, as (3, 7). `-d` asks for built-in values, so that no configuration is needed (postconf(1))."""
    return _version("postconf", run(["/usr/sbin/postconf", "-d", "-h", "mail_version"]).out)


def dovecot() -> tuple[int, int]:
    """Dovecot's version, as (2, 3)."""
    return _version("dovecot", run(["/usr/sbin/dovecot", "--version"]).out)


def nginx() -> tuple[int, int]:
    """nginx's version, as (1, 22); it says so on standard error, after its name."""
    return _version("nginx", run(["/usr/sbin/nginx", "-v"]).err.partition("/")[2])


def _version(command: str, text: str) -> tuple[int, int]:
    found = re.match(r"(\d+)\.(\d+)", text.strip())
    if not found:
        said = text.strip()
        raise Fault(N_("{command} gives a version that can't be understood: {said}"), command=command, said=said)
    return int(found[1]), int(found[2])

"""The engines' Debian packages on this machine."""

from collections.abc import Callable
from pathlib import Path

from carteiro.host import packages, users, versions

LOG = Path("/var/log/carteiro-packages.log")


def install(tell: Callable[[str], None], *, replace_mta: bool) -> None:
    """Install what is missing and make the system users; nothing is started."""
    packages.ensure(packages.needed(versions.debian()), tell, LOG, replace_mta=replace_mta)
    users.ensure_users()

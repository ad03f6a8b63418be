"""The engines on this machine: their Debian packages, and having them open their files anew."""

from collections.abc import Callable
from pathlib import Path

from carteiro.host import files, packages, run, users, versions
from carteiro.host.supervise.control import Control, NotRunning
from carteiro.operate.instance import Instance

LOG = Path("/var/log/carteiro-packages.log")
_MAIN_CF = Path("/etc/postfix/main.cf")
_MAIN_CF_TEXT = """\
# Only for the scripts of Debian's package, which ask it at upgrades. Carteiro's Postfix has its configuration below
# the instance's own directories; `carteiro status` tells how it is.
compatibility_level = 3.6
# Nobody hands in mail by this configuration: nothing would take it further.
authorized_submit_users =
"""


def install(tell: Callable[[str], None], *, replace_mta: bool) -> None:
    """Install what is missing and make the system users; nothing is started."""
    _give_debian_a_main_cf()  # without which an upgrade may have stopped half-way
    packages.ensure(packages.needed(versions.debian()), tell, LOG, replace_mta=replace_mta)
    _give_debian_a_main_cf()
    users.ensure_users()


def _give_debian_a_main_cf() -> None:
    """Debian's scripts ask Postfix's own configuration at upgrades, and fail where there is none; ours is elsewhere."""
    if _MAIN_CF.parent.is_dir() and not _MAIN_CF.exists():
        files.write(_MAIN_CF, _MAIN_CF_TEXT.encode(), mode=0o644)


def reload(instance: Instance) -> None:
    """Let every engine that runs open its files anew, also while the settings want others already."""
    try:
        programs = Control(instance.layout.supervisor_socket).programs()
    except NotRunning:
        return
    running = {program.name for program in programs if program.state == "RUNNING"}
    for service in instance.stack.services:
        if service.reload and service.name in running:
            run.run(service.reload)

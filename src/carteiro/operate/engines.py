"""The engines on this machine: their Debian packages, and having them open their files anew."""

from collections.abc import Callable
from pathlib import Path

from carteiro.host import packages, run, users, versions
from carteiro.host.supervise.control import Control, NotRunning
from carteiro.operate.instance import Instance

LOG = Path("/var/log/carteiro-packages.log")


def install(tell: Callable[[str], None], *, replace_mta: bool) -> None:
    """Install what is missing and make the system users; nothing is started."""
    packages.ensure(packages.needed(versions.debian()), tell, LOG, replace_mta=replace_mta)
    users.ensure_users()


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

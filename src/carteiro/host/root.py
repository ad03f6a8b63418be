"""Whether we are root."""

import os

from carteiro.words import N_, Fault


def require(command: str) -> None:
    """Raise Fault unless we are root: ports below 1024, other users' files and the engines' users need it."""
    if os.geteuid() != 0:
        raise Fault(
            N_("{command} needs root, and you are not."),
            N_("Run it with sudo, or in a root shell."),
            code="not_root",
            command=command,
        )

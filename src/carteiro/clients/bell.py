"""Ring at a service of our own: the projector catches up, the worker looks for requests, before this returns."""

import json
import socket
from pathlib import Path

from carteiro.clients.endpoint import ClientFault
from carteiro.words import N_, unpacked

_LONGEST = 64 * 1024


def ring(path: Path, seconds: float) -> None:
    """Have the service at this socket do its work now.

    Raises ClientFault where it did not within that time, and the Fault that it met.
    """
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(seconds)
            connection.connect(str(path))
            with connection.makefile("rb") as answer:
                said = json.loads(answer.readline(_LONGEST))
    except (OSError, ValueError) as error:
        raise ClientFault(
            N_("The service at {path} does not answer: {reason}."),
            N_("`carteiro status` tells how it is."),
            path=path,
            reason=error,
        ) from error
    if said is not None:
        raise unpacked(said)

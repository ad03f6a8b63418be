"""Have Dovecot's auth forget its earlier look-ups: `cache flush` of doveadm-auth(1), over the auth's master socket."""

import errno
import os
import socket
from pathlib import Path

from carteiro.clients.endpoint import ClientFault
from carteiro.words import N_

_SECONDS = 2.0
_LONGEST = 4096
# The protocol's handshake, then the one command that we have: a number of our choice, and no names, which means all.
_ASKED = b"VERSION\t1\t0\nCACHE-FLUSH\t1\n"
_DONE = b"OK\t1\t"


def clear(path: Path) -> None:
    """Empty the cache of the auth process at this socket; where none runs there is nothing to empty.

    Raises ClientFault where it does not answer within 2 s.
    """
    try:
        _ask(path)
    except (FileNotFoundError, ConnectionRefusedError):
        return
    except OSError as error:
        raise ClientFault(
            N_("Dovecot's auth at {path} does not answer: {reason}."),
            N_("`carteiro status` tells how it is."),
            path=path,
            reason=error,
        ) from error


def _ask(path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(_SECONDS)
        connection.connect(str(path))
        connection.sendall(_ASKED)
        with connection.makefile("rb") as answer:
            while not (line := answer.readline(_LONGEST)).startswith(_DONE):
                if not line:
                    raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))

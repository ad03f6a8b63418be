"""Where a daemon listens, and how far its certificate is trusted."""

import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

from carteiro.words import Fault


class ClientFault(Fault):
    """A daemon did not answer as its protocol says."""

    code = "unreachable"


@dataclass(frozen=True)
class Endpoint:
    """A TCP address, the name that the certificate must carry, and the authority that must have signed it.

    The system's authorities are trusted and that of the PEM file `authority`. `timeout` is in seconds.
    """

    host: str
    port: int
    name: str
    authority: Path | None = None
    timeout: float = 10.0

    def tls(self) -> ssl.SSLContext:
        """A context that verifies the certificate's chain and name.

        The name is `name`, not `host`: a daemon on a loopback address carries the host's public name.
        """
        return _Context.named(self.name, self.authority)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class _Context(ssl.SSLContext):
    """A context that checks for a fixed name, since stdlib clients pass the address that they dialled."""

    expected = ""

    @classmethod
    def named(cls, name: str, authority: Path | None) -> "_Context":
        context = cls(ssl.PROTOCOL_TLS_CLIENT)
        context.expected = name
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_default_certs()
        if authority is not None:
            context.load_verify_locations(cafile=str(authority))
        return context

    def wrap_socket(
        self,
        sock: socket.socket,
        server_side: bool = False,
        do_handshake_on_connect: bool = True,
        suppress_ragged_eofs: bool = True,
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLSocket:
        """Wrap for the expected name instead of the dialled address."""
        return super().wrap_socket(
            sock, server_side, do_handshake_on_connect, suppress_ragged_eofs, self.expected, session
        )

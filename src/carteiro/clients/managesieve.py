"""ManageSieve as a client: is a listener there (RFC 5804)."""

import socket

from carteiro.clients.endpoint import ClientFault, Endpoint
from carteiro.words import N_


def check(endpoint: Endpoint) -> None:
    """Prove that the listener greets, offers STARTTLS and speaks TLS with our certificate."""
    try:
        with socket.create_connection((endpoint.host, endpoint.port), timeout=endpoint.timeout) as connection:
            greeting = _answer(connection)
            if b"STARTTLS" not in greeting:
                raise ConnectionError("no STARTTLS in the greeting")
            connection.sendall(b"STARTTLS\r\n")
            _answer(connection)
            with endpoint.tls().wrap_socket(connection) as secured:
                _answer(secured)
    except OSError as error:
        raise ClientFault(
            N_("ManageSieve on {endpoint} did not answer as it should: {reason}."), endpoint=endpoint, reason=error
        ) from error


def _answer(connection: socket.socket) -> bytes:
    """All lines up to the one that begins with OK (RFC 5804, section 1.2)."""
    received = b""
    while not any(line.startswith(b"OK") and received.endswith(b"\r\n") for line in received.splitlines()):
        chunk = connection.recv(4096)
        if not chunk:
            raise ConnectionError("closed")
        received += chunk
        if b"\nNO" in received or received.startswith((b"NO", b"BYE")):
            raise ConnectionError(received.decode(errors="replace").strip())
    return received

"""Whether a port is free, and who has it if not."""

import errno
import socket

import psutil

from carteiro.words import N_, Fault


def require_free(address: str, port: int) -> None:
    """Raise Fault if nobody could listen there now; the holder is named where it can be found."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the engines do: a connection of an earlier run that lingers is no hindrance (tcp(7)).
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise _taken(address, port, error) from error


def _taken(address: str, port: int, error: OSError) -> Fault:
    if error.errno == errno.EADDRINUSE:
        return Fault(
            N_("Port {port} on {address} is taken by {holder}."),
            N_("Stop that program, or choose another address or port with --listen or --https-port, or in [listen]."),
            code="port_taken",
            port=port,
            address=address,
            holder=_holder(address, port),
        )
    return Fault(
        N_("Nobody can listen on port {port} of {address}: {reason}."),
        N_("Choose an address of this machine with --listen (or [listen] in the settings)."),
        code="no_address",
        port=port,
        address=address,
        reason=error.strerror,
    )


def _holder(address: str, port: int) -> str:
    for connection in psutil.net_connections("tcp"):
        place = connection.laddr
        if connection.status != psutil.CONN_LISTEN or not place or not connection.pid:
            continue
        if place.port == port and place.ip in {address, "0.0.0.0", "::"}:
            return f"{psutil.Process(connection.pid).name()} ({connection.pid})"
    return "?"

"""HTTP as a client: does the panel answer, and the listener beside it (RFC 9110)."""

from http.client import HTTPConnection, HTTPException, HTTPSConnection

from carteiro.clients.endpoint import ClientFault, Endpoint
from carteiro.words import N_

_WELL = 204
_SERVER_ERRORS = 500


def check(endpoint: Endpoint) -> None:
    """Prove that the listener shows our certificate, and that the application behind it says that it is well."""
    connection = HTTPSConnection(endpoint.host, endpoint.port, timeout=endpoint.timeout, context=endpoint.tls())
    status = _status(connection, endpoint, "/healthz")
    if status != _WELL:
        raise ClientFault(
            N_("The panel on {endpoint} is not well: it answers {status}."),
            N_("`carteiro log tail --service web` tells why."),
            endpoint=endpoint,
            status=status,
        )


def check_plain(endpoint: Endpoint) -> None:
    """Prove that the listener without TLS answers; what it says depends on the settings."""
    status = _status(HTTPConnection(endpoint.host, endpoint.port, timeout=endpoint.timeout), endpoint, "/")
    if status >= _SERVER_ERRORS:
        raise ClientFault(
            N_("HTTP on {endpoint} answers {status}."),
            N_("`carteiro log tail --service nginx` tells why."),
            endpoint=endpoint,
            status=status,
        )


def _status(connection: HTTPConnection, endpoint: Endpoint, path: str) -> int:
    """What a GET of that path is answered with. Raises ClientFault where there is no answer."""
    try:
        connection.request("GET", path, headers={"Host": endpoint.name})
        return connection.getresponse().status
    except (OSError, HTTPException) as error:
        raise ClientFault(
            N_("HTTP on {endpoint} did not answer as it should: {reason}."), endpoint=endpoint, reason=error
        ) from error
    finally:
        connection.close()

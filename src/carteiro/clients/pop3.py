"""POP3 as a client: is a listener there, and is a message in the maildrop (RFC 1939, RFC 2595)."""

import poplib
from collections.abc import Iterator
from contextlib import contextmanager

from carteiro.clients.endpoint import ClientFault, Endpoint
from carteiro.words import N_


@contextmanager
def session(endpoint: Endpoint, *, implicit_tls: bool = False) -> Iterator[poplib.POP3]:
    """A session under TLS; ends politely. Raises ClientFault for whatever goes wrong in it."""
    try:
        client = _connect(endpoint, implicit_tls)
        try:
            yield client
        finally:
            client.quit()
    except (OSError, poplib.error_proto) as error:
        raise ClientFault(
            N_("POP3 on {endpoint} did not answer as it should: {reason}."), endpoint=endpoint, reason=error
        ) from error


def _connect(endpoint: Endpoint, implicit_tls: bool) -> poplib.POP3:
    if implicit_tls:
        return poplib.POP3_SSL(endpoint.host, endpoint.port, timeout=endpoint.timeout, context=endpoint.tls())
    client = poplib.POP3(endpoint.host, endpoint.port, timeout=endpoint.timeout)
    client.stls(endpoint.tls())
    return client


def check(endpoint: Endpoint, *, implicit_tls: bool = False) -> None:
    """Prove that the listener greets and speaks TLS with our certificate."""
    with session(endpoint, implicit_tls=implicit_tls) as client:
        client.capa()


def has_message(endpoint: Endpoint, login: str, password: str, message_id: str) -> bool:
    """Whether the maildrop of `login` holds the message with that Message-ID."""
    with session(endpoint) as client:
        client.user(login)
        client.pass_(password)
        count, _ = client.stat()
        # The newest come last; what was just delivered is among them.
        for number in range(count, max(0, count - 50), -1):
            _, lines, _ = client.top(number, 0)
            if any(message_id.encode() in line for line in lines):
                return True
        return False

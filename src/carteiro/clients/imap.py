"""IMAP as a client: is a listener there, and is a message in a mailbox (RFC 9051, RFC 3501)."""

import imaplib
from collections.abc import Iterator
from contextlib import contextmanager

from carteiro.clients.endpoint import ClientFault, Endpoint
from carteiro.words import N_


@contextmanager
def session(endpoint: Endpoint, *, implicit_tls: bool = False) -> Iterator[imaplib.IMAP4]:
    """A session under TLS; ends politely. Raises ClientFault for whatever goes wrong in it."""
    try:
        with _connect(endpoint, implicit_tls) as client:
            yield client
    except (OSError, imaplib.IMAP4.error) as error:
        raise ClientFault(
            N_("IMAP on {endpoint} did not answer as it should: {reason}."), endpoint=endpoint, reason=error
        ) from error


def _connect(endpoint: Endpoint, implicit_tls: bool) -> imaplib.IMAP4:
    if implicit_tls:
        return imaplib.IMAP4_SSL(endpoint.host, endpoint.port, ssl_context=endpoint.tls(), timeout=endpoint.timeout)
    client = imaplib.IMAP4(endpoint.host, endpoint.port, timeout=endpoint.timeout)
    client.starttls(endpoint.tls())
    return client


def check(endpoint: Endpoint, *, implicit_tls: bool = False) -> None:
    """Prove that the listener greets and speaks TLS with our certificate."""
    with session(endpoint, implicit_tls=implicit_tls) as client:
        client.noop()


def has_message(endpoint: Endpoint, login: str, password: str, message_id: str) -> bool:
    """Whether the inbox of `login` holds the message with that Message-ID."""
    with session(endpoint) as client:
        client.login(login, password)
        client.select("INBOX", readonly=True)
        _, found = client.search(None, "HEADER", "Message-ID", message_id)
        return bool(found and found[0])

"""SMTP as a client: is a listener there, and hand in a message (RFC 5321, RFC 6409)."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from carteiro.clients.endpoint import ClientFault, Endpoint
from carteiro.words import N_


@contextmanager
def session(endpoint: Endpoint, *, implicit_tls: bool = False) -> Iterator[smtplib.SMTP]:
    """A session under TLS; ends politely. Raises ClientFault for whatever goes wrong in it."""
    try:
        with _connect(endpoint, implicit_tls) as client:
            yield client
    except (OSError, smtplib.SMTPException) as error:
        raise ClientFault(
            N_("SMTP on {endpoint} did not answer as it should: {reason}."), endpoint=endpoint, reason=error
        ) from error


def _connect(endpoint: Endpoint, implicit_tls: bool) -> smtplib.SMTP:
    client: smtplib.SMTP
    if implicit_tls:
        client = smtplib.SMTP_SSL(endpoint.host, endpoint.port, timeout=endpoint.timeout, context=endpoint.tls())
    else:
        client = smtplib.SMTP(endpoint.host, endpoint.port, timeout=endpoint.timeout)
        client.starttls(context=endpoint.tls())
    client.ehlo()
    return client


def check(endpoint: Endpoint, *, implicit_tls: bool = False, authentication: bool = False) -> None:
    """Prove that the listener greets, speaks TLS with our certificate and, if asked, offers AUTH."""
    with session(endpoint, implicit_tls=implicit_tls) as client:
        client.noop()
        if authentication and not client.has_extn("auth"):
            raise ClientFault(
                N_("Submission on {endpoint} offers no AUTH."),
                N_("Look into dovecot.log: its authentication socket is missing."),
                endpoint=endpoint,
            )


def submit(endpoint: Endpoint, login: str, password: str, message: EmailMessage, *, implicit_tls: bool = False) -> None:
    """Hand in `message` as `login`, to the addresses in its header."""
    with session(endpoint, implicit_tls=implicit_tls) as client:
        client.login(login, password)
        client.send_message(message)

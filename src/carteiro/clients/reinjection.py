"""The host's internal SMTP listener as a client: many messages over one connection, with our own certificate."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

from carteiro.clients.endpoint import ClientFault, Endpoint
from carteiro.words import N_

HandIn = Callable[[EmailMessage, str, str], None]
"""Takes a message, the sender and the recipient of its envelope. Raises Refused."""


class Refused(ClientFault):
    """This message for this recipient is not taken; others may be."""

    code = "refused"


@contextmanager
def session(endpoint: Endpoint, certificate: Path, key: Path) -> Iterator[HandIn]:
    """Hand messages in, one by one: each is in the queue for sure when its call returns (RFC 5321 section 6.1).

    Raises ClientFault where the listener can't be spoken to.
    """
    context: ssl.SSLContext = endpoint.tls()
    context.load_cert_chain(certificate, key)
    try:
        with smtplib.SMTP(endpoint.host, endpoint.port, timeout=endpoint.timeout) as client:
            client.starttls(context=context)
            yield lambda message, sender, recipient: _hand_in(client, message, sender, recipient)
    except (OSError, smtplib.SMTPException) as error:
        raise ClientFault(
            N_("SMTP on {endpoint} did not answer as it should: {reason}."), endpoint=endpoint, reason=error
        ) from error


def _hand_in(client: smtplib.SMTP, message: EmailMessage, sender: str, recipient: str) -> None:
    try:
        # Not send_message, which puts ">" before a line that begins with "From ".
        client.sendmail(sender, [recipient], message.as_bytes())
    except smtplib.SMTPRecipientsRefused as error:
        code, text = error.recipients[recipient]
        raise _refused(recipient, code, text) from error
    except smtplib.SMTPResponseException as error:
        raise _refused(recipient, error.smtp_code, error.smtp_error) from error


def _refused(recipient: str, code: int, text: bytes | str) -> Refused:
    said = text.decode(errors="replace") if isinstance(text, bytes) else text
    return Refused(N_("{recipient}: {status} {reason}"), recipient=recipient, status=code, reason=said)

"""The small messages that the host itself sends: notices, warnings, and the trial's first letter."""

import re
from datetime import UTC, datetime
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from carteiro.mail.address import Address, parse_target

_NOT_IN_HEADERS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def plain_message(
    *, sender: str, recipient: str, subject: str, text: str, sender_name: str = "", automatic: bool = False
) -> EmailMessage:
    """A message of one text part, dated now, with a Message-ID of the sender's domain.

    `automatic` marks it as written by a program, so that nobody's vacation notice answers it (RFC 3834 section 5).
    Raises InvalidAddress.
    """
    author, reader = parse_target(sender), parse_target(recipient)
    message = EmailMessage(policy=SMTP)
    message["From"] = _in_header(author, sender_name)
    message["To"] = _in_header(reader, "")
    message["Subject"] = _one_line(subject)
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = make_msgid(domain=author.domain.ascii)
    if automatic:
        message["Auto-Submitted"] = "auto-generated"
    # Quoted-printable always: a hop without 8BITMIME need not change the message.
    message.set_content(text.encode("utf-8", "replace").decode("utf-8"), charset="utf-8", cte="quoted-printable")
    return message


def _in_header(address: Address, name: str) -> HeaderAddress:
    return HeaderAddress(display_name=_one_line(name), username=address.local, domain=address.domain.ascii)


def _one_line(text: str) -> str:
    """`text` without what would end a header line or could not be encoded."""
    return _NOT_IN_HEADERS.sub(" ", text).strip()

"""Known passwords tried on the running instance, over IMAP, POP3 and SMTP, as their owners' programs will."""

import base64
import csv
import smtplib
import stat
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from carteiro.clients import imap, pop3, smtp
from carteiro.clients.endpoint import ClientFault, Endpoint
from carteiro.operate.instance import Instance
from carteiro.words import N_, Fault, translate

_SUCCESS = 235  # RFC 4954, section 6


@dataclass(frozen=True)
class Known:
    """A mailbox's password that is known from elsewhere."""

    address: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class Failure:
    """A log-in that did not go through."""

    address: str
    protocol: str
    reason: str


def read(file: Path) -> list[Known]:
    """The CSV file of addresses and passwords. Raises Fault where others may read it, or a line has not two columns."""
    try:
        refuse_readable(file)
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Fault(
            N_("The file of passwords {file} can't be read: {reason}."),
            N_("Name a CSV file in UTF-8: address,password."),
            code="invalid",
            file=file,
            reason=getattr(error, "strerror", None) or error,
        ) from error
    return list(_rows(file, text))


def refuse_readable(file: Path) -> None:
    """Raise Fault where others may read a file of passwords; OSError where it is not there."""
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise Fault(
            N_("Others may read the file of passwords {file}."), N_("chmod 600 {file}"), code="invalid", file=file
        )


def _rows(file: Path, text: str) -> Iterator[Known]:
    for line, row in enumerate(csv.reader(text.splitlines()), start=1):
        if not row or (line == 1 and row[0].strip().lower() == "address"):
            continue
        if len(row) != 2 or "@" not in row[0]:
            raise Fault(
                N_("Line {line} of {file} is not address,password."),
                N_("Quote a password that has commas."),
                code="invalid",
                line=line,
                file=file,
            )
        yield Known(row[0].strip().lower(), row[1])


def check(
    instance: Instance, known: Sequence[Known], off: Collection[str], told: Callable[[int], None]
) -> list[Failure]:
    """Log each in by all three protocols; gives what failed. Those that are switched off must be refused."""
    listen = instance.settings.listen
    tries: tuple[tuple[str, Endpoint, Callable[[Endpoint, Known], None]], ...] = (
        ("IMAP", instance.endpoint(listen.imaps), _imap),
        ("POP3", instance.endpoint(listen.pop3s), _pop3),
        ("SMTP", instance.endpoint(listen.submissions), _smtp),
    )
    failures = []
    for one in known:
        for protocol, endpoint, try_ in tries:
            reason = _refusal(endpoint, one, try_)
            if one.address in off:
                reason = "" if reason else translate(N_("it is switched off, and yet the log-in was taken"))
            if reason:
                failures.append(Failure(one.address, protocol, reason))
        told(1)
    return failures


def _refusal(endpoint: Endpoint, one: Known, try_: Callable[[Endpoint, Known], None]) -> str:
    try:
        try_(endpoint, one)
    except ClientFault as fault:
        return str(fault.values.get("reason", fault))
    return ""


def _imap(endpoint: Endpoint, one: Known) -> None:
    with imap.session(endpoint, implicit_tls=True) as client:
        # Not LOGIN: its quoting takes no password beyond ASCII (RFC 3501, section 6.2.3).
        client.authenticate("PLAIN", lambda _: f"\0{one.address}\0{one.password}".encode())


def _pop3(endpoint: Endpoint, one: Known) -> None:
    with pop3.session(endpoint, implicit_tls=True) as client:
        client.encoding = "UTF-8"
        client.user(one.address)
        client.pass_(one.password)


def _smtp(endpoint: Endpoint, one: Known) -> None:
    with smtp.session(endpoint, implicit_tls=True) as client:
        # Not login(), which takes no password beyond ASCII (RFC 4616 has UTF-8).
        told = base64.b64encode(f"\0{one.address}\0{one.password}".encode()).decode()
        code, reply = client.docmd("AUTH", f"PLAIN {told}")
        if code != _SUCCESS:
            raise smtplib.SMTPAuthenticationError(code, reply)

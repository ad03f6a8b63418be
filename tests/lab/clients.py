"""The programs and libraries with which people read and send mail."""

import email
import email.policy
import email.utils
import imaplib
import poplib
import re
import smtplib
import socket
import ssl
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple

from .instance import Instance, Person


class Reply(NamedTuple):
    """An SMTP server's answer."""

    code: int
    text: str


def letter(subject: str, sender: str, to: str, body: str = "Good day.\n") -> EmailMessage:
    """A small message."""
    message = EmailMessage(policy=email.policy.default.clone(max_line_length=200))
    message["Subject"] = subject
    message["From"] = sender
    message["To"] = to
    message["Message-ID"] = f"<{time.time_ns()}@lab.test>"
    message["Date"] = email.utils.localtime()
    message.set_content(body)
    return message


def wire(message: EmailMessage) -> bytes:
    """The message as it travels, with CRLF at each line's end."""
    return message.as_bytes(policy=email.policy.SMTP)


def trusting(host: Instance) -> ssl.SSLContext:
    """A TLS context that trusts this instance's authority and checks the name."""
    return ssl.create_default_context(cafile=str(host.authority))


def old_tls() -> ssl.SSLContext:
    """A TLS context that speaks nothing newer than TLS 1.1 and takes any certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        # Python warns of what is old here, which is the point.
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


@contextmanager
def smtp(host: Instance, port: int = 25) -> Iterator[smtplib.SMTP]:
    """A session on port 25 or 587 in clear, or on 465 in TLS, after EHLO."""
    client: smtplib.SMTP
    if port == 465:
        client = smtplib.SMTP_SSL(host.address, port, timeout=30, context=trusting(host))
    else:
        client = smtplib.SMTP(host.address, port, timeout=30)
    try:
        client.ehlo("client.world.test")
        yield client
    finally:
        client.close()


@contextmanager
def submission(host: Instance, person: Person, port: int = 587) -> Iterator[smtplib.SMTP]:
    """A session in which the person has logged in."""
    with smtp(host, port) as client:
        if port != 465:
            client.starttls(context=trusting(host))
            client.ehlo("client.world.test")
        client.login(person.address, person.password)
        yield client


def ask_recipient(host: Instance, recipient: str, sender: str = "someone@world.test") -> Reply:
    """What port 25 says to MAIL and RCPT, with nothing rewritten on the way."""
    with smtp(host) as client:
        code, text = client.docmd(f"MAIL FROM:<{sender}>")
        if code == 250:
            code, text = client.docmd(f"RCPT TO:<{recipient}>")
    return Reply(code, text.decode(errors="replace"))


def deliver(host: Instance, message: EmailMessage, sender: str, *recipients: str) -> None:
    """Hand a message in at port 25 as a foreign host would."""
    with smtp(host) as client:
        client.send_message(message, sender, list(recipients))


def submit(host: Instance, person: Person, message: EmailMessage, *recipients: str, sender: str = "") -> None:
    """Send a message as this person through port 587."""
    with submission(host, person) as client:
        client.send_message(message, sender or person.address, list(recipients))


@dataclass(frozen=True)
class Swaks:
    """How a run of swaks ended and all that was said."""

    status: int
    transcript: str


def swaks(host: Instance, *options: str) -> Swaks:
    """Run swaks against this instance."""
    argv = ("swaks", "--server", host.address, "--helo", "client.world.test", *options)
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    return Swaks(done.returncode, done.stdout + done.stderr)


@contextmanager
def imap(host: Instance, person: Person) -> Iterator[imaplib.IMAP4_SSL]:
    """A logged-in IMAP session on port 993."""
    with imaplib.IMAP4_SSL(host.address, 993, ssl_context=trusting(host), timeout=30) as client:
        client.login(person.address, person.password)
        yield client


def pop3(host: Instance) -> poplib.POP3_SSL:
    """A POP3 session on port 995 before the log-in."""
    return poplib.POP3_SSL(host.address, 995, context=trusting(host), timeout=30)


def letters(host: Instance, person: Person, folder: str = "INBOX") -> list[EmailMessage]:
    """All messages of a folder; none if there is no such folder."""
    with imap(host, person) as client:
        if client.select(f'"{folder}"', readonly=True)[0] != "OK":
            return []
        found = client.search(None, "ALL")[1][0].split()
        parts = [client.fetch(number.decode(), "(BODY.PEEK[])")[1][0] for number in found]
    messages = [
        email.message_from_bytes(part[1], policy=email.policy.default) for part in parts if isinstance(part, tuple)
    ]
    return [message for message in messages if isinstance(message, EmailMessage)]


def wait_for_letter(
    host: Instance, person: Person, subject: str, folder: str = "INBOX", seconds: float = 20
) -> EmailMessage:
    """The message whose subject begins so, once it is there; AssertionError when it does not come in time."""
    deadline = time.monotonic() + seconds
    seen: list[str] = []
    while time.monotonic() < deadline:
        messages = letters(host, person, folder)
        seen = [str(message["Subject"]) for message in messages]
        for message in messages:
            if str(message["Subject"]).startswith(subject):
                return message
        time.sleep(0.2)
    raise AssertionError(
        f"{person.address} has no {subject!r} in {folder}, only {seen}: {host.log('mail.log')[-3000:]}"
    )


def subjects(host: Instance, person: Person, folder: str = "INBOX") -> list[str]:
    """The subjects in a folder."""
    return [str(message["Subject"]) for message in letters(host, person, folder)]


def curl(host: Instance, *options: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run curl with this instance's name pointing at its address."""
    names = tuple(
        word for port in (465, 587, 993, 995) for word in ("--resolve", f"{host.hostname}:{port}:{host.address}")
    )
    argv = ("curl", "--silent", "--show-error", "--cacert", str(host.authority), *names, *options)
    return subprocess.run(argv, input=stdin, capture_output=True, text=True, timeout=60, check=False)


def mbsync(host: Instance, person: Person, directory: Path) -> Path:
    """Copy the whole account into Maildirs below `directory` and back; returns where the folders are."""
    store = directory / "mbsync"
    store.mkdir(exist_ok=True)
    configuration = directory / "mbsyncrc"
    configuration.write_text(f"""\
IMAPAccount lab
Host {host.address}
Port 993
User {person.address}
Pass "{person.password}"
SSLType IMAPS
CertificateFile {host.directory}/tls/host.crt

IMAPStore far
Account lab

MaildirStore near
SubFolders Verbatim
Path {store}/
Inbox {store}/INBOX

Channel lab
Far :far:
Near :near:
Patterns *
Create Both
Expunge Both
SyncState *
""")
    argv = ("mbsync", "--config", str(configuration), "--all")
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return store


def getmail(host: Instance, person: Person) -> Path:
    """Fetch all mail over POP3 with TLS into a Maildir, as an ordinary user since getmail refuses root."""
    directory = host.directory / f"getmail-{person.address}"
    maildir = directory / "Maildir"
    for name in ("cur", "new", "tmp"):
        (maildir / name).mkdir(parents=True)
    (directory / "getmailrc").write_text(f"""\
[retriever]
type = SimplePOP3SSLRetriever
server = {host.address}
port = 995
username = {person.address}
password = {person.password}
ca_certs = {host.authority}

[destination]
type = Maildir
path = {maildir}/

[options]
delete = true
""")
    subprocess.run(("chown", "-R", "nobody:nogroup", str(directory)), check=True)
    argv = ("getmail", "--getmaildir", str(directory), "--rcfile", str(directory / "getmailrc"))
    done = subprocess.run(argv, user="nobody", group="nogroup", capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return maildir


def accepts_connections(address: str, port: int) -> bool:
    """Whether anything listens there."""
    try:
        socket.create_connection((address, port), timeout=2).close()
    except OSError:
        return False
    return True


def fetched_head(head: bytes) -> tuple[bytes, ...]:
    """What stands before a message's text in an answer to FETCH, without its number, its size and `\\Recent`."""
    flags = re.search(rb"FLAGS \(([^)]*)\)", head)
    rest = re.sub(rb"FLAGS \([^)]*\)|\{\d+\}|^\d+ ", b"", head)
    assert flags
    return (rest, *sorted(set(flags[1].split()) - {b"\\Recent"}))

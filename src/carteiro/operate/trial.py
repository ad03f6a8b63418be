"""A trial's people, and the proof that mail flows between them."""

import time
from dataclasses import dataclass
from pathlib import Path

from carteiro.clients import imap, pop3, smtp
from carteiro.host import files
from carteiro.hosting import domains, mailboxes
from carteiro.hosting.access import Actor
from carteiro.hosting.mailboxes import NewMailbox
from carteiro.mail.message import plain_message
from carteiro.mail.password import generate_password, hash_password
from carteiro.operate import accounts
from carteiro.operate.instance import Instance
from carteiro.words import N_, Fault

HOSTNAME = "mail.carteiro.test"
DOMAIN = "carteiro.test"
PEOPLE = ("ana", "bruno")


@dataclass(frozen=True)
class Person:
    """A trial's mailbox and its password, known only while the trial is made."""

    address: str
    password: str


def populate(instance: Instance) -> list[Person]:
    """Make the trial's domain and mailboxes; gives them with new passwords until they were told once."""
    if _marker(instance).exists():
        return []
    with accounts.opened(instance) as actor:
        if not domains.exists(actor, DOMAIN):
            domains.add(actor, DOMAIN, description="Trial")
        return [_person(actor, f"{name}@{DOMAIN}") for name in PEOPLE]


def _person(actor: Actor, address: str) -> Person:
    """A mailbox with a new password: an earlier start that was cut off never showed the old one."""
    password = generate_password()
    hashed = hash_password(password)
    if mailboxes.exists(actor, address):
        mailboxes.set_password(actor, address, hashed)
    else:
        mailboxes.add(
            actor, NewMailbox(address=address, name=address.split("@", maxsplit=1)[0].title(), password=hashed)
        )
    return Person(address, password)


def told(instance: Instance) -> None:
    """The passwords were shown and mail flowed: from now on they are their owners'."""
    files.write(_marker(instance), b"")


def _marker(instance: Instance) -> Path:
    return instance.layout.state / "trial-proved"


def prove(instance: Instance, sender: Person, receiver: Person, patience: float = 30.0) -> float:
    """Submit a message, read it over IMAP and POP3; gives the seconds that took. Raises Fault when it does not come."""
    ports = instance.settings.listen
    message = plain_message(
        sender=sender.address,
        recipient=receiver.address,
        subject="Bem-vindo ao Carteiro / Welcome to Carteiro",
        text="Esta mensagem provou que este servidor entrega.\nThis message proved that this host delivers.\n",
    )
    started = time.monotonic()
    smtp.submit(instance.endpoint(ports.submission), sender.address, sender.password, message)
    message_id = str(message["Message-ID"])
    deadline = started + patience
    while not imap.has_message(instance.endpoint(ports.imap), receiver.address, receiver.password, message_id):
        if time.monotonic() > deadline:
            raise Fault(
                N_("The trial's message was accepted but is not in the inbox after {seconds} seconds."),
                N_("`carteiro queue list` and `carteiro log tail` tell where it is."),
                seconds=int(patience),
            )
        time.sleep(0.1)
    if not pop3.has_message(instance.endpoint(ports.pop3), receiver.address, receiver.password, message_id):
        raise Fault(N_("POP3 does not show the message that IMAP shows."), N_("`carteiro log tail` may tell why."))
    return time.monotonic() - started

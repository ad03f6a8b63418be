"""Broadcasts, sent mailbox by mailbox through the queue; who had theirs gets no second one, whatever breaks."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from email.message import EmailMessage

from carteiro.clients.endpoint import ClientFault, Endpoint
from carteiro.clients.reinjection import HandIn, Refused, session
from carteiro.hosting import broadcasts
from carteiro.hosting.models import Broadcast, Mailbox
from carteiro.mail.message import plain_message
from carteiro.operate.instance import Instance

_BATCH = 200  # of one run: a worker that has to stop waits for no more


def send_due(instance: Instance) -> None:
    """Send a part of each broadcast that is under way."""
    for row in broadcasts.under_way():
        if row.serving:
            _settle(instance, row)
        readers = list(broadcasts.readers(row)[:_BATCH])
        if not readers:
            broadcasts.done(row)
            continue
        try:
            with _session(instance) as hand_in:
                _send(instance, row, readers, hand_in)
        except ClientFault as fault:
            broadcasts.hindered(row, str(fault))
            raise


def _send(instance: Instance, row: Broadcast, readers: Sequence[Mailbox], hand_in: HandIn) -> None:
    for mailbox in readers:
        if not broadcasts.begin(row, mailbox.pk):
            return
        try:
            hand_in(compose(instance.settings.hostname, row, mailbox), row.from_address, mailbox.address)
        except Refused as fault:
            broadcasts.served(row, well=False, error=str(fault))
        else:
            broadcasts.served(row, well=True)


def compose(hostname: str, row: Broadcast, mailbox: Mailbox) -> EmailMessage:
    """The message for one mailbox: no program answers it, and people can sort it (RFC 3834, RFC 2919)."""
    message = plain_message(
        sender=row.from_address,
        sender_name=row.from_name,
        recipient=mailbox.address,
        subject=row.subject,
        text=row.text,
        automatic=True,
    )
    message.replace_header("Message-ID", message_id(hostname, row, mailbox.pk))
    message["List-Id"] = f"<broadcast.{hostname}>"
    message["Precedence"] = "bulk"
    return message


def message_id(hostname: str, row: Broadcast, reader: int) -> str:
    """The same for the same broadcast and mailbox, so that the log tells whether it went out."""
    return f"<broadcast.{row.pk}.{reader}.{row.created:%Y%m%d%H%M%S}@{hostname}>"


def _settle(instance: Instance, row: Broadcast) -> None:
    """A worker broke off between the queue and the database: if the queue took the message, it counts as sent.

    If not, its mailbox is the next one.
    """
    if _in_queue(instance, message_id(instance.settings.hostname, row, row.serving)):
        broadcasts.served(row, well=True)


def _in_queue(instance: Instance, identity: str) -> bool:
    """Whether Postfix took a message: cleanup(8) logs its id, and qmgr(8) the queue's, once it is safely there."""
    marked = f"message-id={identity}"
    ids: set[str] = set()
    for name in ("mail.log.1", "mail.log"):
        file = instance.layout.log / name
        if not file.exists():
            continue
        with file.open(errors="replace") as lines:
            for line in lines:
                _, _, told = line.partition("]: ")
                queue_id, _, rest = told.partition(": ")
                if marked in rest:
                    ids.add(queue_id)
                elif queue_id in ids and rest.startswith("from=<"):
                    return True
    return False


def _session(instance: Instance) -> AbstractContextManager[HandIn]:
    listen, layout = instance.settings.listen, instance.layout
    endpoint = Endpoint(listen.internal, listen.reinject, instance.settings.hostname, layout.tls / "ca.crt")
    place = layout.secrets / "reinject"
    return session(endpoint, place / "client.crt", place / "client.key")

"""The first letter in a new mailbox, on the worker's side."""

from carteiro.hosting import welcome
from carteiro.hosting.models import Mailbox
from carteiro.hosting.requests import SendWelcome
from carteiro.mail.message import plain_message
from carteiro.operate.instance import Instance
from carteiro.operate.sending import author, send


def send_welcome(instance: Instance, request: SendWelcome) -> None:
    """Write to a mailbox, unless it is gone by now."""
    mailbox = Mailbox.objects.select_related("domain").filter(home=request.home).first()
    if mailbox is None:
        return
    host = instance.settings.hostname
    letter = welcome.compose(mailbox, request.language, host=host, panel=instance.panel)
    message = plain_message(
        sender=author(instance),
        recipient=mailbox.address,
        subject=letter.subject,
        text=letter.body,
        automatic=True,
    )
    send(instance, message, mailbox.address)

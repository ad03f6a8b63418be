"""The host's own letters: through the queue, as mail from anywhere."""

from email.message import EmailMessage

from carteiro.host import run
from carteiro.operate.instance import Instance


def author(instance: Instance) -> str:
    """Whom a letter of this host is from."""
    return instance.settings.postmaster or f"postmaster@{instance.settings.hostname}"


def send(instance: Instance, message: EmailMessage, recipient: str) -> None:
    """Hand a message to the queue, with the null sender: no notice of its failure is due. Raises Fault."""
    text = message.as_bytes().decode("utf-8", "surrogateescape")
    run.run((instance.layout.current / "dovecot" / "send", "-i", "-f", "<>", "--", recipient), stdin=text)

"""The first superadmin: made in the browser with a link that the machine's owner was shown."""

from django.db import transaction

from carteiro.hosting import admins
from carteiro.hosting.access import Actor
from carteiro.hosting.errors import Conflict, NotSignedIn, translated
from carteiro.hosting.models import Admin, Mailbox, Ticket
from carteiro.hosting.people import passwords, persons, tickets
from carteiro.mail.verify import matches
from carteiro.words import N_


def open_() -> bool:
    """Whether there is no superadmin yet."""
    with translated():
        return not Admin.objects.filter(superadmin=True, active=True).exists()


def issue() -> str:
    """The secret of a link, good once and for a day; earlier ones are good no more. For the machine's owner."""
    with translated():
        return tickets.issue(Ticket.Purpose.SETUP)


def check(secret: str) -> None:
    """Raise NotFound for a link that is good no more, and Conflict where there is a superadmin by now."""
    with translated():
        tickets.look(Ticket.Purpose.SETUP, secret)
    check_first()


def check_first() -> None:
    """Raise Conflict where there is a superadmin already."""
    if not open_():
        raise Conflict(N_("There is a superadmin already."), N_("Sign in, or ask them for an account."))


def make_superadmin(secret: str, address: str, password: str, network: str) -> Admin:
    """Make the first superadmin; the link is used up. For a mailbox of this host the password must be its own."""
    check(secret)
    key = persons.normal(address)
    mailbox = Mailbox.objects.filter(address=key).first()
    if mailbox is not None and not matches(mailbox.password, password):
        raise NotSignedIn(
            N_("{address} is a mailbox here, and that is not its password."),
            N_("Give the password of the mailbox."),
            address=key,
        )
    hashed = "" if mailbox else passwords.chosen(password, address)
    actor = Actor("root", superadmin=True, origin=f"setup {network}", machine=True)
    with translated(), transaction.atomic():
        tickets.use(Ticket.Purpose.SETUP, secret)
        check_first()
        return admins.add(actor, address, hashed, superadmin=True)

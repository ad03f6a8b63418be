"""App passwords: one for each program, good for chosen protocols, taken back one by one."""

from collections.abc import Collection

from carteiro.hosting import finding, texts
from carteiro.hosting.access import Actor, Right
from carteiro.hosting.errors import Invalid, translated
from carteiro.hosting.feed import Action, Kind, changes
from carteiro.hosting.models import AppPassword
from carteiro.hosting.requests import KickUser
from carteiro.mail.password import app_password
from carteiro.words import N_

PROTOCOLS = ("imap", "pop3", "smtp", "sieve")


def add(actor: Actor, address: str, protocols: Collection[str], *, label: str = "") -> tuple[AppPassword, str]:
    """Make an app password; the second value is the password itself, which nobody can show again."""
    unknown = sorted(set(protocols) - set(PROTOCOLS))
    if unknown or not protocols:
        raise Invalid(
            N_("{given} is no protocol that an app password can be for."),
            N_("Choose of {known}."),
            given=", ".join(unknown) or "''",
            known=", ".join(PROTOCOLS),
        )
    clear, digest = app_password()
    with changes(actor) as ledger:
        mailbox = finding.mailbox(actor, Right.MANAGE_MAILBOXES, address)
        row = AppPassword.objects.create(
            mailbox=mailbox,
            label=texts.one_line("label", label),
            digest=digest,
            imap="imap" in protocols,
            pop3="pop3" in protocols,
            smtp="smtp" in protocols,
            sieve="sieve" in protocols,
        )
        name = mailbox.domain.name
        ledger.note(Action.ADD, Kind.APP_PASSWORD, row.pk, mailbox.address, name, after=row.record())
    return row, clear


def remove(actor: Actor, address: str, number: int) -> None:
    """Take an app password back; sessions of the mailbox end."""
    with changes(actor) as ledger:
        mailbox = finding.mailbox(actor, Right.MANAGE_MAILBOXES, address)
        row = mailbox.app_passwords.filter(pk=number).first()
        if row is None:
            known = [str(key) for key in mailbox.app_passwords.values_list("pk", flat=True)]
            raise finding.missing(N_("There is no app password {key} of that mailbox."), str(number), known)
        before = row.record()
        row.delete()
        ledger.note(Action.REMOVE, Kind.APP_PASSWORD, number, mailbox.address, mailbox.domain.name, before=before)
        ledger.request(KickUser(mailbox.address))


def list_(actor: Actor, address: str) -> list[AppPassword]:
    """The app passwords of a mailbox, the oldest first."""
    with translated():
        return list(finding.mailbox(actor, Right.SEE, address).app_passwords.order_by("pk"))

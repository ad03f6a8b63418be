"""App passwords: one for each program, good for chosen protocols, taken back one by one."""

from collections.abc import Collection

from carteiro.hosting import finding, texts
from carteiro.hosting.access import Actor, Right
from carteiro.hosting.errors import Invalid, translated
from carteiro.hosting.feed import Action, Kind, changes, differences
from carteiro.hosting.models import AppPassword
from carteiro.hosting.requests import KickUser
from carteiro.mail.password import app_password
from carteiro.words import N_

PROTOCOLS = ("imap", "pop3", "smtp", "sieve")


def add(actor: Actor, address: str, protocols: Collection[str], *, label: str = "") -> tuple[AppPassword, str]:
    """Make an app password; the second value is the password itself, which nobody can show again."""
    _refuse_unknown(protocols)
    clear, digest = app_password()
    with changes(actor) as ledger:
        mailbox = finding.mailbox(actor, Right.MANAGE_APP_PASSWORDS, address)
        row = AppPassword(mailbox=mailbox, label=texts.one_line("label", label), digest=digest)
        _allow(row, protocols)
        row.save()
        name = mailbox.domain.name
        ledger.note(Action.ADD, Kind.APP_PASSWORD, row.pk, mailbox.address, name, after=row.record())
    return row, clear


def set_(
    actor: Actor,
    address: str,
    number: int,
    *,
    label: str | None = None,
    protocols: Collection[str] | None = None,
) -> AppPassword:
    """Change what is given and nothing else; where a protocol is taken away, sessions of the mailbox end."""
    if protocols is not None:
        _refuse_unknown(protocols)
    with changes(actor) as ledger:
        row = _find(actor, Right.MANAGE_APP_PASSWORDS, address, number)
        before = row.record()
        if label is not None:
            row.label = texts.one_line("label", label)
        if protocols is not None:
            _allow(row, protocols)
        old, new = differences(before, row.record())
        if new:
            row.save(update_fields=["label", *PROTOCOLS])
            key, name = row.mailbox.address, row.mailbox.domain.name
            ledger.note(Action.SET, Kind.APP_PASSWORD, number, key, name, before=old, after=new)
        if set(before["protocols"]) - set(row.record()["protocols"]):
            ledger.request(KickUser(row.mailbox.address))
    return row


def remove(actor: Actor, address: str, number: int) -> None:
    """Take an app password back for good; sessions of the mailbox end.

    Nothing goes to the bin: who takes one back has lost a device or trusts it no more.
    """
    with changes(actor) as ledger:
        row = _find(actor, Right.MANAGE_APP_PASSWORDS, address, number)
        key, name = row.mailbox.address, row.mailbox.domain.name
        ledger.note(Action.REMOVE, Kind.APP_PASSWORD, number, key, name, before=row.record())
        row.delete()
        ledger.request(KickUser(key))


def get(actor: Actor, address: str, number: int) -> AppPassword:
    """The app password of a mailbox that has that number."""
    with translated():
        return _find(actor, Right.SEE_MAILBOX, address, number)


def list_(actor: Actor, address: str) -> list[AppPassword]:
    """The app passwords of a mailbox, the oldest first."""
    with translated():
        return list(finding.mailbox(actor, Right.SEE_MAILBOX, address).app_passwords.order_by("pk"))


def _find(actor: Actor, right: Right, address: str, number: int) -> AppPassword:
    mailbox = finding.mailbox(actor, right, address)
    row = mailbox.app_passwords.filter(pk=number).first()
    if row is None:
        known = [str(key) for key in mailbox.app_passwords.values_list("pk", flat=True)]
        raise finding.missing(N_("There is no app password {key} of that mailbox."), str(number), known)
    return row


def _allow(row: AppPassword, protocols: Collection[str]) -> None:
    for name in PROTOCOLS:
        setattr(row, name, name in protocols)


def _refuse_unknown(protocols: Collection[str]) -> None:
    unknown = sorted(set(protocols) - set(PROTOCOLS))
    if unknown or not protocols:
        raise Invalid(
            N_("{given} is no protocol that an app password can be for."),
            N_("Choose of {known}."),
            given=", ".join(unknown) or "''",
            known=", ".join(PROTOCOLS),
        )

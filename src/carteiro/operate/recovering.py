"""Links for people who forgot their password, on the worker's side: their secrets stand in these letters alone."""

from carteiro.hosting.people import recovery
from carteiro.hosting.requests import MailConfirmation, MailRecovery
from carteiro.mail.message import plain_message
from carteiro.operate.instance import Instance
from carteiro.operate.sending import author, send
from carteiro.words import N_, translate_for

_RECOVERY_SUBJECT = N_("Another password for {address}")
_RECOVERY = N_(
    "Somebody, we hope it was you, asked for another password for {address}.\n\n"
    "Choose it here, within an hour: {link}\n\n"
    "If it was not you, there is nothing to do: your password stays as it is.\n"
)
_CONFIRMATION_SUBJECT = N_("Is this address yours?")
_CONFIRMATION = N_(
    "{address} named this address for the day when the password is forgotten.\n\n"
    "If that was you, confirm it here, within a day: {link}\n\n"
    "If it was not you, there is nothing to do.\n"
)


def mail_recovery(instance: Instance, request: MailRecovery) -> None:
    """Mail a link to the recovery address of whoever signs in with that address, if there is one."""
    issued = recovery.issue(request.address)
    if issued is not None:
        values = {"address": request.address, "link": f"{instance.panel}recover/{issued.secret}/"}
        _send(instance, issued, _RECOVERY_SUBJECT, _RECOVERY, values)


def mail_confirmation(instance: Instance, request: MailConfirmation) -> None:
    """Mail a link to a recovery address that is not confirmed yet."""
    issued = recovery.issue_confirmation(request.person)
    if issued is not None:
        values = {"address": issued.person.address, "link": f"{instance.panel}confirm/{issued.secret}/"}
        _send(instance, issued, _CONFIRMATION_SUBJECT, _CONFIRMATION, values)


def _send(instance: Instance, issued: recovery.Issued, subject: str, text: str, values: dict[str, str]) -> None:
    language = issued.person.language or "en"
    message = plain_message(
        sender=author(instance),
        recipient=issued.address,
        subject=translate_for(language, subject, **values),
        text=translate_for(language, text, **values),
        automatic=True,
    )
    send(instance, message, issued.address)

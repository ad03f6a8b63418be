"""What the audit log keeps of a thing, field by field, in the reader's words."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from carteiro.web.look import rules
from carteiro.web.look.templatetags.look import size
from carteiro.web.panel.administrators import SWITCHES

LABELS: Mapping[str, str | Promise] = {
    "act": gettext_lazy("Act"),
    "actions": gettext_lazy("Then"),
    "active": gettext_lazy("Active"),
    "address": gettext_lazy("Address"),
    "body": gettext_lazy("Text"),
    "comment": gettext_lazy("Comment"),
    "conditions": gettext_lazy("If"),
    "created": gettext_lazy("Made"),
    "days": gettext_lazy("Days before the same sender is answered again"),
    "default_mailbox_quota": gettext_lazy("Quota of a new mailbox"),
    "description": gettext_lazy("Description"),
    "domain": gettext_lazy("Domain"),
    "domains": gettext_lazy("Domains"),
    "ends": gettext_lazy("Until"),
    "everywhere": gettext_lazy("To every mailbox of this host"),
    "expires": gettext_lazy("Until"),
    "folder": gettext_lazy("Folder"),
    "from_address": gettext_lazy("Sender’s address"),
    "home": gettext_lazy("Directory"),
    "host": gettext_lazy("Server"),
    "id": gettext_lazy("Number"),
    "idle_minutes": gettext_lazy("A session ends after so many minutes without a click"),
    "imap": "IMAP",
    "keep": gettext_lazy("Leave the messages there, too"),
    "kind": gettext_lazy("Kind"),
    "label": gettext_lazy("Device or program"),
    "mailbox": gettext_lazy("Mailbox"),
    "match": gettext_lazy("When"),
    "max_aliases": gettext_lazy("Most aliases"),
    "max_mailbox_quota": gettext_lazy("Largest mailbox"),
    "max_mailboxes": gettext_lazy("Most mailboxes"),
    "must_change_password": gettext_lazy("Must choose another password at the next sign-in"),
    "name": gettext_lazy("Name"),
    "network": gettext_lazy("From"),
    "own_aliases": gettext_lazy("Own aliases for each person"),
    "owner": gettext_lazy("Owner"),
    "password": gettext_lazy("Password"),
    "password_days": gettext_lazy("Passwords last (days)"),
    "password_score": gettext_lazy("How hard a new password must be to guess"),
    "paused": gettext_lazy("Paused"),
    "poll_minutes": gettext_lazy("Minutes between two looks"),
    "pop3": "POP3",
    "port": gettext_lazy("Port"),
    "position": gettext_lazy("Place"),
    "protocol": gettext_lazy("Protocol"),
    "protocols": gettext_lazy("Protocols"),
    "quota": gettext_lazy("Quota"),
    "quota_messages": gettext_lazy("Most messages"),
    "recipient": gettext_lazy("Recipient"),
    "recipients": gettext_lazy("Recipients"),
    "recovery": gettext_lazy("Link for a forgotten password"),
    "recovery_address": gettext_lazy("Recovery address"),
    "recovery_codes": gettext_lazy("Recovery codes"),
    "script": gettext_lazy("Script (Sieve)"),
    "second_factor": gettext_lazy("Second factor"),
    "second_factor_domain_admins": gettext_lazy("Second factor of administrators of domains"),
    "second_factor_superadmins": gettext_lazy("Second factor of superadmins"),
    "second_factor_users": gettext_lazy("Second factor of owners of mailboxes"),
    "sender": gettext_lazy("Sender"),
    "session_hours": gettext_lazy("A session ends after so many hours in any case"),
    "sessions": gettext_lazy("Sessions"),
    "sieve": "ManageSieve",
    "smtp": gettext_lazy("Sending"),
    "starts": gettext_lazy("From"),
    "state": gettext_lazy("State"),
    "subject": gettext_lazy("Subject"),
    "superadmin": gettext_lazy("Superadmin"),
    "switches": gettext_lazy("Rights"),
    "tags": gettext_lazy("Tags"),
    "target": gettext_lazy("Stands for"),
    "targets": gettext_lazy("Leads to"),
    "text": gettext_lazy("Text"),
    "total": gettext_lazy("Mailboxes"),
    "username": gettext_lazy("User name there"),
}
_SWITCHES: Mapping[str, str | Promise] = dict(SWITCHES)
_WORDS: Mapping[str, str | Promise] = {
    "changed": pgettext_lazy("of a field", "changed"),
    "hashed anew": pgettext_lazy("of a field", "hashed anew"),
    "reset": pgettext_lazy("of a field", "reset"),
    "made": pgettext_lazy("of a field", "made"),
    "used": pgettext_lazy("of a field", "used"),
    "confirmed": pgettext_lazy("of a field", "confirmed"),
    "restart": pgettext_lazy("of a field", "restarted"),
    "flush": pgettext_lazy("of a field", "all tried"),
    "end_sessions": pgettext_lazy("of a field", "signed out of mail programs"),
    "hosted": pgettext_lazy("of a field", "with mailboxes"),
    "alias": pgettext_lazy("of a field", "alias domain"),
    "relay": pgettext_lazy("of a field", "backup MX"),
}
_PROTOCOLS = {"imap": "IMAP", "pop3": "POP3", "smtp": "SMTP", "sieve": "ManageSieve"}


def label(name: str) -> str:
    """What a field is called; one of another release has its own name."""
    return str(LABELS.get(name, name.replace("_", " ")))


def value(name: str, held: object) -> str:
    """What a field holds: sizes, moments, yes and no as the reader writes them."""
    if held is None or held in ("", [], {}):
        return "–"
    if isinstance(held, bool):
        return _("yes") if held else _("no")
    return _WRITERS.get(name, _nested)(held)


def _size(held: object) -> str:
    return size(held) if isinstance(held, int) and held else _("no limit")


def _moment(held: object) -> str:
    try:
        moment = datetime.fromisoformat(str(held))
    except ValueError:
        return str(held)
    return date_format(timezone.localtime(moment) if timezone.is_aware(moment) else moment, _("j M Y, H:i"))


def _word(held: object) -> str:
    return str(_WORDS.get(str(held), held))


def _protocols(held: object) -> str:
    return ", ".join(str(_PROTOCOLS.get(each, each)) for each in held) if isinstance(held, list) else str(held)


def _rights(held: object) -> str:
    """What an administrator may do in each domain."""
    if not isinstance(held, dict):
        return str(held)
    told = {domain: ", ".join(str(_SWITCHES.get(each, each)) for each in switches) for domain, switches in held.items()}
    return "; ".join(f"{domain}: {rights or '–'}" for domain, rights in told.items())


def _nested(held: object) -> str:
    """Lists with commas, and the parts of something with parts one after the other."""
    if isinstance(held, list):
        return ", ".join(map(_nested, held))
    return " ".join(map(str, held.values())) if isinstance(held, dict) else str(held)


def _rule(words: Callable[[Mapping[str, str]], str]) -> Callable[[object], str]:
    """The conditions or the actions of a filter rule."""

    def written(held: object) -> str:
        parts = held if isinstance(held, list) else []
        return "; ".join(words(part) if isinstance(part, dict) else str(part) for part in parts)

    return written


_WRITERS: Mapping[str, Callable[[object], str]] = {
    **dict.fromkeys(("quota", "max_mailbox_quota", "default_mailbox_quota"), _size),
    **dict.fromkeys(("created", "starts", "ends", "expires"), _moment),
    **dict.fromkeys(
        ("act", "kind", "password", "second_factor", "recovery", "recovery_address", "recovery_codes"), _word
    ),
    "protocols": _protocols,
    "switches": _rights,
    "conditions": _rule(rules.condition),
    "actions": _rule(rules.action),
    "match": lambda held: str(rules.MATCHES.get(str(held), held)),
}

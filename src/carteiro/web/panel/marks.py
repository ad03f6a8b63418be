"""The marks beside addresses, in colours and words, and the key to them."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carteiro.hosting.status import Mark

Shown = tuple[str, str | Promise]

_SHOWN: dict[Mark, Shown] = {
    Mark.UNDELIVERABLE: ("bad", _("Leads to nobody")),
    Mark.DISABLED: ("off", _("Switched off")),
    Mark.FULL: ("bad", _("Over quota")),
    Mark.EXPIRED: ("warn", _("Password expired")),
    Mark.NO_SENDING: ("warn", _("May not send")),
    Mark.VACATION: ("away", _("Vacation notice")),
    Mark.FORWARDS: ("info", _("Forwards its mail")),
    Mark.ELSEWHERE: ("info", _("Leaves this host")),
    Mark.EXPIRES: ("warn", _("For a term")),
    Mark.OWN: ("away", _("Made by its owner")),
}
OK: Shown = ("ok", _("Active"))
MAILBOX_KEY: tuple[Shown, ...] = (
    OK,
    *(_SHOWN[mark] for mark in Mark if mark not in {Mark.EXPIRES, Mark.OWN}),
)
ALIAS_KEY: tuple[Shown, ...] = (
    OK,
    *(_SHOWN[mark] for mark in Mark if mark not in {Mark.EXPIRED, Mark.NO_SENDING, Mark.FORWARDS}),
)


def shown(marks: Iterable[Mark]) -> list[Shown]:
    """The marks with their tones and words; where there is none, that all is well."""
    return [_SHOWN[mark] for mark in marks] or [OK]

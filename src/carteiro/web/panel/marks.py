"""The marks beside addresses, in colours and words, and the key to them."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carteiro.hosting.status import Mark

Shown = tuple[str, str | Promise, str]
"""Tone, words, and a shape that no other mark has."""

_SHOWN: dict[Mark, Shown] = {
    Mark.UNDELIVERABLE: ("bad", _("Leads to nobody"), "bad"),
    Mark.DISABLED: ("off", _("Switched off"), "off"),
    Mark.FULL: ("bad", _("Over quota"), "full"),
    Mark.EXPIRED: ("warn", _("Password expired"), "expired"),
    Mark.NO_SENDING: ("warn", _("May not send"), "mute"),
    Mark.VACATION: ("away", _("Vacation notice"), "away"),
    Mark.FORWARDS: ("info", _("Forwards its mail"), "forward"),
    Mark.ELSEWHERE: ("info", _("Leaves this host"), "out"),
    Mark.EXPIRES: ("warn", _("For a term"), "warn"),
    Mark.OWN: ("away", _("Made by its owner"), "owner"),
}
OK: Shown = ("ok", _("Active"), "ok")
MAILBOX_KEY: tuple[Shown, ...] = (
    OK,
    *(_SHOWN[mark] for mark in Mark if mark not in {Mark.EXPIRES, Mark.OWN}),
)
ALIAS_KEY: tuple[Shown, ...] = (
    OK,
    *(_SHOWN[mark] for mark in Mark if mark not in {Mark.EXPIRED, Mark.NO_SENDING, Mark.FORWARDS}),
)


def shown(marks: Iterable[Mark]) -> list[Shown]:
    """The marks with tones, words and shapes; where there is none, that all is well."""
    return [_SHOWN[mark] for mark in marks] or [OK]

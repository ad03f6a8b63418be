"""Filter rules in words: for the editor, for their list, and for the audit log."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from carteiro.mail.filter_rule import Comparison, Do, Field

FIELDS: Mapping[str, str | Promise] = {
    Field.FROM: _("Sender"),
    Field.TO: _("Recipient (To, Cc)"),
    Field.SUBJECT: _("Subject"),
    Field.LIST: _("Mailing list"),
    Field.HEADER: _("Another header …"),
    Field.SIZE: _("Size"),
    Field.SPAM: _("Spam filter’s verdict"),
}
COMPARISONS: Mapping[str, str | Promise] = {
    Comparison.CONTAINS: _("contains"),
    Comparison.NOT_CONTAINS: _("does not contain"),
    Comparison.IS: pgettext_lazy("comparison", "is"),
    Comparison.NOT_IS: _("is not"),
    Comparison.BEGINS: _("begins with"),
    Comparison.ENDS: _("ends with"),
    Comparison.MATCHES: _("matches (* and ?)"),
    Comparison.OVER: _("is over"),
    Comparison.UNDER: _("is under"),
}
ACTIONS: Mapping[str, str | Promise] = {
    Do.FILE: _("Move to folder"),
    Do.COPY: _("Copy to folder"),
    Do.REDIRECT: _("Send on to, keep nothing"),
    Do.REDIRECT_COPY: _("Send on to, keep a copy"),
    "flag seen": _("Mark as read"),
    "flag flagged": _("Mark with a flag"),
    Do.DISCARD: _("Throw away"),
    Do.KEEP: _("Leave in the inbox"),
    Do.STOP: _("Apply no further rule"),
}
MATCHES: Mapping[str, str | Promise] = {"all": _("all of these hold"), "any": _("any of these holds")}


def condition(said: Mapping[str, str]) -> str:
    """A condition in words; what another release stored is shown as it is."""
    looked_at, test = said.get("field", ""), said.get("test", "")
    what = said.get("header", "") if looked_at == Field.HEADER else _word(FIELDS, looked_at)
    if looked_at == Field.SPAM:
        verdict = gettext("says junk") if test == Comparison.IS else gettext("does not say junk")
        return f"{what} {verdict}"
    return f"{what} {_word(COMPARISONS, test)} “{said.get('value', '')}”"


def action(said: Mapping[str, str]) -> str:
    """What is done with a message, in words."""
    do, value = said.get("do", ""), said.get("value", "")
    if do == Do.FLAG:
        return _word(ACTIONS, f"flag {value}")
    return f"{_word(ACTIONS, do)} “{value}”" if value else _word(ACTIONS, do)


def _word(words: Mapping[str, str | Promise], name: str) -> str:
    return str(words.get(name, name))

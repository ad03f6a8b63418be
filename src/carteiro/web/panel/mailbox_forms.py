"""The forms of a mailbox."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carteiro.hosting.access import Actor, Right, may
from carteiro.hosting.models import Mailbox
from carteiro.hosting.selection import Act
from carteiro.mail.address import parse_mailbox_address, parse_target
from carteiro.web.look.fields import AddressesField, AddressField, SizeField, SwitchField
from carteiro.web.look.forms import Fieldset, Form
from carteiro.web.look.once import Once

_PASSWORD = {"autocomplete": "new-password"}
_MOST = 2**31 - 1
_PROTOCOLS = ("imap", "pop3", "smtp", "sieve")


class _Switches(Form):
    """What a mailbox may be used for."""

    imap = SwitchField(label=gettext_lazy("IMAP"), initial=True)
    pop3 = SwitchField(label=gettext_lazy("POP3"), initial=True)
    smtp = SwitchField(label=gettext_lazy("Sending"), initial=True)
    sieve = SwitchField(label=gettext_lazy("Filters from mail programs (ManageSieve)"), initial=True)


class NewMailbox(Once, _Switches):
    """A mailbox to be made."""

    fieldsets = (
        Fieldset(
            gettext_lazy("Password"),
            ("password", "must_change_password"),
            help=gettext_lazy("Empty: one is made up, and shown to you once."),
        ),
        Fieldset(gettext_lazy("Protocols"), _PROTOCOLS, folded=True),
    )

    address = AddressField(label=gettext_lazy("Address"), parse=parse_mailbox_address)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=255, required=False)
    quota = SizeField(
        label=gettext_lazy("Quota"),
        required=False,
        help_text=gettext_lazy("Such as 2G; 0 is unlimited. Empty: what the domain gives."),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=1024,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs=_PASSWORD),
    )
    must_change_password = SwitchField(label=gettext_lazy("Another one must be chosen at the first sign-in"))
    recovery = AddressField(
        label=gettext_lazy("Recovery address"),
        parse=parse_target,
        required=False,
        help_text=gettext_lazy("Elsewhere: where a link goes when the password is forgotten."),
    )
    welcome = forms.ChoiceField(label=gettext_lazy("First letter"), required=False)

    def __init__(self, data: QueryDict | None, *, session: SessionBase, actor: Actor, domain: str = "") -> None:
        super().__init__(_with_domain(data, domain), session=session)
        self.fields["welcome"].choices = [("", _("None")), *settings.LANGUAGES]  # type: ignore[attr-defined]
        if domain:
            self.fields["address"].help_text = _("The part before @%(domain)s is enough.") % {"domain": domain}
        if not _may_somewhere(actor, Right.SET_QUOTAS):
            del self.fields["quota"]
        if not _may_somewhere(actor, Right.SWITCH_SENDING):
            del self.fields["smtp"]


class MailboxSettings(_Switches):
    """What can be set on a mailbox that is there."""

    fieldsets = (
        Fieldset(gettext_lazy("Protocols"), _PROTOCOLS),
        Fieldset(gettext_lazy("Forwarding"), ("forward_to", "keep_copy")),
    )

    name = forms.CharField(label=gettext_lazy("Name"), max_length=255, required=False)
    active = SwitchField(label=gettext_lazy("Active"))
    quota = SizeField(label=gettext_lazy("Quota"))
    quota_messages = forms.IntegerField(
        label=gettext_lazy("Most messages"), min_value=0, max_value=_MOST, help_text=gettext_lazy("0 is unlimited.")
    )
    recovery = AddressField(label=gettext_lazy("Recovery address"), parse=parse_target, required=False)
    must_change_password = SwitchField(label=gettext_lazy("Must choose another password at the next sign-in"))
    forward_to = AddressesField(
        label=gettext_lazy("Its mail goes on to"), required=False, help_text=gettext_lazy("One address in a line.")
    )
    keep_copy = SwitchField(label=gettext_lazy("Keep a copy in the mailbox"))

    field_order = ("name", "active", "quota", "quota_messages", "recovery", "must_change_password")

    def __init__(
        self, data: QueryDict | None = None, *, mailbox: Mailbox, actor: Actor, targets: list[str], recovery: str
    ) -> None:
        others = [target for target in targets if target != mailbox.address]
        kept = {"forward_to": others, "keep_copy": not targets or mailbox.address in targets, "recovery": recovery}
        columns = {name: getattr(mailbox, name) for name in self.base_fields if hasattr(mailbox, name)}
        super().__init__(data, initial=columns | kept)
        self._begin = kept
        rights = {
            Right.SET_QUOTAS: ("quota", "quota_messages"),
            Right.SWITCH_SENDING: ("smtp",),
            Right.MANAGE_FORWARDING: ("forward_to", "keep_copy"),
            Right.MANAGE_MAILBOXES: ("name", "active", "imap", "pop3", "sieve", "must_change_password", "recovery"),
        }
        for right, names in rights.items():
            if not may(actor, right, mailbox.domain.pk):
                for name in names:
                    del self.fields[name]

    def changes(self) -> dict[str, Any]:
        """What `mailboxes.set_` takes: what was changed and nothing else."""
        told = {name: self.cleaned_data[name] for name in self.changed_data if name != "recovery"}
        if not {"forward_to", "keep_copy"} & told.keys():
            return told
        told.pop("forward_to", None)
        told.pop("keep_copy", None)
        goals = self.cleaned_data["forward_to"]
        return told | (
            {"forward_to": goals, "keep_copy": self.cleaned_data["keep_copy"]} if goals else {"no_forward": True}
        )


class NewPassword(Once):
    """Another password for somebody."""

    password = forms.CharField(
        label=gettext_lazy("New password"),
        max_length=1024,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs=_PASSWORD),
        help_text=gettext_lazy("Empty: one is made up, and shown to you once."),
    )
    must_change_password = SwitchField(
        label=gettext_lazy("Another one must be chosen at the next sign-in"), initial=True
    )


class Move(Form):
    """Another address for a mailbox."""

    new_address = AddressField(
        label=gettext_lazy("New address"),
        parse=parse_mailbox_address,
        help_text=gettext_lazy("Also in another domain. The mail and the password stay with it."),
    )
    alias_days = forms.IntegerField(
        label=gettext_lazy("The old address stands for it (days)"),
        min_value=1,
        max_value=3650,
        required=False,
        initial=90,
        help_text=gettext_lazy("Empty: it stops at once."),
    )


class Bulk(Form):
    """One act on the chosen ones."""

    chosen = forms.MultipleChoiceField(required=True)
    action = forms.ChoiceField(choices=[(act.value, act.value) for act in Act])
    quota = SizeField(required=False)
    sure = forms.BooleanField(required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        addresses = data.getlist("chosen")
        self.fields["chosen"].choices = [(each, each) for each in addresses]  # type: ignore[attr-defined]


def _with_domain(data: QueryDict | None, domain: str) -> QueryDict | None:
    """The local part alone is enough where the domain is known."""
    typed = data.get("address", "").strip() if data else ""
    if data is None or not domain or not typed or "@" in typed:
        return data
    filled = data.copy()
    filled["address"] = f"{typed}@{domain}"
    return filled


def _may_somewhere(actor: Actor, right: Right) -> bool:
    return actor.superadmin or bool(actor.domains_with(right))

"""The forms of a domain."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carteiro.hosting.models import Domain
from carteiro.mail.address import parse_target
from carteiro.web.look.fields import AddressField, DomainField, SizeField, SwitchField
from carteiro.web.look.forms import Fieldset, Form

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_NONE = gettext_lazy("Empty: no limit.")
_MOST = 2**31 - 1


class WordsField(forms.CharField):
    """Words with spaces or commas between; the value is a list."""

    def __init__(self, *, label: "_StrPromise | str", help_text: "_StrPromise | str" = "") -> None:
        super().__init__(label=label, help_text=help_text, max_length=700, required=False)

    def prepare_value(self, value: object) -> object:
        """As they are typed."""
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: object) -> list[str]:
        """The words."""
        return str(super().clean(value)).replace(",", " ").split()


class _Settings(Form):
    """What can be set on a domain of every kind, and on one that has mailboxes here."""

    description = forms.CharField(label=gettext_lazy("Description"), max_length=255, required=False)
    tags = WordsField(label=gettext_lazy("Tags"), help_text=gettext_lazy("Words to find it by, with commas between."))
    max_mailboxes = forms.IntegerField(
        label=gettext_lazy("Most mailboxes"), min_value=0, max_value=_MOST, required=False, help_text=_NONE
    )
    max_aliases = forms.IntegerField(
        label=gettext_lazy("Most aliases"), min_value=0, max_value=_MOST, required=False, help_text=_NONE
    )
    quota = SizeField(
        label=gettext_lazy("Quota in all"),
        required=False,
        help_text=gettext_lazy("What all mailboxes may hold together, such as 50G. Empty: no limit."),
    )
    max_mailbox_quota = SizeField(
        label=gettext_lazy("Largest mailbox"), required=False, help_text=gettext_lazy("Such as 5G. Empty: no limit.")
    )
    default_mailbox_quota = SizeField(
        label=gettext_lazy("Quota of a new mailbox"),
        required=False,
        help_text=gettext_lazy("Empty: what the host gives."),
    )
    password_days = forms.IntegerField(
        label=gettext_lazy("Passwords last (days)"),
        min_value=0,
        max_value=3650,
        required=False,
        help_text=gettext_lazy("Then another one has to be chosen. Empty: for ever."),
    )
    own_aliases = forms.IntegerField(
        label=gettext_lazy("Aliases that people may make for themselves"), min_value=0, max_value=_MOST, required=False
    )
    second_factor = SwitchField(label=gettext_lazy("Its people must sign in with a second factor"))

    def clean_own_aliases(self) -> int:
        """None typed is none allowed."""
        return self.cleaned_data["own_aliases"] or 0


_LIMITS = Fieldset(
    gettext_lazy("Limits"), ("max_mailboxes", "max_aliases", "quota", "max_mailbox_quota", "default_mailbox_quota")
)
_PEOPLE = Fieldset(gettext_lazy("Its people"), ("password_days", "second_factor", "own_aliases"), folded=True)


class NewDomain(_Settings):
    """A domain to be made."""

    fieldsets = (
        Fieldset(gettext_lazy("Default addresses"), ("special", "special_to")),
        _LIMITS,
        _PEOPLE,
        Fieldset(gettext_lazy("Backup MX"), ("relay",), folded=True),
    )

    name = DomainField(
        label=gettext_lazy("Domain"), max_length=255, widget=forms.TextInput(attrs={"placeholder": "example.org"})
    )
    special = SwitchField(
        label=gettext_lazy("Make abuse, hostmaster, postmaster and webmaster"),
        help_text=gettext_lazy("Every domain should have them (RFC 2142)."),
    )
    special_to = AddressField(parse=parse_target, label=gettext_lazy("They lead to"), required=False)
    relay = forms.ChoiceField(
        label=gettext_lazy("Mailboxes"),
        required=False,
        choices=(
            ("", gettext_lazy("are on this host")),
            ("list", gettext_lazy("are elsewhere; mail is held for the recipients on a list")),
            ("verify", gettext_lazy("are elsewhere; the other host is asked for each recipient")),
        ),
        widget=forms.RadioSelect,
    )

    field_order = ("name", "description", "tags")

    def clean(self) -> dict[str, Any] | None:
        """Default addresses need a place to lead to."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("special") and not cleaned.get("special_to") and "special_to" not in self.errors:
            self.add_error("special_to", _("Give the address that they lead to."))
        return cleaned

    def asked(self) -> dict[str, Any]:
        """What `domains.add` takes."""
        fields = dict(self.cleaned_data)
        special, goal, relay = fields.pop("special"), fields.pop("special_to"), fields.pop("relay")
        if relay:
            fields |= {"kind": Domain.Kind.RELAY.value, "recipients": relay}
        return fields | {"special_to": goal if special and not relay else ""}


class DomainSettings(_Settings):
    """The settings of a domain that is there."""

    fieldsets = (_LIMITS, _PEOPLE)

    def __init__(self, data: QueryDict | None = None, *, domain: Domain) -> None:
        initial = {name: getattr(domain, name) for name in self.base_fields if hasattr(domain, name)}
        super().__init__(data, initial=initial)
        if domain.kind == Domain.Kind.RELAY:
            for name in (*_LIMITS.names, *_PEOPLE.names):
                del self.fields[name]
            self.fields["recipients"] = forms.ChoiceField(
                label=_("Recipients"),
                choices=(("list", _("Those on the list")), ("verify", _("Those that the other host knows"))),
                initial=domain.recipients,
                widget=forms.RadioSelect,
            )


class Rename(Form):
    """Another name for a domain."""

    new_name = DomainField(label=gettext_lazy("New name"), max_length=255)


class TransportForm(Form):
    """The next hop of a domain."""

    fieldsets = (Fieldset(gettext_lazy("Log in there"), ("username", "password"), folded=True),)

    hop = forms.CharField(
        label=gettext_lazy("Next hop"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("A host, or host:port. Empty: where the MX record of the domain says."),
    )
    username = forms.CharField(label=gettext_lazy("User name"), max_length=255, required=False)
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=512,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

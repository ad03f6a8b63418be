"""Fields for what a mail host is told: sizes, addresses, lists of them, switches."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from carteiro.mail.address import Address, parse_address, parse_target
from carteiro.mail.domain import DomainName, parse_domain
from carteiro.mail.size import parse_size, show_size
from carteiro.words import Fault, explain

T = TypeVar("T")
Parse = Callable[[str], Address | DomainName]

PLAIN = {"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}
"""For what is no prose: telephones leave it as it is typed."""

_BETWEEN = re.compile(r"[\s,;]+")


class SizeField(forms.CharField):
    """A size as people write it ("2G"), in bytes; an empty one is None, or `empty` where that has a meaning."""

    def __init__(self, *, empty: int | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 24)
        super().__init__(**kwargs)
        self.empty = empty
        self.widget.attrs.update(PLAIN | {"class": "short"})

    def prepare_value(self, value: Any) -> Any:
        """Bytes as the size that they are."""
        return show_size(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        """The bytes."""
        text = str(super().clean(value)).replace(" ", "")
        return _parsed(parse_size, text) if text else self.empty

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the text differs."""
        return super().has_changed(self.prepare_value(initial), data)


class NameField(forms.CharField):
    """What a parser of `mail` knows; the value is the form it is stored in, and people see Unicode.

    No type="email" or "url": browsers turn what is typed there into something else.
    """

    def __init__(self, parse: Parse, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 320)
        super().__init__(**kwargs)
        self._parse = parse
        self.widget.attrs.update(PLAIN)

    def prepare_value(self, value: Any) -> Any:
        """As people read it."""
        return _readable(value, self._parse) if isinstance(value, str) else value

    def clean(self, value: Any) -> Any:
        """As it is stored; empty if nothing was typed."""
        text = str(super().clean(value))
        return str(_parsed(self._parse, text)) if text else ""


class AddressField(NameField):
    """One address, of a hosted domain unless `parse` is another one."""

    def __init__(self, *, parse: Parse = parse_address, **kwargs: Any) -> None:
        super().__init__(parse, **kwargs)
        self.widget.attrs["inputmode"] = "email"


class DomainField(NameField):
    """The name of a domain."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(parse_domain, **kwargs)
        self.widget.attrs["inputmode"] = "url"


class AddressesField(forms.CharField):
    """Addresses, one in a line (or with commas between); the value is a list in the order typed, none twice."""

    widget = forms.Textarea

    def __init__(self, *, parse: Parse = parse_target, most: int = 1000, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 320 * most)
        super().__init__(**kwargs)
        self._parse = parse
        self._most = most
        self.widget.attrs.update(PLAIN | {"rows": 4, "inputmode": "email"})

    def prepare_value(self, value: Any) -> Any:
        """One in a line."""
        if isinstance(value, list | tuple):
            return "\n".join(_readable(each, self._parse) for each in value)
        return value

    def clean(self, value: Any) -> Any:
        """The addresses; every fault with its address is told, not only the first."""
        typed = [each for each in _BETWEEN.split(str(super().clean(value))) if each]
        if len(typed) > self._most:
            raise ValidationError(_("At most %(most)d addresses."), params={"most": self._most})
        parsed, faults = [], []
        for each in typed:
            try:
                parsed.append(str(_parsed(self._parse, each)))
            except ValidationError as error:
                faults.append(error)
        if faults:
            raise ValidationError(faults[:5])
        return list(dict.fromkeys(parsed))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the text differs."""
        return super().has_changed(self.prepare_value(initial), data)


class DayField(forms.DateField):
    """A day, chosen in the browser's own calendar."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    input_formats = ("%Y-%m-%d",)  # what such an input sends, whatever it shows


class MomentField(forms.DateTimeField):
    """A day and a time in the reader's zone; the value is aware."""

    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    input_formats = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")


class Switch(forms.CheckboxInput):
    """A checkbox that looks like a switch: it takes effect when the form is sent, like everything else in it."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"role": "switch"} | (attrs or {}))


class SwitchField(forms.BooleanField):
    """On or off."""

    widget = Switch

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**({"required": False} | kwargs))


class TriStateField(forms.TypedChoiceField):
    """Yes, no, or None: what is so elsewhere (`otherwise` tells what that is)."""

    widget = forms.RadioSelect

    def __init__(self, *, otherwise: str | Promise, **kwargs: Any) -> None:
        choices = [("", otherwise), ("yes", _("Yes")), ("no", _("No"))]
        super().__init__(choices=choices, coerce=_is_yes, empty_value=None, required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """The choice that a value is."""
        return {True: "yes", False: "no", None: ""}.get(value, value)


def _is_yes(text: str) -> bool:
    return text == "yes"


def _parsed(parse: Callable[[str], T], text: str) -> T:
    try:
        return parse(text)
    except Fault as fault:
        raise ValidationError(" ".join(explain(fault, get_language() or "")).strip(), fault.code) from fault


def _readable(text: str, parse: Parse) -> str:
    try:
        return parse(text).unicode
    except Fault:
        return text

"""Forms as every page shows them: each fault at its field, and nothing lost of what was typed."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from carteiro.hosting.errors import Forbidden
from carteiro.words import Fault, explain


@dataclass(frozen=True)
class Fieldset:
    """Fields under one heading; a `folded` one is opened by whoever wants it, or by a fault in it."""

    legend: str | Promise
    names: tuple[str, ...]
    help: str | Promise = ""
    folded: bool = False


@dataclass(frozen=True)
class Section:
    """A fieldset of one form, with its fields."""

    fieldset: Fieldset | None
    fields: list[BoundField]

    @property
    def open(self) -> bool:
        """Whether its fields are to be seen at once."""
        return self.fieldset is None or not self.fieldset.folded or any(field.errors for field in self.fields)


class Renderer(TemplatesSetting):
    """Our templates for a form and a field."""

    form_template_name = "look/form/fields.html"
    field_template_name = "look/form/field.html"


class Form(forms.Form):
    """A form of ours. What it does not know is refused, unless `refuse_unknown` is off."""

    default_renderer = Renderer
    required_css_class = "required"

    fieldsets: tuple[Fieldset, ...] = ()
    refused: str | Promise = gettext_lazy("Not saved yet.")
    """What heads the summary of faults; empty where nothing is saved."""
    refuse_unknown = True
    extras: frozenset[str] = frozenset({"csrfmiddlewaretoken", "next"})
    """Names in the data that are no fields: what the page sends along, and named buttons."""

    def full_clean(self) -> None:
        """Check all of it, then mark the fields with faults for screen readers, and put the cursor into the first."""
        super().full_clean()
        faulty = [self[name] for name in self.fields if name in self.errors]
        for field in faulty[:1]:
            field.field.widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any] | None:
        """Refuse fields that the form does not have."""
        unknown = self._unknown() if self.refuse_unknown else []
        if unknown:
            self.add_error(
                None, _("This form has no field “%(name)s”. Load the page again.") % {"name": unknown[0][:40]}
            )
        return super().clean()

    def sections(self) -> list[Section]:
        """The visible fields: those of no fieldset first, then each fieldset's."""
        named = {name for fieldset in self.fieldsets for name in fieldset.names}
        loose = [field for field in self.visible_fields() if field.name not in named]
        grouped = [(each, [self[name] for name in each.names if name in self.fields]) for each in self.fieldsets]
        sections = [Section(None, loose), *(Section(fieldset, fields) for fieldset, fields in grouped)]
        return [section for section in sections if section.fields]

    def faulty(self) -> list[BoundField]:
        """The fields with faults, for the summary."""
        return [field for field in self.visible_fields() if field.errors]

    def _unknown(self) -> list[str]:
        own = {name for field in self for name in _names(field)}
        return sorted(set(self.data) - own - self.extras)


def _names(field: BoundField) -> Iterator[str]:
    """The names that a field has in the data of a form."""
    name = field.html_name
    yield name
    widget = field.field.widget
    if isinstance(widget, forms.MultiWidget):
        yield from (f"{name}_{place}" for place, _widget in enumerate(widget.widgets))
    elif isinstance(widget, forms.SelectDateWidget):
        yield from (f"{name}_{part}" for part in ("year", "month", "day"))
    elif isinstance(widget, forms.ClearableFileInput):
        yield f"{name}-clear"


class _Refusals(AbstractContextManager[None, bool]):
    def __init__(self, form: forms.BaseForm, field: str | None) -> None:
        self._form = form
        self._field = field

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        # Whoever may not do a thing gets no form for it: that is a page of its own (403).
        if not isinstance(error, Fault) or isinstance(error, Forbidden):
            return False
        refuse(self._form, error, self._field)
        return True


def refusals(form: forms.BaseForm, field: str | None = None) -> AbstractContextManager[None, bool]:
    """Within it, a Fault of a use case becomes an error of the form, and the lines after the block go on.

    The error is shown at the field that the fault names itself (its value "field"), else at `field`, else on top.
    """
    return _Refusals(form, field)


def refuse(form: forms.BaseForm, fault: Fault, field: str | None = None) -> None:
    """Put a fault into a form."""
    reason, remedy = explain(fault, get_language() or "")
    named = fault.values.get("field", field)
    place = str(named) if named in form.fields else field if field in form.fields else None
    form.add_error(place, f"{reason} {remedy}".strip())
    if place is not None and not any("autofocus" in each.widget.attrs for each in form.fields.values()):
        form.fields[place].widget.attrs["autofocus"] = True

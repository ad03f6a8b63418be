"""The editor of a rule: rows of conditions and actions that buttons add and take away, without a script too.

Every button sends the whole form: nothing that was typed is lost, and nothing is stored but by Save.
"""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from carteiro.hosting.models import FilterRule
from carteiro.mail.filter_rule import MOST_PARTS, Do, Rule, parse_action, parse_condition
from carteiro.web.look.fields import PLAIN, SwitchField
from carteiro.web.look.forms import Form, Renderer, refusals
from carteiro.web.look.rules import ACTIONS, COMPARISONS, FIELDS, MATCHES

WITH_VALUE = frozenset({Do.FILE, Do.COPY, Do.REDIRECT, Do.REDIRECT_COPY})
BUTTON = "row"
"""The name of the buttons that add a row ("if+") or take one away ("if-2")."""


class RuleForm(Form):
    """What a rule is called, and how its conditions are joined."""

    refuse_unknown = False  # the rows' fields are in the same data

    name = forms.CharField(label=_("Name"), max_length=255, required=False)
    active = SwitchField(label=_("In use"), initial=True)
    match = forms.ChoiceField(label=_("When"), choices=tuple(MATCHES.items()), initial="all", widget=forms.RadioSelect)


class ConditionForm(forms.Form):
    """One condition."""

    default_renderer = Renderer

    field = forms.ChoiceField(label=_("What"), choices=tuple(FIELDS.items()))
    header = forms.CharField(
        label=_("Header"), max_length=76, required=False, widget=forms.TextInput(PLAIN | {"placeholder": "X-Mailer"})
    )
    test = forms.ChoiceField(label=_("How"), choices=tuple(COMPARISONS.items()))
    value = forms.CharField(label=_("Text or size"), max_length=255, required=False, widget=forms.TextInput(PLAIN))

    def clean(self) -> dict[str, Any] | None:
        """What `mail` says of it."""
        given = super().clean() or {}
        if not self.errors:
            with refusals(self, "value"):
                self.parsed = parse_condition(given)
        return given


class ActionForm(forms.Form):
    """One action."""

    default_renderer = Renderer

    do = forms.ChoiceField(label=_("What"), choices=tuple(ACTIONS.items()))
    value = forms.CharField(label=_("Folder or address"), max_length=320, required=False, widget=forms.TextInput(PLAIN))

    def clean(self) -> dict[str, Any] | None:
        """What `mail` says of it."""
        given = super().clean() or {}
        if not self.errors:
            do, _space, mark = given["do"].partition(" ")
            with refusals(self, "value"):
                self.parsed = parse_action({"do": do, "value": mark or given["value"]})
        return given


class _Rows(forms.BaseFormSet):  # type: ignore[type-arg]
    """Rows that all count, also one that was left as it was."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """A row may not be empty."""
        return {"empty_permitted": False}


_LIMITS: dict[str, Any] = {"extra": 0, "max_num": MOST_PARTS, "absolute_max": MOST_PARTS, "formset": _Rows}
Conditions = forms.formset_factory(ConditionForm, **_LIMITS)
Actions = forms.formset_factory(ActionForm, min_num=1, validate_min=True, **_LIMITS)
_ROWS = {"if": ("conditions", {"field": "from", "test": "contains"}), "do": ("actions", {"do": "file"})}


class Editor:
    """The forms of a rule together: as it is stored, as it was sent, or as a button changed its rows."""

    def __init__(self, data: QueryDict | None, kept: dict[str, Any]) -> None:
        self.sent = data is not None and BUTTON not in data
        bound = data if self.sent else None
        shown = kept if data is None or self.sent else _pressed(data)
        self.rule = RuleForm(bound, initial=shown)
        self.conditions = Conditions(bound, initial=shown["conditions"], prefix="if")
        self.actions = Actions(bound, initial=shown["actions"], prefix="do")

    def is_valid(self) -> bool:
        """Whether it was sent to be stored, and can be."""
        return self.sent and all([self.rule.is_valid(), self.conditions.is_valid(), self.actions.is_valid()])

    @property
    def status(self) -> int:
        """The answer's HTTP status."""
        return 422 if self.sent else 200

    def parsed(self) -> Rule:
        """The rule, once it is valid."""
        given = self.rule.cleaned_data
        conditions = tuple(form.parsed for form in self.conditions)
        return Rule(conditions, tuple(form.parsed for form in self.actions), given["name"], given["match"] == "any")


def initial(row: FilterRule | None) -> dict[str, Any]:
    """What the editor shows of a rule, or of a new one."""
    if row is None:
        return {"active": True, "conditions": [_ROWS["if"][1]], "actions": [_ROWS["do"][1]]}
    actions = [{"do": f"flag {each['value']}", "value": ""} if each["do"] == Do.FLAG else each for each in row.actions]
    return row.record() | {"actions": actions}


def _pressed(data: QueryDict) -> dict[str, Any]:
    """What was typed, with one row more or less."""
    shown: dict[str, Any] = {name: data.get(name, "") for name in ("name", "match", "active")}
    button = str(data[BUTTON])
    for prefix, (noun, new) in _ROWS.items():
        rows = _typed(data, prefix)
        way, number = button[len(prefix) : len(prefix) + 1], button[len(prefix) + 1 :]
        if button.startswith(prefix):
            if way == "+":
                rows = [*rows, new][:MOST_PARTS]
            rows = [row for place, row in enumerate(rows) if way != "-" or str(place) != number]
        shown[noun] = rows
    return shown


def _typed(data: QueryDict, prefix: str) -> list[dict[str, str]]:
    names = (ConditionForm if prefix == "if" else ActionForm).base_fields
    told = data.get(f"{prefix}-TOTAL_FORMS", "")
    total = min(int(told), MOST_PARTS) if told.isascii() and told.isdigit() and len(told) < 5 else 0
    return [{name: data.get(f"{prefix}-{place}-{name}", "") for name in names} for place in range(total)]

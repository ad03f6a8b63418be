"""The vacation notice."""

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carteiro.hosting.owner import vacations
from carteiro.web.account.whose import whose
from carteiro.web.look.fields import SwitchField
from carteiro.web.look.forms import Fieldset, Form, refusals
from carteiro.web.people.request import PersonRequest

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def _moment(label: "_StrPromise") -> forms.DateTimeField:
    # The browser's own picker; it takes and gives local time without seconds.
    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=False, widget=widget)


class VacationForm(Form):
    """What answers, when, and how often."""

    active = SwitchField(label=gettext_lazy("Answer while I am away"))
    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=255,
        required=False,
        help_text=gettext_lazy("Empty: “Auto:” and the subject of the message that is answered."),
    )
    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=vacations.LONGEST_TEXT,
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 8}),
    )
    starts = _moment(gettext_lazy("From"))
    ends = _moment(gettext_lazy("Until"))
    days = forms.IntegerField(
        label=gettext_lazy("Days before the same sender is answered again"),
        min_value=1,
        max_value=vacations.MOST_DAYS,
        widget=forms.NumberInput({"class": "short"}),
    )
    fieldsets = (
        Fieldset(
            gettext_lazy("When"),
            ("starts", "ends", "days"),
            gettext_lazy("Without dates it answers at once, until it is switched off."),
        ),
    )


def edit(request: PersonRequest, address: str = "") -> HttpResponse:
    """Look at the notice and change it."""
    owner = whose(request, address)
    kept = vacations.get(request.actor, owner.address)
    initial = {name: getattr(kept, name) for name in VacationForm.base_fields}
    form = VacationForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            changed = vacations.set_(request.actor, owner.address, **form.cleaned_data)
            messages.success(request, _("The notice is on.") if changed.active else _("The notice is off."))
            return owner.go("vacation")
    shown = {"form": form, "owner": owner, "kept": kept}
    return render(request, "account/vacation.html", shown, status=422 if form.errors else 200)

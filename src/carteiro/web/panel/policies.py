"""The policies of the host: second factors, passwords, how long sessions last."""

from dataclasses import asdict

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carteiro.hosting.people import policy
from carteiro.web.look.fields import SwitchField
from carteiro.web.look.forms import Fieldset, Form, refusals
from carteiro.web.people import sudo
from carteiro.web.people.request import PersonRequest


class PoliciesForm(Form):
    """All policies."""

    fieldsets = (
        Fieldset(
            gettext_lazy("Who must sign in with a second factor"),
            ("second_factor_superadmins", "second_factor_domain_admins", "second_factor_users"),
            help=gettext_lazy(
                "Whoever has none sets one up at the next sign-in. A domain can ask it of its people too."
            ),
        ),
        Fieldset(gettext_lazy("Passwords"), ("password_score",)),
        Fieldset(gettext_lazy("Sessions"), ("idle_minutes", "session_hours")),
    )

    second_factor_superadmins = SwitchField(label=gettext_lazy("Superadmins"))
    second_factor_domain_admins = SwitchField(label=gettext_lazy("Administrators of domains"))
    second_factor_users = SwitchField(label=gettext_lazy("Owners of mailboxes"))
    password_score = forms.TypedChoiceField(
        label=gettext_lazy("How hard a new password must be to guess"),
        coerce=int,
        choices=(
            (0, gettext_lazy("Eight characters are enough")),
            (1, gettext_lazy("Not at the first thousand tries")),
            (2, gettext_lazy("Not at the first million tries")),
            (3, gettext_lazy("Not at the first hundred million tries")),
            (4, gettext_lazy("Not at the first ten thousand million tries")),
        ),
    )
    idle_minutes = forms.IntegerField(
        label=gettext_lazy("A session ends after so many minutes without a click"), min_value=5, max_value=24 * 60
    )
    session_hours = forms.IntegerField(
        label=gettext_lazy("A session ends after so many hours in any case"), min_value=1, max_value=30 * 24
    )


@sudo.required
def edit(request: PersonRequest) -> HttpResponse:
    """Decide for the whole host."""
    form = PoliciesForm(request.POST or None, initial=asdict(policy.get()))
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            policy.set_(request.actor, **form.cleaned_data)
            messages.success(request, _("The policies are changed. They hold from the next sign-in on."))
            return redirect("policies")
    return render(request, "panel/policies.html", {"form": form}, status=422 if form.errors else 200)

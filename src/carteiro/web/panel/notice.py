"""The message of the day: written for each role in each language, with a look at how it will stand on the pages."""

from django import forms
from django.conf import settings as django_settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carteiro.hosting import notices
from carteiro.hosting.access import Role
from carteiro.web.look.forms import Fieldset, Form, refusals
from carteiro.web.look.tabs import Tab
from carteiro.web.people.request import PersonRequest

ROLES: dict[Role, str | Promise] = {
    Role.USER: gettext_lazy("For users"),
    Role.DOMAIN_ADMIN: gettext_lazy("For administrators of domains"),
    Role.SUPERADMIN: gettext_lazy("For superadmins"),
}
_PREVIEW = "preview"


def _title() -> forms.CharField:
    return forms.CharField(label=gettext_lazy("Title"), max_length=255, required=False)


def _text() -> forms.CharField:
    widget = forms.Textarea({"rows": 4})
    return forms.CharField(label=gettext_lazy("Text"), max_length=notices.LONGEST, required=False, widget=widget)


class NoticeForm(Form):
    """A title and a text for each role; empty ones are not shown."""

    extras = Form.extras | {_PREVIEW}

    subject_user, body_user = _title(), _text()
    subject_domain_admin, body_domain_admin = _title(), _text()
    subject_superadmin, body_superadmin = _title(), _text()
    fieldsets = tuple(Fieldset(label, (f"subject_{role}", f"body_{role}")) for role, label in ROLES.items())


def edit(request: PersonRequest) -> HttpResponse:
    """Write, look, save."""
    names = dict(django_settings.LANGUAGES)
    asked = request.GET.get("language", "")
    language = asked if asked in names else "en"
    kept = notices.list_(request.actor)
    initial: dict[str, str] = {}
    for role in ROLES:
        row = kept.get((role, language))
        initial |= {f"subject_{role}": row.subject if row else "", f"body_{role}": row.body if row else ""}
    form = NoticeForm(request.POST or None, initial=initial)
    here = f"{reverse('notice')}?language={language}"
    previews = []
    if request.method == "POST" and form.is_valid():
        said = {role: (form.cleaned_data[f"subject_{role}"], form.cleaned_data[f"body_{role}"]) for role in ROLES}
        if _PREVIEW in request.POST:
            previews = [(ROLES[role], *texts) for role, texts in said.items() if any(texts)]
        else:
            with refusals(form):
                for role, (subject, body) in said.items():
                    notices.set_(request.actor, role, language, subject=subject, body=body)
                messages.success(request, _("Saved. It stands on their pages from now on."))
                return redirect(here)
    tabs = [Tab(name, f"{reverse('notice')}?language={code}", code == language) for code, name in names.items()]
    shown = {"form": form, "tabs": tabs, "previews": previews, "here": here}
    return render(request, "panel/notice.html", shown, status=422 if form.errors else 200)

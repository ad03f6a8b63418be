"""The first letter in a new mailbox: written in each language, with a look at how it will arrive."""

from django import forms
from django.conf import settings as django_settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carteiro.hosting import welcome
from carteiro.web.look.forms import Form, refusals
from carteiro.web.look.tabs import Tab
from carteiro.web.people.request import PersonRequest

# What stands in each place of the letter.
PLACES: dict[str, str | Promise] = {
    "address": gettext_lazy("the address of the mailbox"),
    "name": gettext_lazy("the name of its owner, or else the address"),
    "host": gettext_lazy("the name of this host"),
    "panel": gettext_lazy("the address of this panel"),
}
_PREVIEW = "preview"


class WelcomeForm(Form):
    """Subject and text, both or none."""

    extras = Form.extras | {_PREVIEW}

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=255, required=False)
    body = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=welcome.LONGEST,
        required=False,
        widget=forms.Textarea({"rows": 12}),
        help_text=gettext_lazy("With both left empty, the letter that comes with the program is sent again."),
    )

    def letter(self) -> welcome.Letter:
        """What was written."""
        return welcome.Letter(self.cleaned_data["subject"], self.cleaned_data["body"])


def edit(request: PersonRequest) -> HttpResponse:
    """Write, look, save."""
    names = dict(django_settings.LANGUAGES)
    asked = request.GET.get("language", "")
    language = asked if asked in names else "en"
    kept = welcome.written(request.actor, language)
    form = WelcomeForm(request.POST or None, initial={"subject": kept.subject, "body": kept.body})
    here = f"{reverse('welcome')}?language={language}"
    preview = None
    if request.method == "POST" and form.is_valid():
        letter = form.letter()
        with refusals(form, "body"):
            if _PREVIEW in request.POST:
                preview = _as_sent(request, letter)
            else:
                welcome.set_(request.actor, language, subject=letter.subject, body=letter.body)
                messages.success(request, _("Saved. New mailboxes get this letter from now on."))
                return redirect(here)
    shown = {
        "form": form,
        "tabs": [Tab(name, f"{reverse('welcome')}?language={code}", code == language) for code, name in names.items()],
        "places": [(f"{{{place}}}", meaning) for place, meaning in PLACES.items()],
        "preview": preview,
        "here": here,
    }
    return render(request, "panel/welcome.html", shown, status=422 if form.errors else 200)


def _as_sent(request: PersonRequest, letter: welcome.Letter) -> welcome.Letter:
    """The letter as the person who asks would get it."""
    person = request.user
    name = person.mailbox.name if person.mailbox else ""
    host = django_settings.CARTEIRO_SETTINGS.hostname
    panel = request.build_absolute_uri("/")
    return welcome.filled(letter, address=person.address, name=name or person.address, host=host, panel=panel)

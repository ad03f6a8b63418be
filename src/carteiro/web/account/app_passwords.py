"""App passwords: one for each device, shown once, taken back one by one."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from carteiro.hosting import app_passwords
from carteiro.web.account.whose import whose
from carteiro.web.look.forms import refusals
from carteiro.web.look.once import Once
from carteiro.web.people import sudo
from carteiro.web.people.request import PersonRequest

_PROTOCOLS = (
    ("imap", gettext_lazy("Read mail (IMAP)")),
    ("pop3", gettext_lazy("Fetch mail (POP3)")),
    ("smtp", gettext_lazy("Send mail (SMTP)")),
    ("sieve", gettext_lazy("Edit filters (ManageSieve)")),
)


class AppPasswordForm(Once):
    """Which device, and what it may do."""

    label = forms.CharField(
        label=gettext_lazy("Device or program"),
        max_length=255,
        help_text=gettext_lazy("So that you know it again, such as “Thunderbird on my laptop”."),
    )
    protocols = forms.MultipleChoiceField(
        label=gettext_lazy("It may"),
        choices=_PROTOCOLS,
        initial=["imap", "smtp"],
        widget=forms.CheckboxSelectMultiple,
    )


def list_(request: PersonRequest, address: str = "") -> HttpResponse:
    """The app passwords of a mailbox, never the passwords themselves."""
    owner = whose(request, address)
    rows = [
        {
            "row": row,
            "may": [label for name, label in _PROTOCOLS if getattr(row, name)],
            "remove": owner.url("app-password-remove", row.pk),
        }
        for row in app_passwords.list_(request.actor, owner.address)
    ]
    return render(
        request, "account/app_passwords.html", {"rows": rows, "owner": owner, "add": owner.url("app-password-add")}
    )


@never_cache
@sudo.required
def add(request: PersonRequest, address: str = "") -> HttpResponse:
    """Make one and show it."""
    owner = whose(request, address)
    form = AppPasswordForm(request.POST or None, session=request.session)
    shown = {"form": form, "owner": owner, "cancel": owner.url("app-passwords")}
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with refusals(form, "label"):
            row, clear = app_passwords.add(request.actor, owner.address, given["protocols"], label=given["label"])
            return render(request, "account/app_password_made.html", {"row": row, "password": clear, **shown})
    return render(request, "account/app_password_add.html", shown, status=422 if form.errors else 200)


def remove(request: PersonRequest, number: int, address: str = "") -> HttpResponse:
    """Ask, then take one back."""
    owner = whose(request, address)
    row = app_passwords.get(request.actor, owner.address, number)
    if request.method == "POST":
        app_passwords.remove(request.actor, owner.address, number)
        messages.success(request, _("It logs in no more."))
        return owner.go("app-passwords")
    return render(request, "account/app_password_remove.html", {"row": row, "cancel": owner.url("app-passwords")})

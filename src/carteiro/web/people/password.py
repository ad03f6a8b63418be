"""Passwords: changed, forgotten, chosen again by a link; and the first superadmin's."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from carteiro.hosting.people import persons, recovery, setup
from carteiro.web.look.forms import Form, refusals
from carteiro.web.people import entering, security
from carteiro.web.people.request import PersonRequest, network, origin

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_LINK = "people.link"


def _field(label: "_StrPromise", autocomplete: str, help_text: "_StrPromise | str" = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, max_length=1024, strip=False, widget=widget, help_text=help_text)


class RatedPasswordInput(forms.PasswordInput):
    """A new password whose strength is told below it while it is typed."""

    rated = True

    def __init__(self) -> None:
        asked = {
            "hx-post": reverse_lazy("password-strength"),
            "hx-trigger": "input changed delay:300ms",
            "hx-params": "new,csrfmiddlewaretoken",
            "hx-target": "#strength",
        }
        super().__init__({"autocomplete": "new-password", **asked})


class NewPasswordForm(Form):
    """A password that somebody chooses."""

    new = _field(
        gettext_lazy("New password"),
        "new-password",
        gettext_lazy("A few words that have nothing to do with each other are good; eight characters at least."),
    )
    again = _field(gettext_lazy("The same once more"), "new-password")

    def clean(self) -> dict[str, Any] | None:
        """Both have to be the same."""
        given = super().clean() or {}
        if {"new", "again"} <= set(given) and given["new"] != given["again"]:
            self.add_error("again", _("The two passwords differ."))
        return given


class ChangeForm(NewPasswordForm):
    """The old one too."""

    field_order = ("old", "new", "again")
    new = forms.CharField(
        label=gettext_lazy("New password"),
        max_length=1024,
        strip=False,
        widget=RatedPasswordInput,
        help_text=NewPasswordForm.base_fields["new"].help_text,
    )
    old = _field(gettext_lazy("Your password until now"), "current-password")


class ForgottenForm(Form):
    """Whose password it is."""

    refused = ""
    address = forms.CharField(
        label=gettext_lazy("Your e-mail address here"),
        max_length=320,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True, "type": "text"}),
    )


class SetupForm(NewPasswordForm):
    """The first superadmin."""

    field_order = ("address", "new", "again")
    address = forms.CharField(
        label=gettext_lazy("Your e-mail address"),
        max_length=255,
        help_text=gettext_lazy("You sign in with it. If it is a mailbox of this host, give its password below."),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True, "type": "text"}),
    )


@sensitive_post_parameters()
def change(request: PersonRequest) -> HttpResponse:
    """Choose another password; every other session ends."""
    form = ChangeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with refusals(form, "new"):
            persons.change_password(request.user, given["old"], given["new"], origin(request))
            security.end_others(request)
            update_session_auth_hash(request, request.user)
            entering.remember_session(request, request.user)
            entering.done(request, entering.PASSWORD)
            messages.success(request, _("Your password is changed, for the mail programs too."))
            return redirect("start")
    context = {"form": form, "owed": entering.PASSWORD in entering.owed(request)}
    return render(request, "people/password.html", context, status=422 if form.errors else 200)


def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link; the answer is the same for everybody."""
    form = ForgottenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            recovery.ask(form.cleaned_data["address"], network(request))
            return render(request, "people/forgotten_sent.html")
    return render(request, "people/forgotten.html", {"form": form}, status=422 if form.errors else 200)


def take_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Keep the secret of a link in the session, so that it stands in no further address."""
    recovery.look(secret)
    request.session[_LINK] = secret
    return redirect("recover-choose")


@sensitive_post_parameters()
def choose(request: HttpRequest) -> HttpResponse:
    """Choose a password with a link."""
    secret = request.session.get(_LINK, "")
    person = recovery.look(secret)
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals(form, "new"):
            person = recovery.recover(secret, form.cleaned_data["new"], origin(request))
            del request.session[_LINK]
            return entering.enter(request, person)
    context = {"form": form, "address": person.address}
    return render(request, "people/recover.html", context, status=422 if form.errors else 200)


def confirm_address(request: HttpRequest, secret: str) -> HttpResponse:
    """Confirm a recovery address; by a button, since programs that look for viruses open links too."""
    if request.method == "POST":
        recovery.confirm(secret, origin(request))
        return render(request, "people/confirmed.html")
    return render(request, "people/confirm.html")


@sensitive_post_parameters()
def first(request: HttpRequest, secret: str) -> HttpResponse:
    """Make the first superadmin."""
    setup.check(secret)
    form = SetupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with refusals(form, "new"):
            admin = setup.make_superadmin(secret, given["address"], given["new"], network(request))
            person = persons.find(admin.address)
            return entering.enter(request, person) if person else redirect("sign-in")
    return render(request, "people/setup.html", {"form": form}, status=422 if form.errors else 200)

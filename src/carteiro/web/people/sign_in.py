"""Signing in and out."""

from django import forms
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from carteiro.hosting.people.sign_in import Attempt, sign_in
from carteiro.web.look.forms import Form, refusals
from carteiro.web.people import entering, factors
from carteiro.web.people.keys import KeyForm
from carteiro.web.people.request import network


class SignInForm(Form):
    """The address and its password."""

    refused = ""
    address = forms.CharField(
        label=_("E-mail address"),
        max_length=320,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True, "type": "text"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class CodeForm(Form):
    """A code of an app, or a recovery code."""

    refused = ""
    code = forms.CharField(
        label=_("Code"),
        max_length=32,
        help_text=_("Six digits from the app, or one of your recovery codes."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
    )


@sensitive_post_parameters()
def enter(request: HttpRequest) -> HttpResponse:
    """The way in."""
    if request.user.is_authenticated:
        return redirect(entering.target(request) or "start")
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        address, password = form.cleaned_data["address"], form.cleaned_data["password"]
        with refusals(form):
            attempt = Attempt(address, password, network(request), entering.device(request, address))
            return entering.enter(request, sign_in(attempt))
    return render(request, "people/sign_in.html", {"form": form}, status=422 if form.errors else 200)


@sensitive_post_parameters()
def second(request: HttpRequest) -> HttpResponse:
    """The second factor, by a code or by a key."""
    person = entering.waiting(request)
    if person is None:
        return redirect("sign-in")
    answer = KeyForm(request.POST) if "answer" in request.POST else None
    form = CodeForm(request.POST if request.method == "POST" and answer is None else None)
    if answer is not None and answer.is_valid():
        with refusals(answer):
            factors.check_key(person, answer.cleaned_data["answer"])
            return entering.finish(request, person)
    if request.method == "POST" and answer is None and form.is_valid():
        with refusals(form, "code"):
            factors.check_code(person, form.cleaned_data["code"])
            return entering.finish(request, person)
    context = {"form": form, "key": factors.challenge(person), "answer": answer, "address": person.address}
    return render(request, "people/second.html", context, status=200 if request.method == "GET" else 422)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """The way out."""
    logout(request)
    return redirect("sign-in")

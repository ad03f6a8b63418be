"""Sudo mode: before what is dangerous somebody shows again who they are."""

import time
from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from carteiro.hosting.people import sign_in
from carteiro.hosting.people.sign_in import Attempt
from carteiro.web.look.forms import Form, refusals
from carteiro.web.people import entering, factors
from carteiro.web.people.keys import KeyForm
from carteiro.web.people.request import PersonRequest, network

SECONDS = 15 * 60

View = Callable[..., HttpResponse]


class PasswordForm(Form):
    """The password once more."""

    refused = ""
    password = forms.CharField(
        label=_("Your password"),
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )


def fresh(request: PersonRequest) -> bool:
    """Whether the person showed within the last quarter of an hour who they are."""
    return time.time() - entering.confirmed_at(request) < SECONDS


def required(view: View) -> View:
    """A view that only opens for who showed lately who they are; others do so first, and come back."""

    @wraps(view)
    def guarded(request: PersonRequest, *args: object, **places: object) -> HttpResponse:
        if fresh(request):
            return view(request, *args, **places)
        return redirect(f"{resolve_url('sudo')}?{urlencode({'next': _page(request)})}")

    return guarded


def _page(request: PersonRequest) -> str:
    """The page to come back to: that of a form which was sent from a page that lay open for so long."""
    if request.method == "GET":
        return request.get_full_path()
    came_from = urlsplit(request.headers.get("Referer", ""))
    return came_from.path if came_from.netloc == request.get_host() else resolve_url("start")


@sensitive_post_parameters()
def confirm(request: PersonRequest) -> HttpResponse:
    """Ask for the password again, or for a key."""
    answer = KeyForm(request.POST) if "answer" in request.POST else None
    form = PasswordForm(request.POST if request.method == "POST" and answer is None else None)
    if answer is not None and answer.is_valid():
        with refusals(answer):
            factors.check_key(request.user, answer.cleaned_data["answer"])
            return _back(request)
    if request.method == "POST" and answer is None and form.is_valid():
        address = request.user.address
        with refusals(form, "password"):
            device = entering.device(request, address)
            sign_in.sign_in(Attempt(address, form.cleaned_data["password"], network(request), device))
            return _back(request)
    context = {"form": form, "key": factors.challenge(request.user), "answer": answer}
    return render(request, "people/sudo.html", context, status=200 if request.method == "GET" else 422)


def _back(request: PersonRequest) -> HttpResponse:
    entering.confirm(request)
    return redirect(entering.target(request) or "start")

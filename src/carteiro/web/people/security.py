"""The page on which people keep their account safe: second factors, recovery address, sessions."""

from datetime import timedelta
from urllib.parse import quote

import segno
from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from carteiro.hosting.models import Person
from carteiro.hosting.people import persons, policy, recovery
from carteiro.web.look.forms import Form, refusals
from carteiro.web.people import entering, factors, sudo
from carteiro.web.people.keys import KeyForm
from carteiro.web.people.request import PersonRequest, origin

_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    *(("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad")),
    *(("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux")),
)
_SECRET = "people.app_secret"  # noqa: S105 - where the session has it


class AppCodeForm(Form):
    """What the app shows, to prove that it has the secret."""

    code = forms.CharField(
        label=gettext_lazy("Code that the app shows"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class RecoveryForm(Form):
    """An address elsewhere."""

    address = forms.CharField(
        label=gettext_lazy("Recovery address"),
        required=False,
        max_length=255,
        help_text=gettext_lazy("An address elsewhere, for a link to a new password. Empty: none."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "type": "text"}),
    )


def overview(request: PersonRequest) -> HttpResponse:
    """What there is."""
    person = request.user
    context = {
        "factors": factors.of(person),
        "codes_left": factors.codes_left(person),
        "sessions": _sessions(request),
        "person": person,
        "owed": entering.SECOND_FACTOR in entering.owed(request),
    }
    return render(request, "people/security.html", context)


@sudo.required
def add_app(request: PersonRequest) -> HttpResponse:
    """Set up an app that shows codes."""
    form = AppCodeForm(request.POST or None)
    secret = request.session.get(_SECRET)
    if secret is None:
        secret = request.session[_SECRET] = factors.new_secret()
    if request.method == "POST" and form.is_valid():
        with refusals(form, "code"):
            factors.add_app(request.user, secret, form.cleaned_data["code"])
            del request.session[_SECRET]
            return _added(request, "TOTP")
    context = {"form": form, "secret": secret, "picture": _picture(request.user, secret)}
    return render(request, "people/app.html", context, status=422 if form.errors else 200)


@sudo.required
def add_key(request: PersonRequest) -> HttpResponse:
    """Set up a security key, or a passkey of the device."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"] or _("Security key")
        with refusals(form):
            factors.add_key(request.user, name, form.cleaned_data["answer"])
            return _added(request, name)
    context = {"form": form, "offer": factors.offer(request.user)}
    return render(request, "people/key.html", context, status=422 if form.errors else 200)


@require_POST
@sudo.required
def remove(request: PersonRequest, number: int) -> HttpResponse:
    """Remove an app or a key."""
    name = factors.remove(request.user, number)
    persons.note(request.user, origin(request), second_factor=f"removed: {name}")
    messages.success(request, _("%(name)s is removed.") % {"name": name})
    return redirect("security")


@sudo.required
def codes(request: PersonRequest) -> HttpResponse:
    """Make recovery codes, and show them this once."""
    if request.method != "POST" or not factors.has(request.user):
        return redirect("security")
    fresh = factors.renew_codes(request.user)
    persons.note(request.user, origin(request), recovery_codes="made")
    return render(request, "people/codes.html", {"codes": fresh})


@sudo.required
def recovery_address(request: PersonRequest) -> HttpResponse:
    """Keep another recovery address."""
    form = RecoveryForm(request.POST or None, initial={"address": request.user.recovery_address})
    if request.method == "POST" and form.is_valid():
        with refusals(form, "address"):
            recovery.set_address(request.user, form.cleaned_data["address"], origin(request))
            if request.user.recovery_address and request.user.recovery_confirmed is None:
                messages.info(request, _("Open the link in the message that we sent there: then the address counts."))
            else:
                messages.success(request, _("Saved."))
            return redirect("security")
    return render(request, "people/recovery_address.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def end_sessions(request: PersonRequest) -> HttpResponse:
    """End one other session, or all of them."""
    others = UserSession.objects.filter(user=request.user).exclude(session_key=request.session.session_key)
    number = request.POST.get("session", "")
    if number:
        others = others.filter(pk=int(number)) if number.isdecimal() and len(number) < 19 else others.none()
    ended = [session.end() for session in others]
    if ended:
        persons.note(request.user, origin(request), sessions=f"ended: {len(ended)}")
        messages.success(request, _("Signed out there."))
    return redirect("security")


def end_others(request: PersonRequest) -> None:
    """End all sessions of the person but this one."""
    for session in UserSession.objects.filter(user=request.user).exclude(session_key=request.session.session_key):
        session.end()


def _added(request: PersonRequest, name: str) -> HttpResponse:
    """A second factor is there: with the first one come recovery codes."""
    persons.note(request.user, origin(request), second_factor=f"added: {name}")
    entering.done(request, entering.SECOND_FACTOR)
    messages.success(request, _("%(name)s is set up. You will be asked for it when you sign in.") % {"name": name})
    if factors.codes_left(request.user):
        return redirect("security")
    return render(request, "people/codes.html", {"codes": factors.renew_codes(request.user)})


def _sessions(request: PersonRequest) -> list[tuple[UserSession, str]]:
    """The sessions that last, each with the program that it is in."""
    held = UserSession.objects.filter(user=request.user).order_by("-last_seen_at")
    held = held.filter(last_seen_at__gt=timezone.now() - timedelta(minutes=policy.get().idle_minutes))
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return [(session, _program(session.user_agent)) for session in held.filter(session_key__in=alive)]


def _program(user_agent: str) -> str:
    """What a browser says that it is, in short: the first names that fit, since each of them names others too."""
    browser = next((shown for part, shown in _BROWSERS if part in user_agent), "")
    system = next((shown for part, shown in _SYSTEMS if part in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or user_agent[:60] or _("Unknown browser")


def _picture(person: Person, secret: str) -> SafeString:
    """A QR code as an element of the page."""
    host = settings.CARTEIRO_SETTINGS.hostname
    link = f"otpauth://totp/{quote(f'{host}:{person.address}')}?{urlencode({'secret': secret, 'issuer': host})}"
    # segno writes numbers and colours of its own alone.
    return mark_safe(segno.make(link).svg_inline(scale=5, border=4, light="#fff", dark="#000"))  # noqa: S308

"""The way in, after the password: who waits for the second factor, and what is kept when somebody is in."""

import time

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.contrib.sessions.models import Session
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from carteiro.hosting.models import Person
from carteiro.hosting.people import persons, policy
from carteiro.web.people import factors
from carteiro.web.people.request import network

BACKEND = "carteiro.web.people.backend.AddressBackend"
DEVICE_COOKIE = "__Host-device"
CONFIRMED = "people.confirmed"  # in the session: when somebody showed last who they are
PASSWORD, SECOND_FACTOR = "password", "second_factor"

_WAITING = "people.waiting"
_OWES = "people.owes"
_BOUNDS = "people.bounds"
_PATIENCE = 600  # seconds for the second factor
_DEVICE_DAYS = 180
_PEOPLE_OF_A_DEVICE = 8


def enter(request: HttpRequest, person: Person) -> HttpResponse:
    """Let somebody in whose password was right: at once, or by way of the second factor."""
    if not factors.has(person):
        return finish(request, person)
    request.session.cycle_key()
    request.session[_WAITING] = {
        "person": person.pk,
        "at": time.time(),
        "seal": person.get_session_auth_hash(),
        "next": target(request),
    }
    return redirect("second-factor")


def waiting(request: HttpRequest) -> Person | None:
    """Whose password was right a moment ago, and whose second factor is still to come."""
    held = request.session.get(_WAITING)
    if held is None or time.time() - held["at"] > _PATIENCE:
        return None
    person = Person.objects.filter(pk=held["person"]).first()
    if person is None or not person.is_active:
        return None
    return person if constant_time_compare(person.get_session_auth_hash(), held["seal"]) else None


def finish(request: HttpRequest, person: Person) -> HttpResponse:
    """Somebody is in: a session of their own under a new key, within the bounds that the host sets."""
    place = request.session.get(_WAITING, {}).get("next") or target(request)
    request.session.flush()
    login(request, person, backend=BACKEND)
    owes = [PASSWORD] if persons.must_change_password(person) else []
    if persons.must_have_second_factor(person) and not factors.has(person):
        owes.append(SECOND_FACTOR)
    wanted, now = policy.get(), time.time()
    request.session[_OWES] = owes
    request.session[_BOUNDS] = {
        "seen": now,
        "idle": wanted.idle_minutes * 60,
        "until": now + wanted.session_hours * 3600,
    }
    request.session.set_expiry(wanted.session_hours * 3600)
    confirm(request)
    remember_session(request, person)
    if (language := get_language() or "") != person.language:
        persons.set_look(person, language=language)  # for mail that the host writes to them
    response = redirect(place or "start")
    _remember_device(request, response, person)
    return response


def remember_session(request: HttpRequest, person: Person) -> None:
    """Keep the session in the list that its owner sees, and forget those that are over."""
    request.session.save()
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    theirs = UserSession.objects.filter(user=person)
    theirs.exclude(session_key__in=Session.objects.values("session_key")).delete()
    UserSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": person,
            "ip": network(request) or "::",
            "user_agent": request.headers.get("User-Agent", "")[:200],
        },
    )


def within_bounds(request: HttpRequest) -> bool:
    """Whether a session is neither idle nor old; keeps when it was seen, once a minute."""
    bounds, now = request.session.get(_BOUNDS), time.time()
    if bounds is None:
        return True
    if now > bounds["until"] or now > bounds["seen"] + bounds["idle"]:
        return False
    if now > bounds["seen"] + 60:
        request.session[_BOUNDS] = bounds | {"seen": now}
        UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=timezone.now())
    return True


def owed(request: HttpRequest) -> list[str]:
    """What the person has to do before anything else: choose a password, set up a second factor."""
    return list(request.session.get(_OWES, []))


def done(request: HttpRequest, what: str) -> None:
    """The person did what was owed."""
    request.session[_OWES] = [each for each in owed(request) if each != what]


def confirm(request: HttpRequest) -> None:
    """The person just showed who they are."""
    request.session[CONFIRMED] = time.time()


def confirmed_at(request: HttpRequest) -> float:
    """When the person last showed who they are, in seconds since 1970."""
    return float(request.session.get(CONFIRMED, 0.0))


def target(request: HttpRequest) -> str:
    """The page of ours that somebody wanted to see before signing in; nothing where it is none of ours."""
    place = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(place, {request.get_host()}, require_https=True)
    return place if safe and place.startswith("/") else ""


def device(request: HttpRequest, address: str) -> str:
    """The name of the device, if somebody signed in with that address on it before."""
    name, people = _device(request)
    return name if _mark(address) in people else ""


def _device(request: HttpRequest) -> tuple[str, list[str]]:
    """The name of the device, and the marks of the addresses that signed in on it."""
    try:
        held = signing.loads(request.COOKIES.get(DEVICE_COOKIE, ""), salt=DEVICE_COOKIE, max_age=_DEVICE_DAYS * 86400)
    except signing.BadSignature:
        return "", []
    return str(held["id"]), list(held["people"])


def _remember_device(request: HttpRequest, response: HttpResponse, person: Person) -> None:
    name, people = _device(request)
    mine = _mark(person.address)
    people = [mine, *(each for each in people if each != mine)][:_PEOPLE_OF_A_DEVICE]
    value = {"id": name or get_random_string(22), "people": people}
    response.set_cookie(
        DEVICE_COOKIE,
        signing.dumps(value, salt=DEVICE_COOKIE),
        max_age=_DEVICE_DAYS * 86400,
        secure=True,
        httponly=True,
        samesite=settings.SESSION_COOKIE_SAMESITE,
    )


def _mark(address: str) -> str:
    """An address as the cookie has it, so that whoever reads the cookie does not read the address."""
    return salted_hmac(DEVICE_COOKIE, persons.normal(address), algorithm="sha256").hexdigest()[:32]

"""The addresses of pages with the right that each one needs: the one place where views are guarded."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import URLPattern, path

from carteiro.hosting.access import Actor, Right, require
from carteiro.hosting.models import Domain
from carteiro.mail.address import parse_domain
from carteiro.web.people.request import PersonRequest
from carteiro.words import Fault

View = Callable[..., HttpResponseBase]

# The name of every page's address → the right that it needs; None: to be signed in.
NEEDS: dict[str, Right | None] = {}


def page(route: str, view: View, name: str, right: Right | None = None) -> URLPattern:
    """An address whose view only sees who may see it.

    Where the route has a `domain` or an `address`, the right is asked for that domain, or for that mailbox of one's
    own; elsewhere the actor must have it somewhere, and the use cases look closer.
    """
    NEEDS[name] = right

    @wraps(view)
    def guarded(request: PersonRequest, **places: str) -> HttpResponseBase:
        if not request.user.is_authenticated:
            if request.htmx:  # it would put the way in into the middle of a page; ours loads the page again
                return HttpResponse(status=401)
            return redirect_to_login(request.get_full_path(), resolve_url("sign-in"))
        if right is not None:
            _require(request.actor, right, places)
        return view(request, **places)

    return path(route, guarded, name=name)


def may_open(actor: Actor, name: str) -> bool:
    """Whether a page that is about no domain or mailbox in particular is for this actor; for menus."""
    right = NEEDS[name]
    return right is None or actor.has(right)


def _require(actor: Actor, right: Right, places: dict[str, str]) -> None:
    address = places.get("address", "")
    thing = places.get("domain") or address
    if not thing:
        if not actor.has(right):
            require(actor, right, thing="")
        return
    domain = _domain_id(thing.rpartition("@")[2])
    own = actor.mailbox if address and address.lower() == actor.name else None
    require(actor, right, domain, own, thing=thing)


def _domain_id(name: str) -> int | None:
    try:
        ascii_name = parse_domain(name).ascii
    except Fault:
        return None
    return Domain.objects.filter(name=ascii_name).values_list("pk", flat=True).first()

"""The one place where a refusal of a use case becomes an answer of HTTP."""

import sys
from collections.abc import Callable

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language

from carteiro.hosting.errors import DatabaseFault, Forbidden, NotFound, fault_of
from carteiro.web.look.preferences import chosen_theme
from carteiro.web.site.settings import languages
from carteiro.words import Fault, explain

_STATUS: tuple[tuple[type[Fault], int], ...] = ((Forbidden, 403), (NotFound, 404))


class middleware:  # noqa: N801 - named as the others are
    """Shows a fault that no form took as a page with its reason and its remedy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing to do on the way."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for a Fault; other exceptions are bugs and become a 500."""
        if isinstance(error, DatabaseFault | Error):
            return away(request, error)
        if not isinstance(error, Fault):
            return None
        status = next((status for kind, status in _STATUS if isinstance(error, kind)), 409)
        return page(request, status, *explain(error, get_language() or ""))


def away(request: HttpRequest, error: Exception) -> HttpResponse:
    """The accounts database can't do its work: in words, and without asking it who wants to know."""
    fault = error if isinstance(error, Fault) else fault_of(error)
    reason, remedy = explain(fault, get_language() or "")
    shown = {
        "status": 503,
        "reason": reason,
        "remedy": remedy,
        "languages": languages(),
        "theme": chosen_theme(request),
        "request": request,
        "csrf_token": get_token(request),
    }
    return HttpResponse(render_to_string("look/error.html", shown), status=503)


def page(request: HttpRequest, status: int, reason: str = "", remedy: str = "") -> HttpResponse:
    """An error page; without a reason, what the status says by itself."""
    return render(request, "look/error.html", {"status": status, "reason": reason, "remedy": remedy}, status=status)


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from a page of ours, or came too late."""
    return page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No page has this address."""
    return page(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """A bug: it is in the log. Or the database is away, before or after all views."""
    error = sys.exc_info()[1]
    if isinstance(error, DatabaseFault | Error):
        return away(request, error)
    return page(request, 500)

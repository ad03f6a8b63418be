"""The one place where a refusal of a use case becomes an answer of HTTP."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from carteiro.hosting.errors import DatabaseFault, Forbidden, NotFound
from carteiro.words import Fault, explain

_STATUS: tuple[tuple[type[Fault], int], ...] = ((Forbidden, 403), (NotFound, 404), (DatabaseFault, 503))


class middleware:  # noqa: N801 - named as the others are
    """Shows a fault that no form took as a page with its reason and its remedy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing to do on the way."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for a Fault; other exceptions are bugs and become a 500."""
        if not isinstance(error, Fault):
            return None
        status = next((status for kind, status in _STATUS if isinstance(error, kind)), 409)
        return page(request, status, *explain(error, get_language() or ""))


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
    """A bug: it is in the log."""
    return page(request, 500)

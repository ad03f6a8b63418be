"""The panel is closed while the accounts move to another database."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from carteiro.hosting.database import configure
from carteiro.web.site import refusals

Answer = Callable[[HttpRequest], HttpResponse]


def middleware(get_response: Answer) -> Answer:
    """Say so, before a session or a wrong password wants to be written down."""

    def answer(request: HttpRequest) -> HttpResponse:
        fault = configure.standing_still()
        return get_response(request) if fault is None else refusals.away(request, fault)

    return answer

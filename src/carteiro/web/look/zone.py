"""Times in the reader's own zone: the browser tells it by a cookie, from the second page on."""

from collections.abc import Callable
from functools import cache
from urllib.parse import unquote
from zoneinfo import ZoneInfo, available_timezones

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

COOKIE = "__Host-zone"

Answer = Callable[[HttpRequest], HttpResponse]


def middleware(get_response: Answer) -> Answer:
    """Write times in the zone that the browser told, or that its person chose; else in that of the host."""

    def answer(request: HttpRequest) -> HttpResponse:
        chosen = getattr(getattr(request, "user", None), "time_zone", "") or unquote(request.COOKIES.get(COOKIE, ""))
        if chosen not in _zones():
            return get_response(request)
        with timezone.override(ZoneInfo(chosen)):
            return get_response(request)

    return answer


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())

"""The answer that the host's probe wants: the site is there."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

PATH = "/healthz"

Answer = Callable[[HttpRequest], HttpResponse]


def middleware(get_response: Answer) -> Answer:
    """Answer the probe before anything else is asked for, the database too: mail goes on without it."""

    def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse(status=204) if request.path == PATH else get_response(request)

    return answer

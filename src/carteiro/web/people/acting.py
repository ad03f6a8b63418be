"""Who is behind a request, as the use cases want it."""

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from carteiro.hosting.access import Actor
from carteiro.hosting.models import Person
from carteiro.web.people import entering, owing
from carteiro.web.people.request import origin

Answer = Callable[[HttpRequest], HttpResponse]

NOBODY = Actor("")


def middleware(get_response: Answer) -> Answer:
    """Give each request its `actor`; nobody, who may nothing, before somebody signed in."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and not entering.within_bounds(request):
            logout(request)
        request.actor = actor(request)  # type: ignore[attr-defined]
        owed = owing.page_for(request) if request.user.is_authenticated else ""
        return redirect(owed) if owed else get_response(request)

    return answer


def actor(request: HttpRequest) -> Actor:
    """The actor that the person of a request is."""
    person = request.user
    if not isinstance(person, Person):
        return NOBODY
    return Actor.person(person.mailbox, person.admin, origin=origin(request))

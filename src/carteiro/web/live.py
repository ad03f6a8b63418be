"""A change is live in SMTP and IMAP when the page says so: whoever keeps the engines up to date is told at once."""

from collections.abc import Callable
from contextlib import suppress

from django.conf import settings as django_settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from carteiro.clients import bell
from carteiro.hosting import doings, requests
from carteiro.hosting.requests import Asked, Told
from carteiro.settings.layout import Layout
from carteiro.words import Fault

Answer = Callable[[HttpRequest], HttpResponse]

_DIRECTORY_SECONDS = 5.0
_WORKER_SECONDS = 2.0
_QUESTION_SECONDS = 15.0
_AWAY_SECONDS = 1.0


def middleware(get_response: Answer) -> Answer:
    """Answer when what the view did is live, or after some seconds in which it was not, and say so."""

    def answer(request: HttpRequest) -> HttpResponse:
        with doings.watched() as done:
            response = get_response(request)
        if done.changed and not _follows():
            messages.warning(
                request,
                _(
                    "What you changed is saved, but mail and log-in do not follow it yet. They will as soon as the "
                    "directory is up to date again."
                ),
            )
        if done.requested:
            # What was asked for goes on without us where it takes longer.
            with suppress(Fault):
                bell.ring(_layout().worker_socket, _WORKER_SECONDS)
        return response

    return answer


def answer_to(question: Asked[Told], seconds: float = _QUESTION_SECONDS) -> Told:
    """What the worker answers to a question that a use case has just put. Raises the Fault that it met, or NoAnswer.

    Where nobody hears the bell there is little to wait for: the reader is told so at once.
    """
    try:
        bell.ring(_layout().worker_socket, seconds)
    except Fault:
        seconds = min(seconds, _AWAY_SECONDS)
    return requests.answer(question, seconds)


def _follows() -> bool:
    try:
        bell.ring(_layout().projector_socket, _DIRECTORY_SECONDS)
    except Fault:
        return False
    return True


def _layout() -> Layout:
    layout: Layout = django_settings.CARTEIRO_LAYOUT
    return layout

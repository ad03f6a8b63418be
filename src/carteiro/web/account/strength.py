"""How good a password is that somebody is typing: asked by the page as it grows, kept by nobody."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from carteiro.hosting.people import passwords
from carteiro.web.people.request import PersonRequest

_LONGEST = 1024


@require_POST
@sensitive_post_parameters()
def rate(request: PersonRequest) -> HttpResponse:
    """The meter for what was typed so far."""
    typed = request.POST.get("new", "")[:_LONGEST]
    mailbox = request.user.mailbox
    words = (request.user.address, mailbox.name if mailbox else "")
    shown = {"typed": bool(typed), "score": passwords.score(typed, words) if typed else 0}
    return render(request, "account/strength.html", shown)

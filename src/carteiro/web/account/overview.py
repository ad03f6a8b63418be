"""The own mailbox at a glance: what it holds, what is switched on, who logged in; and what each folder holds."""

from django.http import HttpResponse
from django.shortcuts import render

from carteiro.hosting.owner import glance
from carteiro.hosting.running import machine
from carteiro.web import live
from carteiro.web.account.whose import whose
from carteiro.web.people.request import PersonRequest


def show(request: PersonRequest) -> HttpResponse:
    """What there is to know about the own mailbox."""
    seen = glance.glance(request.actor, whose(request, "").address)
    return render(request, "account/overview.html", {"seen": seen, "mailbox": seen.mailbox, "logins": seen.logins})


def folders(request: PersonRequest) -> HttpResponse:
    """What each folder holds, as Dovecot counts it now."""
    owner = whose(request, "")
    found = live.answer_to(machine.folders(request.actor, owner.address))
    largest = max((folder.size for folder in found), default=0)
    shown = {"folders": sorted(found, key=lambda each: -each.size), "largest": largest}
    return render(request, "account/folders.html", shown)


def logins(request: PersonRequest) -> HttpResponse:
    """Who is logged in with a program now, and the last log-ins with their addresses."""
    owner = whose(request, "")
    shown = {
        "sessions": live.answer_to(machine.sessions(request.actor, owner.address)),
        "logins": machine.logins(request.actor, owner.address, 100),
    }
    return render(request, "account/logins.html", shown)


def end_sessions(request: PersonRequest) -> HttpResponse:
    """End the sessions that came from one address on the network."""
    owner = whose(request, "")
    if request.method == "POST":
        live.answer_to(machine.end_sessions(request.actor, owner.address, request.POST.get("network", "")))
    return owner.go("sessions")

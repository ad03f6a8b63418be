"""The services of the host: how they are, what they said last, and a restart."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from carteiro.hosting.running import machine
from carteiro.hosting.running.readings import Look, Name
from carteiro.web import live
from carteiro.web.people import sudo
from carteiro.web.people.request import PersonRequest
from carteiro.words import Fault, explain, unpacked

# The supervisor's word for a state → tone, and what it is to people.
_STATES: dict[str, tuple[str, Promise]] = {
    "RUNNING": ("ok", gettext_lazy("Runs")),
    "STARTING": ("info", gettext_lazy("Starts")),
    "STOPPING": ("info", gettext_lazy("Stops")),
    "BACKOFF": ("bad", gettext_lazy("Fails; tried again")),
    "FATAL": ("bad", gettext_lazy("Fails")),
    "EXITED": ("bad", gettext_lazy("Has ended")),
    "STOPPED": ("off", gettext_lazy("Stopped")),
}
_OTHER = ("warn", gettext_lazy("Unknown"))
_KINDS = {
    "smtp": "SMTP",
    "submission": "Submission (STARTTLS)",
    "submissions": "Submission (TLS)",
    "imap": "IMAP",
    "imaps": "IMAP (TLS)",
    "pop3": "POP3",
    "pop3s": "POP3 (TLS)",
    "managesieve": "ManageSieve",
    "http": "HTTP",
    "https": "HTTPS",
}


def list_(request: PersonRequest) -> HttpResponse:
    """How the host is."""
    looks = machine.looks(request.actor, Name.SERVICES, Name.LISTENERS, Name.CERTIFICATE, Name.LAG, Name.DISK)
    shown = {
        "services": _services(looks.get(Name.SERVICES)),
        "listeners": _listeners(looks.get(Name.LISTENERS)),
        "certificate": _certificate(looks.get(Name.CERTIFICATE)),
        "lag": looks.get(Name.LAG),
        "disk": looks.get(Name.DISK),
        "look": looks.get(Name.SERVICES),
        "layout": "look/partial.html" if request.htmx else "look/base.html",
    }
    return render(request, "panel/services.html", shown)


def log(request: PersonRequest, name: str) -> HttpResponse:
    """The last lines that a service wrote."""
    lines, fault = [], ""
    try:
        lines = live.answer_to(machine.read_log(request.actor, name))
    except Fault as met:
        fault = " ".join(explain(met, get_language() or ""))
    layout = "look/partial.html" if request.htmx else "look/base.html"
    shown = {"name": name, "lines": lines, "fault": fault, "layout": layout}
    return render(request, "panel/service_log.html", shown)


@sudo.required
def restart(request: PersonRequest, name: str) -> HttpResponse:
    """Ask, then stop and start a service."""
    if request.method != "POST":
        return render(request, "panel/service_restart.html", {"name": name})
    try:
        live.answer_to(machine.restart_service(request.actor, name), seconds=45.0)
    except Fault as fault:
        messages.error(request, " ".join(explain(fault, get_language() or "")))
    else:
        messages.success(request, _("%(service)s is started again.") % {"service": name})
    return redirect("services")


def _services(look: Look | None) -> list[dict[str, object]]:
    rows = []
    for told in look.data if look else []:
        tone, label = _STATES.get(told["state"], _OTHER)
        since = datetime.fromisoformat(told["since"]) if told["since"] else None
        rows.append({**told, "tone": tone, "label": label, "since": since})
    return rows


def _listeners(look: Look | None) -> list[dict[str, object]]:
    return [{**told, "kind": _KINDS.get(told["protocol"], told["protocol"])} for told in look.data] if look else []


def _certificate(look: Look | None) -> dict[str, object] | None:
    if look is None:
        return None
    if "fault" in look.data:
        return {"fault": " ".join(explain(unpacked(look.data["fault"]), get_language() or ""))}
    return {**look.data, "ends": datetime.fromisoformat(look.data["ends"])}

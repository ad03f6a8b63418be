"""The queue: what waits and why; hold, release, try again, delete."""

from collections.abc import Callable, Mapping, Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from carteiro.hosting.questions import QueueAct
from carteiro.hosting.running import machine
from carteiro.hosting.running.readings import Name
from carteiro.web import live
from carteiro.web.panel.queue_list import QueueList
from carteiro.web.panel.reasons import in_words
from carteiro.web.people.request import PersonRequest
from carteiro.words import Fault, explain

_DONE: Mapping[str, Callable[[int], str]] = {
    QueueAct.HOLD: lambda count: ngettext("%(n)d message is held.", "%(n)d messages are held.", count),
    QueueAct.RELEASE: lambda count: ngettext("%(n)d message is released.", "%(n)d messages are released.", count),
    QueueAct.RETRY: lambda count: ngettext(
        "Delivery of %(n)d message is tried now.", "Delivery of %(n)d messages is tried now.", count
    ),
    QueueAct.DELETE: lambda count: ngettext("%(n)d message is deleted.", "%(n)d messages are deleted.", count),
}


def list_(request: PersonRequest) -> HttpResponse:
    """What is in the queue."""
    look = machine.looks(request.actor, Name.QUEUE).get(Name.QUEUE)
    found, total = (look.data["messages"], look.data["total"]) if look else ([], 0)
    shown = {
        "page": QueueList(request.path, request.GET, found),
        "look": look,
        "total": total,
        "beyond": total > len(found),
        "layout": "look/partial.html" if request.htmx else "look/base.html",
    }
    return render(request, "panel/queue.html", shown)


def show(request: PersonRequest, queue_id: str) -> HttpResponse:
    """One message: envelope, header, and why it is still here."""
    look = machine.looks(request.actor, Name.QUEUE).get(Name.QUEUE)
    told = next((each for each in look.data["messages"] if each["id"] == queue_id), None) if look else None
    header, fault = "", ""
    try:
        header = live.answer_to(machine.show_queued(request.actor, queue_id))
    except Fault as met:
        fault = " ".join(explain(met, get_language() or ""))
    shown = {
        "id": queue_id,
        "message": told,
        "reasons": [(in_words(reason), reason) for reason in told["reasons"]] if told else [],
        "header": header,
        "fault": fault,
    }
    return render(request, "panel/queue_message.html", shown, status=404 if fault and told is None else 200)


@require_POST
def act(request: PersonRequest) -> HttpResponse:
    """Do one thing to the chosen messages; a single one's button says both in one word ("hold 4abc…")."""
    what, _space, single = request.POST.get("single", "").partition(" ")
    what, chosen = (what, [single]) if single else (request.POST.get("action", ""), request.POST.getlist("chosen"))
    if not chosen:
        messages.warning(request, _("Choose some messages first."))
    elif what == QueueAct.DELETE and "sure" not in request.POST:
        return render(request, "panel/queue_delete.html", {"chosen": chosen})
    else:
        _alter(request, what, chosen)
    return redirect("queue")


@require_POST
def flush(request: PersonRequest) -> HttpResponse:
    """Try to deliver all that waits."""
    try:
        live.answer_to(machine.flush_queue(request.actor))
    except Fault as fault:
        messages.error(request, " ".join(explain(fault, get_language() or "")))
    else:
        messages.success(request, _("Delivery of all messages that wait is tried now."))
    return redirect("queue")


def _alter(request: PersonRequest, what: str, chosen: Sequence[str]) -> None:
    try:
        count = live.answer_to(machine.alter_queue(request.actor, what, chosen))
    except Fault as fault:
        messages.error(request, " ".join(explain(fault, get_language() or "")))
        return
    if count:
        messages.success(request, _DONE[what](count) % {"n": count})
    if count < len(set(chosen)):
        messages.warning(request, _("Some messages have left the queue meanwhile, or it was so already."))

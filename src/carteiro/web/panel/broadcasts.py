"""Broadcasts: written, looked at once more, sent by the worker, stopped and gone on with."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from carteiro.hosting import broadcasts
from carteiro.hosting.broadcasts import NewBroadcast
from carteiro.hosting.models import Broadcast
from carteiro.mail.domain import parse_domain
from carteiro.web.look.fields import AddressesField, AddressField, SwitchField
from carteiro.web.look.forms import refusals
from carteiro.web.look.lists import Column, Listing
from carteiro.web.look.once import Once
from carteiro.web.people.request import PersonRequest

_State = Broadcast.State
STATES: dict[str, tuple[str, str | Promise]] = {
    _State.WAITING: ("info", gettext_lazy("Waits")),
    _State.SENDING: ("info", gettext_lazy("Is being sent")),
    _State.STOPPED: ("warn", gettext_lazy("Stopped")),
    _State.DONE: ("ok", gettext_lazy("Sent")),
    _State.FAILED: ("bad", gettext_lazy("Failed")),
}
LIST = Listing(
    columns=(
        Column("number", gettext_lazy("Subject"), sort="id", descending=True),
        Column("state", gettext_lazy("State")),
        Column("progress", gettext_lazy("Progress")),
        Column("author", gettext_lazy("Written by")),
        Column("made", gettext_lazy("When"), sort="created", descending=True),
    ),
    order="number",
    search=("subject",),
)


class BroadcastForm(Once):
    """The message, and whom it is for."""

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=255)
    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=broadcasts.LONGEST_TEXT,
        strip=False,
        widget=forms.Textarea({"rows": 12}),
    )
    from_name = forms.CharField(label=gettext_lazy("Sender’s name"), max_length=255, required=False)
    from_address = AddressField(
        label=gettext_lazy("Sender’s address"), help_text=gettext_lazy("An address of this host: answers go there.")
    )
    everywhere = SwitchField(label=gettext_lazy("To every mailbox of this host"))
    domains = AddressesField(
        label=gettext_lazy("Or to those of these domains"),
        parse=parse_domain,
        required=False,
        help_text=gettext_lazy("One in a line."),
    )


def list_(request: PersonRequest) -> HttpResponse:
    """All broadcasts with how far they are."""
    page = LIST.page(request, broadcasts.list_(request.actor))
    rows = [(row, *STATES[row.state]) for row in page.rows]
    return render(request, "panel/broadcasts.html", {"page": page, "rows": rows})


def add(request: PersonRequest) -> HttpResponse:
    """Write one."""
    own = request.actor.name if request.actor.mailbox is not None else ""
    form = BroadcastForm(request.POST or None, session=request.session, initial={"from_address": own})
    if request.method == "POST" and form.is_valid():
        with refusals(form, "domains"):
            row = broadcasts.add(request.actor, NewBroadcast(**form.cleaned_data))
            messages.success(request, _("It is on its way."))
            return redirect("broadcast", row.pk)
    return render(request, "panel/broadcast_add.html", {"form": form}, status=422 if form.errors else 200)


def show(request: PersonRequest, number: int) -> HttpResponse:
    """How far one is; with a script, the page keeps itself up to date."""
    row = broadcasts.get(request.actor, number)
    tone, label = STATES[row.state]
    under_way = row.state in (_State.WAITING, _State.SENDING)
    shown = {
        "row": row,
        "tone": tone,
        "label": label,
        "under_way": under_way,
        "stopped": row.state == _State.STOPPED,
        "layout": "look/partial.html" if request.htmx else "look/base.html",
    }
    return render(request, "panel/broadcast.html", shown)


@require_POST
def stop(request: PersonRequest, number: int) -> HttpResponse:
    """Send no further."""
    broadcasts.stop(request.actor, number)
    messages.success(request, _("It is stopped. What was sent stays sent."))
    return redirect("broadcast", number)


@require_POST
def resume(request: PersonRequest, number: int) -> HttpResponse:
    """Go on."""
    broadcasts.resume(request.actor, number)
    messages.success(request, _("It goes on where it stopped."))
    return redirect("broadcast", number)

"""What a mailbox's owner may send as, besides the own address and those that reach it: listed, granted, taken back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from carteiro.hosting import aliases, grants, mailboxes
from carteiro.mail.address import parse_sender
from carteiro.web.look.fields import AddressField
from carteiro.web.look.forms import Form, refusals
from carteiro.web.look.toasts import undoable
from carteiro.web.panel.restoring import undo_path
from carteiro.web.people.request import PersonRequest


class Sender(Form):
    """One address, or all of a domain."""

    sender = AddressField(
        label=gettext_lazy("Address"),
        parse=parse_sender,
        help_text=gettext_lazy("Such as info@example.org, or @example.org for every address of that domain."),
    )


def list_(request: PersonRequest, address: str) -> HttpResponse:
    """What may be sent as, and a form for one more."""
    found = mailboxes.get(request.actor, address)
    form = Sender(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals(form, "sender"):
            row = grants.add(request.actor, found.address, form.cleaned_data["sender"])
            told = {"login": found.address, "sender": row.address}
            messages.success(request, _("%(login)s may send as %(sender)s now.") % told)
            return redirect("mailbox-senders", found.address)
    shown = {
        "mailbox": found,
        "form": form,
        "granted": grants.list_(request.actor, found.address),
        "reaching": [each for each in aliases.leading_to(request.actor, found.address) if each != found.address],
    }
    return render(request, "panel/senders.html", shown, status=422 if form.errors else 200)


@require_POST
def remove(request: PersonRequest, address: str) -> HttpResponse:
    """Move a grant to the bin: its Undo is on the next page, so nobody is asked."""
    sender = request.POST.get("sender", "")
    row = grants.remove(request.actor, address, sender)
    undoable(request, _("%(sender)s is granted no more.") % {"sender": sender}, undo_path(row))
    return redirect("mailbox-senders", address)

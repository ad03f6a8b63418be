"""The recipients of a backup-MX domain: listed, added, removed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from carteiro.hosting import domains, relay_recipients
from carteiro.hosting.access import Right, may
from carteiro.mail.address import parse_target
from carteiro.web.look.fields import AddressField
from carteiro.web.look.forms import Form, refusals
from carteiro.web.look.lists import Column, Listing
from carteiro.web.look.toasts import undoable
from carteiro.web.panel.domains import tabs
from carteiro.web.panel.restoring import undo_path
from carteiro.web.people.request import PersonRequest

LIST = Listing(
    columns=(
        Column("address", gettext_lazy("Address"), sort="address"),
        Column("remove", gettext_lazy("Remove"), hidden_label=True),
    ),
    order="address",
    search=("address",),
)


class Recipient(Form):
    """One address of the domain."""

    address = AddressField(label=gettext_lazy("Address"), parse=parse_target)


def list_(request: PersonRequest, domain: str) -> HttpResponse:
    """The known recipients, and a form for one more."""
    found = domains.get(request.actor, domain)
    form = Recipient(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals(form, "address"):
            row = relay_recipients.add(request.actor, form.cleaned_data["address"])
            messages.success(request, _("Mail for %(address)s is taken.") % {"address": row.address})
            return redirect("domain-recipients", found.name)
    page = LIST.page(request, found.relay_recipients.all())
    shown = {
        "domain": found,
        "tabs": tabs(request, found, "domain-recipients"),
        "form": form,
        "page": page,
        "manages": may(request.actor, Right.MANAGE_RELAY_RECIPIENTS, found.pk),
    }
    return render(request, "panel/recipients.html", shown, status=422 if form.errors else 200)


@require_POST
def remove(request: PersonRequest, address: str) -> HttpResponse:
    """Move a recipient to the bin: its Undo is on the next page, so nobody is asked."""
    row = relay_recipients.remove(request.actor, address)
    undoable(request, _("%(address)s is in the bin.") % {"address": row.key}, undo_path(row))
    return redirect("domain-recipients", row.domain_name)

"""Forwarding: where mail goes on to, and whether a copy stays."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carteiro.hosting import forwarding, mailboxes
from carteiro.web.account.whose import whose
from carteiro.web.look.fields import AddressesField, SwitchField
from carteiro.web.look.forms import Form, refusals
from carteiro.web.people.request import PersonRequest

_MOST = 20


class ForwardingForm(Form):
    """The addresses."""

    targets = AddressesField(
        label=gettext_lazy("Forward to"),
        required=False,
        most=_MOST,
        help_text=gettext_lazy("One address in a line; none: nothing is forwarded."),
    )
    keep_copy = SwitchField(label=gettext_lazy("Keep a copy here"))


def edit(request: PersonRequest) -> HttpResponse:
    """Look at one's forwarding and change it."""
    owner = whose(request, "")
    held = forwarding.targets_of(mailboxes.get(request.actor, owner.address))
    others = [target for target in held if target != owner.address]
    initial = {"targets": others, "keep_copy": owner.address in held or not held}
    form = ForwardingForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals(form, "targets"):
            mailboxes.set_(request.actor, owner.address, **_fields(form.cleaned_data))
            messages.success(request, _("Saved. It holds from now on."))
            return owner.go("forwarding")
    return render(request, "account/forwarding.html", {"form": form}, status=422 if form.errors else 200)


def _fields(given: dict[str, Any]) -> mailboxes.Fields:
    if not given["targets"]:
        return {"no_forward": True}
    return {"forward_to": given["targets"], "keep_copy": given["keep_copy"]}

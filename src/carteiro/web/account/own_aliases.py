"""Further addresses of the domain that somebody makes for the own mailbox, as many as the domain allows."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carteiro.hosting import own_aliases
from carteiro.web.account.whose import whose
from carteiro.web.look.fields import AddressField
from carteiro.web.look.forms import Form, refusals
from carteiro.web.people.request import PersonRequest


class AliasForm(Form):
    """The address."""

    address = AddressField(label=gettext_lazy("New address"))


def list_(request: PersonRequest) -> HttpResponse:
    """The own aliases, with the form for another one."""
    owner = whose(request, "")
    form = AliasForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals(form, "address"):
            alias = own_aliases.add(request.actor, owner.address, form.cleaned_data["address"])
            messages.success(request, _("Mail for %(address)s reaches you now.") % {"address": alias.address})
            return owner.go("aliases")
    shown = {
        "form": form,
        "owner": owner,
        "rows": own_aliases.list_(request.actor, owner.address),
        "left": own_aliases.left(request.actor, owner.address),
    }
    return render(request, "account/own_aliases.html", shown, status=422 if form.errors else 200)


def remove(request: PersonRequest, alias: str) -> HttpResponse:
    """Ask, then remove one."""
    owner = whose(request, "")
    if request.method == "POST":
        own_aliases.remove(request.actor, owner.address, alias)
        messages.success(request, _("%(address)s is gone.") % {"address": alias})
        return owner.go("aliases")
    return render(request, "account/own_alias_remove.html", {"alias": alias, "cancel": owner.url("aliases")})

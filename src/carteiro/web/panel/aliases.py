"""The aliases and catch-alls: listed, made, changed, removed; and many at once."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from carteiro.hosting import aliases, domains, listing, selection
from carteiro.hosting.access import Right, may
from carteiro.hosting.finding import alias_address
from carteiro.hosting.models import Alias
from carteiro.hosting.selection import Act
from carteiro.web.look.fields import AddressesField, AddressField, SwitchField
from carteiro.web.look.forms import Form, refusals
from carteiro.web.look.lists import Column, Listing, cases
from carteiro.web.look.toasts import undoable
from carteiro.web.panel import marks
from carteiro.web.panel.domains import tabs
from carteiro.web.panel.restoring import list_of, undo_path
from carteiro.web.people.request import PersonRequest

_ACTS = (Act.ACTIVATE, Act.DEACTIVATE, Act.REMOVE)
LIST = Listing(
    columns=(
        Column("address", gettext_lazy("Address"), sort="address"),
        Column("targets", gettext_lazy("Leads to")),
        Column("marks", gettext_lazy("State")),
        Column("changed", gettext_lazy("Last change"), sort="modified", descending=True),
    ),
    order="address",
    searched=listing.alias_searched,
    filters=(
        cases(
            "state",
            gettext_lazy("State"),
            {
                "active": (gettext_lazy("Active"), listing.ALIAS_STATES["active"]),
                "inactive": (gettext_lazy("Switched off"), listing.ALIAS_STATES["inactive"]),
                "catch-all": (gettext_lazy("Catch-alls"), listing.ALIAS_STATES["catch-all"]),
                "expiring": (gettext_lazy("For a term"), listing.ALIAS_STATES["expiring"]),
                "own": (gettext_lazy("Made by their owners"), listing.ALIAS_STATES["own"]),
            },
        ),
    ),
)


class AliasForm(Form):
    """An alias."""

    address = AddressField(
        label=gettext_lazy("Address"),
        parse=alias_address,
        help_text=gettext_lazy("@example.org alone is a catch-all: it takes what nothing else takes."),
    )
    targets = AddressesField(label=gettext_lazy("Leads to"), help_text=gettext_lazy("One address in a line."))
    comment = forms.CharField(label=gettext_lazy("Comment"), max_length=255, required=False)
    until = forms.DateField(
        label=gettext_lazy("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("After that day it is taken away. Empty: it stays."),
    )
    active = SwitchField(label=gettext_lazy("Active"), initial=True)

    def __init__(self, data: QueryDict | None = None, *, alias: Alias | None = None, domain: str = "") -> None:
        initial: dict[str, Any] = {"address": f"@{domain}" if domain else ""}
        if alias is not None:
            until = timezone.localdate(alias.expires) if alias.expires else None
            initial = alias.record() | {"until": until}
        super().__init__(data, initial=initial)

    def expires(self) -> datetime | None:
        """The end of the last day."""
        day = self.cleaned_data["until"]
        return timezone.make_aware(datetime.combine(day, time(23, 59, 59))) if day else None


class Bulk(Form):
    """One act on the chosen ones."""

    chosen = forms.MultipleChoiceField()
    action = forms.ChoiceField(choices=[(act.value, act.value) for act in _ACTS])
    sure = forms.BooleanField(required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.fields["chosen"].choices = [(each, each) for each in data.getlist("chosen")]  # type: ignore[attr-defined]


def list_(request: PersonRequest, domain: str = "") -> HttpResponse:
    """The aliases of all domains that the person holds, or of one."""
    found = domains.get(request.actor, domain) if domain else None
    page = LIST.page(request, listing.aliases(request.actor, found))
    shown: dict[str, object] = {
        "page": page,
        "rows": [(row, marks.shown(row.marks)) for row in listing.alias_rows(page.rows)],
        "key": marks.ALIAS_KEY,
        "may_add": request.actor.has(Right.MANAGE_ALIASES),
    }
    if found is not None:
        shown |= {"domain": found, "tabs": tabs(request, found, "domain-aliases")}
    return render(request, "panel/aliases.html", shown)


def add(request: PersonRequest) -> HttpResponse:
    """Make an alias."""
    domain = request.GET.get("domain", "")
    form = AliasForm(request.POST or None, domain=domain)
    if request.method == "POST" and form.is_valid():
        with refusals(form, "targets"):
            told = form.cleaned_data
            new = aliases.NewAlias(
                told["address"], told["targets"], told["comment"], told["active"], expires=form.expires()
            )
            alias = aliases.add(request.actor, new)
            messages.success(request, _("Mail for %(address)s goes to its targets now.") % {"address": alias.address})
            return redirect("domain-aliases", alias.domain.name)
    return _form(request, "panel/alias_add.html", form, domain=domain)


def edit(request: PersonRequest, address: str) -> HttpResponse:
    """Change an alias, its address too."""
    found = aliases.get(request.actor, address)
    form = AliasForm(request.POST or None, alias=found)
    if request.method == "POST" and form.is_valid():
        with refusals(form, "targets"):
            _change(request, found, form)
            messages.success(request, _("%(address)s is changed.") % {"address": form.cleaned_data["address"]})
            return redirect("domain-aliases", form.cleaned_data["address"].rpartition("@")[2])
    manages = may(request.actor, Right.MANAGE_ALIASES, found.domain.pk)
    return _form(request, "panel/alias_edit.html", form, alias=found, domain=found.domain, manages=manages)


def remove(request: PersonRequest, address: str) -> HttpResponse:
    """Ask, then move an alias to the bin."""
    found = aliases.get(request.actor, address)
    if request.method == "POST":
        row = aliases.remove(request.actor, found.address)
        undoable(request, _("%(address)s is in the bin.") % {"address": row.key}, undo_path(row))
        return redirect("domain-aliases", row.domain_name)
    asked = {"submit": _("Remove"), "cancel": reverse("alias", args=[found.address])}
    return render(request, "panel/alias_remove.html", {"alias": found, "domain": found.domain} | asked)


@require_POST
def bulk(request: PersonRequest) -> HttpResponse:
    """One act on the chosen ones; removing asks first."""
    form = Bulk(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose aliases first, and what to do with them."))
        return redirect("aliases")
    act, chosen = Act(form.cleaned_data["action"]), form.cleaned_data["chosen"]
    if act == Act.REMOVE and not form.cleaned_data["sure"]:
        return render(request, "panel/aliases_bulk.html", {"act": act, "chosen": chosen})
    outcomes = selection.of_aliases(request.actor, chosen, act)
    faults = [outcome for outcome in outcomes if outcome.fault is not None]
    done = len(outcomes) - len(faults)
    said = ngettext("%(count)d alias is changed.", "%(count)d aliases are changed.", done)
    messages.success(request, said % {"count": done})
    back = list_of("aliases", chosen)
    if faults:
        return render(request, "panel/bulk_faults.html", {"faults": faults, "back": back}, status=422)
    return redirect(back)


def _change(request: PersonRequest, alias: Alias, form: AliasForm) -> None:
    told = form.cleaned_data
    aliases.set_(
        request.actor,
        alias.address,
        targets=told["targets"],
        active=told["active"],
        comment=told["comment"],
        expires=form.expires(),
        forever=told["until"] is None,
    )
    if told["address"] != alias.address:
        aliases.rename(request.actor, alias.address, told["address"])


def _form(request: HttpRequest, template: str, form: Form, **shown: object) -> HttpResponse:
    return render(request, template, {"form": form, **shown}, status=422 if form.errors else 200)

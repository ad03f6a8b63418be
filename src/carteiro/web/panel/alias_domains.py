"""The alias domains: listed, made, changed, removed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carteiro.hosting import alias_domains, domains, listing
from carteiro.hosting.access import Right, may
from carteiro.hosting.models import Domain
from carteiro.web.look.fields import DomainField, SwitchField
from carteiro.web.look.forms import Form, refusals
from carteiro.web.look.lists import Column, Listing, cases
from carteiro.web.look.toasts import undoable
from carteiro.web.panel.domains import tabs
from carteiro.web.panel.restoring import undo_path
from carteiro.web.people.request import PersonRequest

LIST = Listing(
    columns=(
        Column("name", gettext_lazy("Alias domain"), sort="name"),
        Column("target", gettext_lazy("Stands for"), sort="target__name"),
        Column("state", gettext_lazy("State")),
        Column("changed", gettext_lazy("Last change"), sort="modified", descending=True),
    ),
    order="name",
    search=("name", "target__name"),
    filters=(
        cases(
            "state",
            gettext_lazy("State"),
            {
                "active": (gettext_lazy("Active"), listing.DOMAIN_STATES["active"]),
                "inactive": (gettext_lazy("Switched off"), listing.DOMAIN_STATES["inactive"]),
            },
        ),
    ),
)


class AliasDomainForm(Form):
    """A domain that stands for another one."""

    name = DomainField(label=gettext_lazy("Alias domain"), max_length=255)
    target = DomainField(
        label=gettext_lazy("Stands for"),
        max_length=255,
        help_text=gettext_lazy("A domain of this host that has the mailboxes."),
    )
    active = SwitchField(label=gettext_lazy("Active"), initial=True)

    def __init__(self, data: QueryDict | None = None, *, domain: Domain | None = None, target: str = "") -> None:
        initial: dict[str, Any] = {"target": target}
        if domain is not None and domain.target is not None:
            initial = {"name": domain.name, "target": domain.target.name, "active": domain.active}
        super().__init__(data, initial=initial)


def list_(request: PersonRequest, domain: str = "") -> HttpResponse:
    """The alias domains that the person holds, or those of one domain."""
    rows = listing.domains(request.actor, mirrors=True)
    shown: dict[str, object] = {"may_add": request.actor.superadmin}
    if domain:
        found = domains.get(request.actor, domain)
        # Whoever holds a domain may know by what other names it goes.
        rows = Domain.objects.select_related("target").filter(target=found)
        shown |= {"domain": found, "tabs": tabs(request, found, "domain-alias-domains")}
    return render(request, "panel/alias_domains.html", shown | {"page": LIST.page(request, rows)})


def add(request: PersonRequest) -> HttpResponse:
    """Let a domain stand for another one."""
    form = AliasDomainForm(request.POST or None, target=request.GET.get("target", ""))
    if request.method == "POST" and form.is_valid():
        with refusals(form, "name"):
            told = form.cleaned_data
            made = alias_domains.add(request.actor, told["name"], told["target"], active=told["active"])
            messages.success(
                request, _("%(domain)s stands for %(target)s now.") % {"domain": made.name, "target": made.target}
            )
            return redirect("domain-alias-domains", told["target"])
    return _form(request, "panel/alias_domain_add.html", form)


def edit(request: PersonRequest, domain: str) -> HttpResponse:
    """Change what an alias domain stands for, its name, and whether it works."""
    found = alias_domains.get(request.actor, domain)
    form = AliasDomainForm(request.POST or None, domain=found)
    if request.method == "POST" and form.is_valid():
        with refusals(form, "name"):
            told = form.cleaned_data
            alias_domains.set_(request.actor, found.name, active=told["active"], target=told["target"])
            alias_domains.rename(request.actor, found.name, told["name"])
            messages.success(request, _("%(domain)s is changed.") % {"domain": told["name"]})
            return redirect("alias-domains")
    manages = may(request.actor, Right.MANAGE_DOMAINS, found.pk)
    return _form(request, "panel/alias_domain_edit.html", form, domain=found, manages=manages)


def remove(request: PersonRequest, domain: str) -> HttpResponse:
    """Ask, then move an alias domain to the bin."""
    found = alias_domains.get(request.actor, domain)
    if request.method == "POST":
        row = alias_domains.remove(request.actor, found.name)
        undoable(request, _("%(domain)s is in the bin.") % {"domain": row.key}, undo_path(row))
        return redirect("alias-domains")
    asked = {"submit": _("Remove"), "cancel": reverse("alias-domain", args=[found.name])}
    return render(request, "panel/alias_domain_remove.html", {"domain": found} | asked)


def _form(request: HttpRequest, template: str, form: Form, **shown: object) -> HttpResponse:
    return render(request, template, {"form": form, **shown}, status=422 if form.errors else 200)

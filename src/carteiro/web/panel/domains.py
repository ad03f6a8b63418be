"""The domains: listed, made, looked at, changed, paused, renamed, removed."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from carteiro.hosting import domains, listing, transports
from carteiro.hosting.access import Right, may
from carteiro.hosting.errors import NotFound
from carteiro.hosting.models import Domain, Transport
from carteiro.mail.next_hop import parse_next_hop
from carteiro.web.look.forms import refusals
from carteiro.web.look.lists import Column, Filter, Listing, cases
from carteiro.web.look.tabs import Tab
from carteiro.web.look.toasts import undoable
from carteiro.web.panel.domain_forms import DomainSettings, NewDomain, Rename, TransportForm
from carteiro.web.panel.restoring import undo_path
from carteiro.web.people.request import PersonRequest

LIST = Listing(
    columns=(
        Column("name", gettext_lazy("Domain"), sort="name"),
        Column("state", gettext_lazy("State")),
        Column("mailboxes", gettext_lazy("Mailboxes"), numeric=True),
        Column("aliases", gettext_lazy("Aliases"), numeric=True),
        Column("quota", gettext_lazy("Storage")),
        Column("changed", gettext_lazy("Last change"), sort="modified", descending=True),
    ),
    order="name",
    filters=(
        cases(
            "state",
            gettext_lazy("State"),
            {
                "active": (gettext_lazy("Active"), listing.DOMAIN_STATES["active"]),
                "paused": (gettext_lazy("Paused"), listing.DOMAIN_STATES["paused"]),
                "inactive": (gettext_lazy("Switched off"), listing.DOMAIN_STATES["inactive"]),
                "relay": (gettext_lazy("Backup MX"), listing.DOMAIN_STATES["relay"]),
            },
        ),
        Filter("tag", gettext_lazy("Tag"), listing.tagged),
    ),
    searched=listing.domain_searched,
)


def list_(request: PersonRequest) -> HttpResponse:
    """The domains that the person holds."""
    page = LIST.page(request, listing.domains(request.actor))
    shown = {"page": page, "rows": listing.domain_rows(page.rows), "may_add": request.actor.superadmin}
    return render(request, "panel/domains.html", shown)


def add(request: PersonRequest) -> HttpResponse:
    """Make a domain."""
    goal = "" if request.method == "POST" else _answering(request)
    form = NewDomain(request.POST or None, initial={"special": bool(goal), "special_to": goal, "relay": ""})
    if request.method == "POST" and form.is_valid():
        with refusals(form, "name"):
            domain = domains.add(request.actor, **form.asked())
            messages.success(request, _("%(domain)s is there. Now make its mailboxes.") % {"domain": domain.name})
            return redirect("domain", domain.name)
    return _form(request, "panel/domain_add.html", form)


def show(request: PersonRequest, domain: str) -> HttpResponse:
    """A domain at a glance."""
    found = domains.get(request.actor, domain)
    if found.target is not None:
        return redirect("alias-domain", found.name)
    (row,) = listing.domain_rows([found])
    shown = _frame(request, found, "domain") | {
        "row": row,
        "transport": _transport(request, found),
    }
    return render(request, "panel/domain.html", shown)


def edit(request: PersonRequest, domain: str) -> HttpResponse:
    """The settings of a domain."""
    found = domains.get(request.actor, domain)
    form = DomainSettings(request.POST or None, domain=found)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            domains.set_(request.actor, found.name, **form.cleaned_data)
            messages.success(request, _("%(domain)s is changed.") % {"domain": found.name})
            return redirect("domain", found.name)
    return _form(request, "panel/domain_edit.html", form, **_frame(request, found, "domain-edit"))


def transport(request: PersonRequest, domain: str) -> HttpResponse:
    """The next hop of a domain's mail."""
    found = domains.get(request.actor, domain)
    held = _transport(request, found)
    initial = {"hop": f"{held.host}:{held.port}", "username": held.username} if held else {}
    form = TransportForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals(form, "hop"):
            _set_transport(request, found, held, form)
            messages.success(request, _("The way of mail for %(domain)s is changed.") % {"domain": found.name})
            return redirect("domain", found.name)
    return _form(request, "panel/domain_transport.html", form, **_frame(request, found, "domain-transport"))


def rename(request: PersonRequest, domain: str) -> HttpResponse:
    """Give a domain another name."""
    found = domains.get(request.actor, domain)
    form = Rename(request.POST or None, initial={"new_name": found.name})
    if request.method == "POST" and form.is_valid():
        with refusals(form, "new_name"):
            renamed = domains.rename(request.actor, found.name, form.cleaned_data["new_name"])
            messages.success(request, _("%(old)s is %(new)s now.") % {"old": found.name, "new": renamed.name})
            return redirect("domain", renamed.name)
    return _form(request, "panel/domain_rename.html", form, **_frame(request, found, "domain-rename"))


@require_POST
def switch(request: PersonRequest, domain: str, act: str) -> HttpResponse:
    """Pause, resume, switch off or on."""
    told = {
        "pause": ({"paused": True}, _("Mail for %(domain)s is put off from now on.")),
        "resume": ({"paused": False}, _("%(domain)s takes mail again.")),
        "off": ({"active": False}, _("%(domain)s is switched off.")),
        "on": ({"active": True}, _("%(domain)s is switched on.")),
    }
    if act not in told:
        raise NotFound("")
    fields, said = told[act]
    found = domains.set_(request.actor, domain, **fields)  # type: ignore[arg-type]
    messages.success(request, said % {"domain": found.name})
    return redirect("domain", found.name)


def remove(request: PersonRequest, domain: str) -> HttpResponse:
    """Ask, then move a domain to the bin."""
    found = domains.get(request.actor, domain)
    if request.method == "POST":
        row = domains.remove(request.actor, found.name)
        undoable(request, _("%(domain)s is in the bin.") % {"domain": row.key}, undo_path(row))
        return redirect("domains")
    (row_,) = listing.domain_rows([found])
    asked = {"row": row_, "submit": _("Remove"), "cancel": reverse("domain", args=[found.name])}
    return render(request, "panel/domain_remove.html", _frame(request, found, "domain-remove") | asked)


def tabs(request: HttpRequest, domain: Domain, here: str) -> list[Tab]:
    """The parts of a domain's pages that the person may open."""
    actor = request.actor  # type: ignore[attr-defined]
    hosted = domain.kind == Domain.Kind.HOSTED
    entries = (
        ("domain", _("Overview"), True),
        ("domain-mailboxes", _("Mailboxes"), hosted),
        ("domain-aliases", _("Aliases"), hosted),
        ("domain-alias-domains", _("Alias domains"), hosted),
        ("domain-recipients", _("Recipients"), not hosted),
        ("domain-edit", _("Settings"), may(actor, Right.MANAGE_DOMAINS, domain.pk)),
        ("domain-transport", _("Next hop"), may(actor, Right.MANAGE_TRANSPORTS, domain.pk)),
    )
    shown = [Tab(label, reverse(name, args=[domain.name]), name == here) for name, label, open_ in entries if open_]
    if may(actor, Right.READ_LOG, domain.pk):
        shown.append(Tab(_("Log"), f"{reverse('log')}?{urlencode({'domain': domain.name})}"))
    return shown


def _frame(request: PersonRequest, domain: Domain, here: str) -> dict[str, object]:
    """What every page of a domain is given."""
    manages = may(request.actor, Right.MANAGE_DOMAINS, domain.pk)
    return {"domain": domain, "tabs": tabs(request, domain, here), "manages": manages}


def _answering(request: PersonRequest) -> str:
    """Who may get the mail for postmaster: the host's one, else who asks, if mail can reach them."""
    named = str(settings.CARTEIRO_SETTINGS.postmaster)
    away = not domains.exists(request.actor, request.actor.name.rpartition("@")[2])
    return named or (request.actor.name if away or request.user.mailbox is not None else "")


def _transport(request: PersonRequest, domain: Domain) -> Transport | None:
    if not may(request.actor, Right.MANAGE_TRANSPORTS, domain.pk):
        return None
    return transports.find(request.actor, domain.name)


def _set_transport(request: PersonRequest, domain: Domain, held: Transport | None, form: TransportForm) -> None:
    told = form.cleaned_data
    if told["hop"]:
        # An empty field keeps the password of the same login: it is never shown.
        kept = held.password if held and told["username"] and held.username == told["username"] else ""
        hop = parse_next_hop(told["hop"])
        password = told["password"] or kept
        transports.set_(request.actor, domain.name, hop, username=told["username"], password=password)
    elif held is not None:
        transports.remove(request.actor, domain.name)


def _form(request: HttpRequest, template: str, form: object, **shown: object) -> HttpResponse:
    status = 422 if getattr(form, "errors", None) else 200
    return render(request, template, {"form": form, **shown}, status=status)

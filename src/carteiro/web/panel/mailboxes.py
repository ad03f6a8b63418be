"""The mailboxes: listed, made, looked at, changed, moved, removed; and many at once."""

from contextlib import suppress
from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from carteiro.hosting import aliases, domains, forwarding, listing, mailboxes, quotas, selection
from carteiro.hosting.access import Right, may
from carteiro.hosting.models import Domain, Mailbox, Person
from carteiro.hosting.people import passwords, persons, recovery
from carteiro.hosting.selection import Act
from carteiro.mail.password import generate_password, hash_password
from carteiro.web.look.forms import refusals
from carteiro.web.look.lists import Column, Listing, cases
from carteiro.web.look.toasts import undoable
from carteiro.web.panel import marks
from carteiro.web.panel.domains import tabs
from carteiro.web.panel.mailbox_forms import Bulk, MailboxSettings, Move, NewMailbox, NewPassword
from carteiro.web.panel.restoring import list_of, undo_path
from carteiro.web.people import factors
from carteiro.web.people.request import PersonRequest
from carteiro.words import Fault

LIST = Listing(
    columns=(
        Column("address", gettext_lazy("Address"), sort="address"),
        Column("marks", gettext_lazy("State")),
        Column("used", gettext_lazy("Storage"), sort="usage__size", descending=True),
        Column("login", gettext_lazy("Last log-in")),
        Column("changed", gettext_lazy("Last change"), sort="modified", descending=True),
    ),
    order="address",
    search=("address", "name"),
    filters=(
        cases(
            "state",
            gettext_lazy("State"),
            {
                "active": (gettext_lazy("Active"), listing.MAILBOX_STATES["active"]),
                "inactive": (gettext_lazy("Switched off"), listing.MAILBOX_STATES["inactive"]),
                "no-sending": (gettext_lazy("May not send"), listing.MAILBOX_STATES["no-sending"]),
                "vacation": (gettext_lazy("Vacation notice"), listing.MAILBOX_STATES["vacation"]),
                "forwarding": (gettext_lazy("Forwards its mail"), listing.MAILBOX_STATES["forwarding"]),
            },
        ),
    ),
)

_ACTS = {
    Act.ACTIVATE: Right.MANAGE_MAILBOXES,
    Act.DEACTIVATE: Right.MANAGE_MAILBOXES,
    Act.ALLOW_SENDING: Right.SWITCH_SENDING,
    Act.FORBID_SENDING: Right.SWITCH_SENDING,
    Act.QUOTA: Right.SET_QUOTAS,
    Act.REMOVE: Right.MANAGE_MAILBOXES,
}


def list_(request: PersonRequest, domain: str = "") -> HttpResponse:
    """The mailboxes of all domains that the person holds, or of one."""
    found = domains.get(request.actor, domain) if domain else None
    rows = listing.mailboxes(request.actor, found)
    if request.GET.get("sort", "").removeprefix("-") == "used":
        # Sorted by what they use, only those that were measured can be listed.
        rows = rows.filter(usage__isnull=False)
    page = LIST.page(request, rows)
    shown: dict[str, object] = {
        "page": page,
        "rows": [(row, marks.shown(row.marks)) for row in listing.mailbox_rows(page.rows)],
        "key": marks.MAILBOX_KEY,
        "may_add": request.actor.has(Right.MANAGE_MAILBOXES),
        "acts": [act.value for act, right in _ACTS.items() if _may(request, right, found)],
    }
    if found is not None:
        shown |= {"domain": found, "tabs": tabs(request, found, "domain-mailboxes")}
    return render(request, "panel/mailboxes.html", shown)


@never_cache
def add(request: PersonRequest) -> HttpResponse:
    """Make a mailbox; a password that was made up is shown on the answer to this, and never again."""
    domain = request.GET.get("domain", "")
    form = NewMailbox(request.POST or None, session=request.session, actor=request.actor, domain=domain)
    if request.method == "POST" and form.is_valid():
        with refusals(form, "address"), transaction.atomic():
            told = dict(form.cleaned_data)
            clear, wanted = told.pop("password"), told.pop("recovery")
            shown = "" if clear else generate_password()
            stored = hash_password(shown) if shown else passwords.chosen(clear, told["address"], told["name"])
            mailbox = mailboxes.add(request.actor, mailboxes.NewMailbox(password=stored, **told))
            if wanted:
                recovery.set_for(request.actor, mailbox.address, wanted)
            if shown:
                return render(request, "panel/mailbox_made.html", {"mailbox": mailbox, "password": shown})
            messages.success(request, _("%(address)s is ready.") % {"address": mailbox.address})
            return redirect("mailbox", mailbox.address)
    if domain and "quota" in form.fields:
        with suppress(Fault):  # whose domain it is not, is told so when the form is sent
            room = quotas.of(request.actor, domain)
            form.fields["quota"].help_text = " ".join((_("Empty: what the domain gives."), _allowed(room)))
    return _form(request, "panel/mailbox_add.html", form, domain=domain)


def show(request: PersonRequest, address: str) -> HttpResponse:
    """A mailbox at a glance."""
    rows = listing.mailboxes(request.actor).annotate(second_factor=factors.held_by_owner())
    found = rows.filter(address=address.lower()).first()
    if found is None:
        # Refused, or told what is like it.
        return redirect("mailbox", mailboxes.get(request.actor, address).address)
    (row,) = listing.mailbox_rows([found])
    shown = _frame(request, found) | {
        "row": row,
        "marks": marks.shown(row.marks),
        "key": marks.MAILBOX_KEY,
        "pointing": [each for each in aliases.leading_to(request.actor, found.address) if each != found.address],
        "logins": found.logins.order_by("-at")[:20],
        "second_factor": found.second_factor,
    }
    return render(request, "panel/mailbox.html", shown)


def edit(request: PersonRequest, address: str) -> HttpResponse:
    """What can be set on a mailbox."""
    found = mailboxes.get(request.actor, address)
    form = MailboxSettings(
        request.POST or None,
        mailbox=found,
        actor=request.actor,
        targets=forwarding.targets_of(found),
        recovery=_recovery(found),
    )
    if request.method == "POST" and form.is_valid():
        with refusals(form), transaction.atomic():
            mailboxes.set_(request.actor, found.address, **form.changes())
            if "recovery" in form.changed_data:
                recovery.set_for(request.actor, found.address, form.cleaned_data["recovery"])
            messages.success(request, _("%(address)s is changed.") % {"address": found.address})
            return redirect("mailbox", found.address)
    if "quota" in form.fields:
        form.fields["quota"].help_text = _allowed(quotas.of_domain(found.domain, besides=found.address))
    return _form(request, "panel/mailbox_edit.html", form, **_frame(request, found))


@never_cache
def password(request: PersonRequest, address: str) -> HttpResponse:
    """Another password; one that was made up is shown on the answer to this, and never again."""
    found = mailboxes.get(request.actor, address)
    form = NewPassword(request.POST or None, session=request.session)
    if request.method == "POST" and form.is_valid():
        with refusals(form, "password"):
            clear = form.cleaned_data["password"]
            shown = "" if clear else generate_password()
            stored = hash_password(shown) if shown else passwords.chosen(clear, found.address, found.name)
            must = form.cleaned_data["must_change_password"]
            mailboxes.set_password(request.actor, found.address, stored, must_change=must)
            if shown:
                return render(request, "panel/mailbox_made.html", {"mailbox": found, "password": shown, "again": True})
            messages.success(request, _("%(address)s has another password.") % {"address": found.address})
            return redirect("mailbox", found.address)
    return _form(request, "panel/mailbox_password.html", form, **_frame(request, found))


def move(request: PersonRequest, address: str) -> HttpResponse:
    """Give a mailbox another address, also of another domain."""
    found = mailboxes.get(request.actor, address)
    form = Move(request.POST or None, initial={"new_address": found.address})
    if request.method == "POST" and form.is_valid():
        with refusals(form, "new_address"):
            days = form.cleaned_data["alias_days"]
            term = timedelta(days=days) if days else None
            moved = mailboxes.rename(request.actor, found.address, form.cleaned_data["new_address"], alias_for=term)
            messages.success(request, _("%(old)s is %(new)s now.") % {"old": found.address, "new": moved.address})
            return redirect("mailbox", moved.address)
    return _form(request, "panel/mailbox_move.html", form, **_frame(request, found))


def second_factor(request: PersonRequest, address: str) -> HttpResponse:
    """Ask, then let an owner who lost the second factor sign in without it."""
    found = mailboxes.get(request.actor, address)
    if request.method == "POST":
        persons.reset_second_factor(request.actor, found.address)
        messages.success(request, _("%(address)s signs in with the password alone now.") % {"address": found.address})
        return redirect("mailbox", found.address)
    asked = {"submit": _("Reset it"), "cancel": reverse("mailbox", args=[found.address])}
    return render(request, "panel/mailbox_second_factor.html", _frame(request, found) | asked)


def remove(request: PersonRequest, address: str) -> HttpResponse:
    """Ask, then move a mailbox to the bin."""
    found = mailboxes.get(request.actor, address)
    if request.method == "POST":
        row = mailboxes.remove(request.actor, found.address)
        undoable(request, _("%(address)s is in the bin.") % {"address": row.key}, undo_path(row))
        return redirect("domain-mailboxes", row.domain_name)
    asked = {"submit": _("Remove"), "cancel": reverse("mailbox", args=[found.address])}
    return render(request, "panel/mailbox_remove.html", _frame(request, found) | asked)


@require_POST
def bulk(request: PersonRequest) -> HttpResponse:
    """One act on the chosen ones; removing asks first."""
    form = Bulk(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose mailboxes first, and what to do with them."))
        return redirect("mailboxes")
    act, chosen = Act(form.cleaned_data["action"]), form.cleaned_data["chosen"]
    if _asks(act, form):
        return render(request, "panel/mailboxes_bulk.html", {"act": act, "chosen": chosen, "form": form})
    outcomes = selection.of_mailboxes(request.actor, chosen, act, quota=form.cleaned_data["quota"])
    faults = [outcome for outcome in outcomes if outcome.fault is not None]
    done = len(outcomes) - len(faults)
    said = ngettext("%(count)d mailbox is changed.", "%(count)d mailboxes are changed.", done)
    messages.success(request, said % {"count": done})
    back = list_of("mailboxes", chosen)
    if faults:
        return render(request, "panel/bulk_faults.html", {"faults": faults, "back": back}, status=422)
    return redirect(back)


def _may(request: PersonRequest, right: Right, domain: Domain | None) -> bool:
    """Whether the person has that right on the domain of a list, or on one of those in it."""
    return may(request.actor, right, domain.pk) if domain else request.actor.has(right)


def _asks(act: Act, form: Bulk) -> bool:
    """Whether a page comes between the choice and the act."""
    if act == Act.QUOTA:
        return form.cleaned_data["quota"] is None
    return act == Act.REMOVE and not form.cleaned_data["sure"]


def _frame(request: PersonRequest, mailbox: Mailbox) -> dict[str, object]:
    rights = {
        "may_edit": (Right.MANAGE_MAILBOXES, Right.SET_QUOTAS, Right.SWITCH_SENDING),
        "may_manage": (Right.MANAGE_MAILBOXES,),
        "may_set_password": (Right.CHANGE_PASSWORD,),
        "may_edit_vacation": (Right.EDIT_VACATIONS,),
    }
    domain = mailbox.domain.pk
    return {"mailbox": mailbox} | {
        name: any(may(request.actor, right, domain) for right in wanted) for name, wanted in rights.items()
    }


def _allowed(room: quotas.Allowance) -> str:
    """What is still allowed now, in words."""
    if room.largest is not None:
        return _("At most %(largest)s.") % {"largest": filesizeformat(room.largest)}
    if room.left is None:
        return _("0 is unlimited; the domain sets no limit.")
    return _("0 is unlimited. The domain has %(left)s that it gives to no other mailbox.") % {
        "left": filesizeformat(room.left)
    }


def _recovery(mailbox: Mailbox) -> str:
    person = Person.objects.filter(home=mailbox.home).first()
    return person.recovery_address if person else ""


def _form(request: HttpRequest, template: str, form: object, **shown: object) -> HttpResponse:
    status = 422 if getattr(form, "errors", None) else 200
    return render(request, template, {"form": form, **shown}, status=status)

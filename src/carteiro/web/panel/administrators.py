"""The administrators: listed, made, changed, removed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from carteiro.hosting import admins
from carteiro.hosting.models import Admin, Switch
from carteiro.hosting.models.admin import all_switches
from carteiro.hosting.people import passwords, persons
from carteiro.mail.address import parse_target
from carteiro.mail.domain import parse_domain
from carteiro.mail.password import generate_password, hash_password
from carteiro.web.look.fields import AddressesField, AddressField, SwitchField
from carteiro.web.look.forms import Fieldset, Form, refusals
from carteiro.web.look.lists import Column, Listing, cases
from carteiro.web.look.toasts import undoable
from carteiro.web.panel.restoring import undo_path
from carteiro.web.people import sudo
from carteiro.web.people.request import PersonRequest

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SWITCHES = (
    (Switch.MAILBOXES.value, gettext_lazy("Mailboxes")),
    (Switch.ALIASES.value, gettext_lazy("Aliases")),
    (Switch.QUOTAS.value, gettext_lazy("Quotas, within the limits")),
    (Switch.SENDING.value, gettext_lazy("Whether a mailbox may send")),
    (Switch.VACATIONS.value, gettext_lazy("Vacation notices of users")),
    (Switch.LOG.value, gettext_lazy("Reading the audit log")),
    (Switch.DKIM.value, gettext_lazy("DKIM keys")),
    (Switch.SPECIAL_ALIASES.value, gettext_lazy("abuse, hostmaster, postmaster, webmaster")),
)
LIST = Listing(
    columns=(
        Column("address", gettext_lazy("Address"), sort="address"),
        Column("domains", gettext_lazy("Domains")),
        Column("state", gettext_lazy("State")),
        Column("changed", gettext_lazy("Last change"), sort="modified", descending=True),
    ),
    order="address",
    searched=lambda word: Q(address__icontains=word) | Q(pk__in=admins.holding(word)),
    filters=(
        cases(
            "role",
            gettext_lazy("Role"),
            {
                "superadmin": (gettext_lazy("Superadmins"), Q(superadmin=True)),
                "domains": (gettext_lazy("Of domains"), Q(superadmin=False)),
                "inactive": (gettext_lazy("Switched off"), Q(active=False)),
            },
        ),
    ),
)


def _switches(label: "_StrPromise | str", initial: Sequence[str]) -> forms.MultipleChoiceField:
    """What somebody may do in a domain."""
    return forms.MultipleChoiceField(
        label=label, choices=SWITCHES, required=False, initial=initial, widget=forms.CheckboxSelectMultiple
    )


class AdministratorForm(Form):
    """Who administers what; of each domain that is held already, the switches by themselves."""

    fieldsets = (
        Fieldset(gettext_lazy("Domains"), ("superadmin", "domains", "switches")),
        Fieldset(gettext_lazy("Password"), ("password",)),
    )

    address = AddressField(
        parse=parse_target,
        label=gettext_lazy("E-mail address"),
        max_length=255,
        help_text=gettext_lazy("They sign in with it. It may be a mailbox of this host; then its password counts."),
    )
    active = SwitchField(label=gettext_lazy("Active"), initial=True)
    superadmin = SwitchField(label=gettext_lazy("Superadmin: may do everything, in every domain"))
    domains = AddressesField(
        parse=parse_domain,
        label=gettext_lazy("Domains"),
        required=False,
        help_text=gettext_lazy("One in a line."),
    )
    switches = _switches(gettext_lazy("What they may do there"), all_switches())
    password = forms.CharField(
        label=gettext_lazy("Password"),
        required=False,
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Left empty, one is made up and shown once."),
    )

    def __init__(self, data: QueryDict | None = None, *, admin: Admin | None = None) -> None:
        held = admin.held() if admin else {}
        initial = {"address": admin.address, "active": admin.active, "superadmin": admin.superadmin} if admin else {}
        super().__init__(data, initial={**initial, "domains": list(held)})
        if admin is None:
            del self.fields["active"]
            return
        del self.fields["password"]
        self.fields["switches"].label = _("What they may do in domains that you add")
        for name, switches in held.items():
            self.fields[_of(name)] = _switches(name, switches)
        places = tuple(map(_of, held))
        self.fieldsets = (
            *self.fieldsets[:1],
            Fieldset(_("What they may do in each domain"), places, folded=len(held) > 3),
        )

    def held(self) -> dict[str, list[str]]:
        """The domains that are asked for, each with its switches."""
        given = self.cleaned_data
        return {name: given.get(_of(name), given["switches"]) for name in given["domains"]}


def list_(request: PersonRequest) -> HttpResponse:
    """All administrators."""
    return render(request, "panel/administrators.html", {"page": LIST.page(request, admins.rows(request.actor))})


@sensitive_post_parameters()
@never_cache
@sudo.required
def add(request: PersonRequest) -> HttpResponse:
    """Make an administrator; a password that was made up is shown once."""
    form = AdministratorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals(form, "address"):
            return _make(request, form)
    return render(request, "panel/administrator_add.html", {"form": form}, status=422 if form.errors else 200)


@sudo.required
def edit(request: PersonRequest, admin: str) -> HttpResponse:
    """Change the rights, the domains, the address."""
    found = admins.get(request.actor, admin)
    form = AdministratorForm(request.POST or None, admin=found)
    if request.method == "POST" and form.is_valid():
        with refusals(form, "domains"):
            given = form.cleaned_data
            admins.set_(
                request.actor,
                found.address,
                active=given["active"],
                superadmin=given["superadmin"],
                domains=form.held(),
            )
            admins.rename(request.actor, found.address, given["address"])
            messages.success(request, _("%(address)s is changed.") % {"address": given["address"]})
            return redirect("administrators")
    context = {"form": form, "admin": found, "own": found.address == request.actor.name}
    return render(request, "panel/administrator_edit.html", context, status=422 if form.errors else 200)


@sudo.required
def remove(request: PersonRequest, admin: str) -> HttpResponse:
    """Ask, then take the rights."""
    found = admins.get(request.actor, admin)
    if request.method == "POST":
        row = admins.remove(request.actor, found.address)
        undoable(request, _("%(address)s administers no more.") % {"address": row.key}, undo_path(row))
        return redirect("administrators")
    context = {"admin": found, "submit": _("Remove"), "cancel": "../"}
    return render(request, "panel/administrator_remove.html", context)


@require_POST
@sudo.required
def reset(request: PersonRequest, admin: str) -> HttpResponse:
    """Let an administrator who lost the second factor sign in without it."""
    found = admins.get(request.actor, admin)
    persons.reset_second_factor(request.actor, found.address)
    messages.success(request, _("%(address)s signs in with the password alone now.") % {"address": found.address})
    return redirect("administrator", found.address)


def _make(request: PersonRequest, form: AdministratorForm) -> HttpResponse:
    given = form.cleaned_data
    made_up = "" if given["password"] else generate_password()
    hashed = hash_password(made_up) if made_up else passwords.chosen(given["password"], given["address"])
    admin = admins.add(request.actor, given["address"], hashed, superadmin=given["superadmin"], domains=form.held())
    if made_up and admin.password:
        return render(request, "panel/administrator_made.html", {"admin": admin, "password": made_up})
    messages.success(request, _("%(address)s is an administrator now.") % {"address": admin.address})
    return redirect("administrators")


def _of(domain: str) -> str:
    return f"switches:{domain}"

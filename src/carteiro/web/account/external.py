"""External accounts: what is fetched from where, and how the last look ended."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from carteiro.hosting.models import ExternalAccount
from carteiro.hosting.owner import external_accounts
from carteiro.hosting.owner.external_accounts import NewAccount
from carteiro.mail.sealing import LONGEST
from carteiro.web.account.whose import Whose, whose
from carteiro.web.look.fields import DomainField, SwitchField
from carteiro.web.look.forms import Fieldset, Form, refusals
from carteiro.web.people.request import PersonRequest
from carteiro.words import explain, unpacked

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def _password(help_text: "_StrPromise", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Password there"),
        max_length=LONGEST,
        strip=False,
        required=required,
        widget=forms.PasswordInput({"autocomplete": "off"}),
        help_text=help_text,
    )


def _looked_at(host: str) -> str:
    return _("%(host)s is looked at now; the result stands here in a moment.") % {"host": host}


class AccountForm(Form):
    """An account elsewhere."""

    protocol = forms.ChoiceField(
        label=gettext_lazy("Protocol"),
        choices=(("imap", "IMAP (TLS)"), ("pop3", "POP3 (TLS)")),
    )
    host = DomainField(label=gettext_lazy("Server"), help_text=gettext_lazy("Such as imap.example.org."))
    username = forms.CharField(label=gettext_lazy("User name there"), max_length=255)
    password = _password(gettext_lazy("Stored so that only the program that fetches can read it."))
    keep = SwitchField(label=gettext_lazy("Leave the messages there, too"), initial=True)
    poll_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes between two looks"),
        min_value=external_accounts.LEAST_MINUTES,
        max_value=external_accounts.MOST_MINUTES,
        initial=15,
        widget=forms.NumberInput({"class": "short"}),
    )
    port = forms.IntegerField(
        label=gettext_lazy("Port"),
        min_value=1,
        max_value=65535,
        required=False,
        help_text=gettext_lazy("Empty: 993 for IMAP, 995 for POP3."),
        widget=forms.NumberInput({"class": "short"}),
    )
    folder = forms.CharField(label=gettext_lazy("Folder there (IMAP)"), max_length=255, initial="INBOX")
    fieldsets = (Fieldset(gettext_lazy("More"), ("port", "folder"), folded=True),)


class ChangeForm(AccountForm):
    """An account that is there: its password may stay."""

    active = SwitchField(label=gettext_lazy("Fetch from it"))
    password = _password(
        gettext_lazy("Empty: it stays as it is, unless the server or the name changes."), required=False
    )
    field_order = ("active", "protocol", "host", "username", "password")


def list_(request: PersonRequest, address: str = "") -> HttpResponse:
    """The accounts of a mailbox."""
    owner = whose(request, address)
    rows = [_told(owner, row) for row in external_accounts.list_(request.actor, owner.address)]
    return render(request, "account/external.html", {"rows": rows, "owner": owner, "add": owner.url("external-add")})


@sensitive_post_parameters("password")
def add(request: PersonRequest, address: str = "") -> HttpResponse:
    """Name another one."""
    owner = whose(request, address)
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals(form, "host"):
            row = external_accounts.add(request.actor, owner.address, NewAccount(**form.cleaned_data))
            messages.success(request, _looked_at(row.host))
            return owner.go("external")
    shown = {"form": form, "owner": owner, "submit": _("Add"), "cancel": owner.url("external")}
    return render(request, "account/external_edit.html", shown, status=422 if form.errors else 200)


@sensitive_post_parameters("password")
def edit(request: PersonRequest, number: int, address: str = "") -> HttpResponse:
    """Change one."""
    owner = whose(request, address)
    row = external_accounts.get(request.actor, owner.address, number)
    form = ChangeForm(request.POST or None, initial=row.record())
    if request.method == "POST" and form.is_valid():
        with refusals(form, "password"):
            fields = {**form.cleaned_data, "port": form.cleaned_data["port"] or row.port}
            if not fields["password"]:
                del fields["password"]  # left empty: it stays as it is
            external_accounts.set_(request.actor, owner.address, number, **fields)
            messages.success(request, _("Saved."))
            return owner.go("external")
    shown = {"form": form, "owner": owner, "row": row, "submit": _("Save"), "cancel": owner.url("external")}
    return render(request, "account/external_edit.html", shown, status=422 if form.errors else 200)


@require_POST
def fetch(request: PersonRequest, number: int, address: str = "") -> HttpResponse:
    """Look at once."""
    owner = whose(request, address)
    row = external_accounts.fetch_now(request.actor, owner.address, number)
    messages.success(request, _looked_at(row.host))
    return owner.go("external")


def remove(request: PersonRequest, number: int, address: str = "") -> HttpResponse:
    """Ask, then fetch from it no more."""
    owner = whose(request, address)
    row = external_accounts.get(request.actor, owner.address, number)
    if request.method == "POST":
        external_accounts.remove(request.actor, owner.address, number)
        messages.success(request, _("Nothing is fetched from %(host)s any more.") % {"host": row.host})
        return owner.go("external")
    return render(request, "account/external_remove.html", {"row": row, "cancel": owner.url("external")})


def _told(owner: Whose, row: ExternalAccount) -> dict[str, Any]:
    """A row of the list, with the last result in the reader's language."""
    result = ""
    if "fault" in row.result:
        result = " ".join(explain(unpacked(row.result["fault"]), get_language() or "")).strip()
    elif "fetched" in row.result:
        count = row.result["fetched"]
        result = ngettext("%(count)d new message", "%(count)d new messages", count) % {"count": count}
    urls = {verb: owner.url(f"external-{verb}", row.pk) for verb in ("edit", "fetch", "remove")}
    return {"row": row, "result": result, "urls": urls}

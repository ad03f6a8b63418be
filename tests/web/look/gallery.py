"""A page with every part that pages are made of. To look at it: .venv/bin/python -m tests.web.look.serve"""

import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import include, path
from django.utils import timezone

from carteiro.hosting.models import Mailbox
from carteiro.web import look
from carteiro.web.look.charts import Chart, Series
from carteiro.web.look.fields import (
    AddressesField,
    AddressField,
    DayField,
    MomentField,
    SizeField,
    SwitchField,
    TriStateField,
)
from carteiro.web.look.forms import Fieldset
from carteiro.web.look.lists import Column, Listing, cases, exactly
from carteiro.web.look.once import Once
from carteiro.web.look.tabs import Tab
from carteiro.web.look.toasts import undoable
from carteiro.web.site.navigation import Entry, Group

_HERE = Path(__file__).parent

KEY = (
    ("ok", "Active"),
    ("info", "Alias in a relay domain"),
    ("warn", "Almost full"),
    ("bad", "Target undeliverable"),
    ("away", "On vacation"),
    ("off", "Disabled"),
)

MAILBOXES = Listing(
    columns=(
        Column("address", "Mailbox", sort="address"),
        Column("state", "State"),
        Column("quota", "Storage", sort="quota", descending=True),
        Column("tags", "Tags"),
        Column("modified", "Last change", sort="modified", descending=True, numeric=True),
        Column("act", "Actions", hidden_label=True),
    ),
    order="address",
    search=("address", "name"),
    filters=(
        cases("state", "Any state", {"on": ("Active", Q(active=True)), "off": ("Disabled", Q(active=False))}),
        exactly("domain", "Domain", "domain__name"),
    ),
)


class MailboxForm(Once):
    """Fields of every kind."""

    address = AddressField(
        label="Address", help_text="What comes before the @ may hold letters, digits and . _ - + = &."
    )
    name = forms.CharField(label="Name", max_length=255, required=False)
    password = forms.CharField(label="Password", widget=forms.PasswordInput, help_text="Leave it empty to make one.")
    quota = SizeField(label="Quota", help_text="Such as 500M or 2G. 12.5 GB are still allowed in this domain.")
    kind = forms.ChoiceField(label="Kind", choices=[("hosted", "Delivered here"), ("relay", "Held for another host")])
    active = SwitchField(label="Active", help_text="Takes mail, and its owner may sign in.", initial=True)
    smtp = SwitchField(label="May send", initial=True)
    second = TriStateField(label="Second factor", otherwise="As the host says: not needed")
    targets = AddressesField(label="Forward to", required=False, help_text="One address in a line.")
    until = DayField(label="Until", required=False)
    again = MomentField(label="Remind", required=False)

    fieldsets = (
        Fieldset("Rights", ("active", "smtp", "second"), "What the owner may do."),
        Fieldset("Forwarding", ("targets", "until", "again"), "Copies to other addresses.", folded=True),
    )


def gallery(request: HttpRequest) -> HttpResponse:
    """All parts."""
    request.user = SimpleNamespace(is_authenticated=True, address="alice@example.org")  # type: ignore[assignment]
    form = MailboxForm(request.POST or None, session=request.session)
    if request.method == "POST" and form.is_valid():
        undoable(request, "The mailbox is in the bin for 30 days.", "/gallery/undo/")
        messages.error(request, "The queue can't be read just now.")
        return redirect("gallery")
    page = MAILBOXES.page(request, Mailbox.objects.select_related("domain"))
    now = timezone.now()
    context = {
        "page": page,
        "layout": page.layout,
        "form": form,
        "key": KEY,
        "navigation": _navigation(),
        "languages": [("en", "English"), ("pt-br", "Português")],
        "notice": "Maintenance on Sunday from 02:00 to 03:00. Mail waits meanwhile; nothing is lost.",
        "tabs": [
            Tab("Overview", "#", True),
            Tab("Mailboxes", "#", count=128),
            Tab("Aliases", "#", count=12),
            Tab("DNS", "#"),
        ],
        **_charts(),
        "icons": [name for name in _icons() if not name.startswith("mark-")],
        "few": [3, 5, 4, 8, 7, 9, 12, 10, 14, 13],
        "past": SimpleNamespace(
            minute=now - timedelta(minutes=4), month=now - timedelta(days=40), day=now - timedelta(hours=26)
        ),
    }
    template = engines["django"].from_string((_HERE / "gallery.html").read_text())
    return HttpResponse(template.render(context, request), status=422 if form.errors else 200)


def _charts() -> dict[str, Chart]:
    labels = [f"{day} Nov" for day in range(1, 31)]
    return {
        "mail": Chart(
            "Mail per day",
            labels,
            [
                Series("In", [420 + (day * 53) % 190 for day in range(30)]),
                Series("Out", [180 + (day * 31) % 90 for day in range(30)]),
                Series("Rejected", [60 + (day * 77) % 140 for day in range(30)]),
            ],
            stacked=True,
        ),
        "storage": Chart(
            "Storage",
            labels,
            [Series("Used", [1024**3 * (20 + day * 0.7 + (day % 5)) for day in range(30)])],
            sizes=True,
        ),
        "directions": Chart(
            "In and out",
            labels,
            [
                Series("In", [420 + (day * 53) % 190 for day in range(30)]),
                Series("Out", [180 + (day * 31) % 90 for day in range(30)]),
            ],
        ),
        "nothing": Chart("Sign-ins", labels, [Series("Sign-ins", [0] * 30)]),
    }


def part(request: HttpRequest) -> HttpResponse:
    """A page of its own: sign-in, an error, a question."""
    name = request.GET.get("name", "bare")
    context = {
        "form": None,
        "status": 404,
        "languages": [("en", "English"), ("pt-br", "Português")],
        "navigation": _navigation(),
    }
    template = engines["django"].from_string((_HERE / f"{name}.html").read_text())
    form = MailboxForm(session=request.session)
    return HttpResponse(template.render(context | {"form": form}, request))


def _icons() -> list[str]:
    return re.findall(r'<symbol id="([^"]+)"', (Path(look.__file__).parent / "static/look/icons.svg").read_text())


def _navigation() -> list[Group]:
    mail = (
        Entry("Start", "start", "home", "/"),
        Entry("Domains", "domains", "globe", "#"),
        Entry("Mailboxes", "mailboxes", "mailbox", "#", current=True),
        Entry("Aliases", "aliases", "alias", "#"),
        Entry("Alias domains", "alias-domains", "link", "#"),
        Entry("What would happen?", "route", "route", "#"),
    )
    host = (
        Entry("Queue", "queue", "queue", "#"),
        Entry("Services", "services", "server", "#"),
        Entry("Broadcasts", "broadcasts", "megaphone", "#"),
        Entry("Administrators", "administrators", "users", "#"),
        Entry("Audit log", "log", "log", "#"),
        Entry("Bin", "bin", "trash", "#"),
    )
    mine = (
        Entry("Overview", "account", "user", "#"),
        Entry("Vacation", "vacation", "sun", "#"),
        Entry("Filters", "f", "filter", "#"),
    )
    return [Group("Mail", mail), Group("Host", host), Group("My mailbox", mine)]


urlpatterns = [
    path("", include("carteiro.web.look.urls")),
    path("", include("carteiro.web.people.urls")),
    path("gallery/", gallery, name="gallery"),
    path("gallery/part/", part, name="gallery-part"),
    path("gallery/undo/", gallery, name="gallery-undo"),
]

"""The audit log: who changed what, when and from where."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import StringIO
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carteiro.hosting import trail
from carteiro.hosting.feed import Action, Kind
from carteiro.hosting.models import Change
from carteiro.web.look.forms import Form
from carteiro.web.look.lists import Column, Filter, Listing, exactly
from carteiro.web.panel import records
from carteiro.web.people.request import PersonRequest

KINDS = {
    Kind.DOMAIN: _("Domain"),
    Kind.MAILBOX: _("Mailbox"),
    Kind.ALIAS: _("Alias"),
    Kind.APP_PASSWORD: _("App password"),
    Kind.SENDER_GRANT: _("Granted sender"),
    Kind.TRANSPORT: _("Next hop"),
    Kind.ADMIN: _("Administrator"),
    Kind.PERSON: _("Security of an account"),
    Kind.POLICY: _("Policies"),
    Kind.VACATION: _("Vacation notice"),
    Kind.FILTER_RULE: _("Filter rule"),
    Kind.SIEVE_SCRIPT: _("Sieve script"),
    Kind.EXTERNAL_ACCOUNT: _("External account"),
    Kind.BROADCAST: _("Broadcast"),
    Kind.TEXT: _("Text"),
    Kind.QUEUE: _("Queue"),
    Kind.SERVICE: _("Service"),
    Kind.WEBMAIL: _("Webmail"),
    Kind.OLD_HOST: _("Log of the old host"),
}
ACTIONS = {
    Action.ADD: _("added"),
    Action.SET: _("changed"),
    Action.RENAME: _("renamed"),
    Action.REMOVE: _("removed"),
    Action.RESTORE: _("restored"),
    Action.DO: _("done"),
}
_TONES = {Action.ADD: "ok", Action.REMOVE: "bad", Action.RESTORE: "ok", Action.RENAME: "info"}
_COLUMNS = ("number", "at", "actor", "origin", "on_behalf_of", "action", "kind", "key", "before", "after")


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _since(value: str) -> Q | None:
    day = _day(value)
    return Q(at__gte=_moment(day)) if day else None


def _until(value: str) -> Q | None:
    day = _day(value)
    return Q(at__lt=_moment(day + timedelta(days=1))) if day and day < date.max else None


LIST = Listing(
    columns=(
        Column("when", _("When"), sort="number", descending=True),
        Column("who", _("Who")),
        Column("what", _("What")),
        Column("changes", _("Before and after")),
    ),
    order="when",
    search=("key", "actor", "on_behalf_of", "origin"),
    filters=(
        exactly("kind", _("Of what"), "kind", tuple((kind.value, label) for kind, label in KINDS.items())),
        exactly("action", _("What was done"), "action", tuple((act.value, label) for act, label in ACTIONS.items())),
        exactly("domain", _("Domain"), "domain_name"),
        exactly("key", _("Name"), "key"),
        Filter("actor", _("Who"), lambda value: Q(actor=value) | Q(on_behalf_of=value)),
        Filter("since", _("From"), _since),
        Filter("until", _("Until"), _until),
    ),
)


class DatesForm(Form):
    """Between two days."""

    refuse_unknown = False
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


@dataclass(frozen=True)
class Entry:
    """A line of the log as people read it."""

    change: Change
    tone: str
    action: str | Promise
    kind: str | Promise
    differences: list[tuple[str, str, str]]  # name, before, after

    @classmethod
    def of(cls, change: Change) -> "Entry":
        """The entry of a change."""
        kept = (change.before, change.after)
        # What is empty before and after tells nothing.
        names = [name for name in dict.fromkeys([*kept[0], *kept[1]]) if any(_holds(each, name) for each in kept)]
        return cls(
            change,
            _TONES.get(Action(change.action), "off"),
            ACTIONS.get(Action(change.action), change.action),
            KINDS.get(Kind(change.kind), change.kind),
            [(records.label(name), _shown(change.before, name), _shown(change.after, name)) for name in names],
        )


def list_(request: PersonRequest) -> HttpResponse:
    """What happened to all that the person may read the log of."""
    page = LIST.page(request, trail.readable(request.actor))
    asked = {name: page.state.chosen.get(name, "") for name in ("since", "until")}
    context = {
        "page": page,
        "entries": [Entry.of(row) for row in page.rows],
        "dates": DatesForm(initial=asked),
        "kept": [(name, value) for name, value in page.state.chosen.items() if name not in asked],
    }
    return render(request, "panel/log.html", context)


def export(request: PersonRequest) -> StreamingHttpResponse:
    """The same as CSV, all of it."""
    rows = LIST.narrowed(trail.readable(request.actor), LIST.state(request.GET)).order_by("-number")
    response = StreamingHttpResponse(_lines(rows.iterator(2000)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit-log.csv"'
    return response


def _lines(changes: Iterator[Change]) -> Iterator[str]:
    yield _line(_COLUMNS)
    for change in changes:
        told = change.record()
        yield _line([_cell(told[name]) for name in _COLUMNS])


def _line(cells: Iterable[str]) -> str:
    line = StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(value, Mapping):
        return "; ".join(f"{name}={_plain(each)}" for name, each in value.items())
    text = str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) and text[1:2] != "" else text


def _holds(record: Mapping[str, Any], name: str) -> bool:
    return record.get(name) not in (None, "", [], {})


def _shown(record: Mapping[str, Any], name: str) -> str:
    return records.value(name, record[name]) if name in record else ""


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_plain(each)}" for key, each in value.items())
    return "–" if value is None or value == "" else str(value)

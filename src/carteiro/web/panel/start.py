"""Where somebody begins: what needs attention, then numbers and charts; or the own mailbox."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from carteiro.hosting.access import Actor, Right, may
from carteiro.hosting.running import figures, machine
from carteiro.hosting.running.figures import Point, Series
from carteiro.hosting.running.readings import Look, Name
from carteiro.web.look import charts
from carteiro.web.look.tabs import Tab
from carteiro.web.panel import attention
from carteiro.web.people.request import PersonRequest

_MAIL = (Series.DELIVERED, Series.SENT, Series.REJECTED)
_LOGINS = (Series.LOGIN_IMAP, Series.LOGIN_POP3)
_OF_DOMAINS = (Name.QUEUE, Name.FULL)
_MOST_DOMAINS = 8

Figures = Mapping[Series, list[Point]]


@dataclass(frozen=True)
class _Tile:
    label: str
    value: str
    note: str = ""
    values: Sequence[int] = ()
    url: str = ""


def start(request: PersonRequest) -> HttpResponse:
    """The first page after signing in."""
    actor = request.actor
    if not actor.administers:
        return redirect("account")
    host = may(actor, Right.MANAGE_SERVICES)
    looks = machine.looks(actor, *(Name if host else _OF_DOMAINS))
    days = request.GET.get("range") == "30d"
    course = figures.course(actor, (*_MAIL, *_LOGINS, Series.STORED))
    told = {series: course.daily(series) if days else course.hourly(series) for series in (*_MAIL, *_LOGINS)}
    stored = figures.stored(actor, _MOST_DOMAINS)
    shown = {
        "attention": attention.items(looks, host=host),
        "tiles": _tiles(actor, told, looks, days=days),
        "ranges": _ranges(days=days),
        "charts": _charts(told, days=days),
        "growth": _growth(course),
        "stored": [(name, size, round(size * 100 / stored[0][1], 1)) for name, size in stored],
        "layout": "look/partial.html" if request.htmx else "look/base.html",
    }
    return render(request, "panel/start.html", shown)


def _tiles(actor: Actor, told: Figures, looks: Mapping[Name, Look], *, days: bool) -> list[_Tile]:
    counted = figures.counted(actor)
    note = _("in 30 days") if days else _("in 24 hours")
    where = _("on this host") if actor.superadmin else _("that you administer")
    tiles = [
        _Tile(_("Domains"), _number(counted.domains), where, url=reverse("domains")),
        _Tile(_("Mailboxes"), _number(counted.mailboxes), where, url=reverse("mailboxes")),
    ]
    for series, label in zip(_MAIL, (_("Delivered"), _("Sent"), _("Rejected")), strict=True):
        values = _values(told[series])
        tiles.append(_Tile(label, _number(sum(values)), note, values))
    if Name.QUEUE in looks and may(actor, Right.MANAGE_QUEUE):
        total = looks[Name.QUEUE].data["total"]
        tiles.append(_Tile(_("In the queue"), _number(total), _("now"), url=reverse("queue")))
    return tiles


def _ranges(*, days: bool) -> list[Tab]:
    url = reverse("start")
    return [Tab(_("24 hours"), url, current=not days), Tab(_("30 days"), f"{url}?range=30d", current=days)]


def _charts(told: Figures, *, days: bool) -> list[charts.Chart]:
    mail = dict(zip(_MAIL, (_("In"), _("Out"), _("Rejected")), strict=True))
    logins = dict(zip(_LOGINS, ("IMAP", "POP3"), strict=True))
    labels = [_label(moment, days=days) for moment, _value in told[Series.DELIVERED]]
    return [
        charts.Chart(title, labels, [charts.Series(label, _values(told[series])) for series, label in names.items()])
        for title, names in ((_("Mail"), mail), (_("Log-ins"), logins))
    ]


def _growth(course: figures.Course) -> charts.Chart:
    points = course.daily(Series.STORED)
    labels = [_label(moment, days=True) for moment, _value in points]
    return charts.Chart(_("Storage in 30 days"), labels, [charts.Series(_("Stored"), _values(points))], sizes=True)


def _label(moment: datetime, *, days: bool) -> str:
    # Days are those of UTC, by which the numbers are kept.
    return date_format(moment, "j M") if days else date_format(timezone.localtime(moment), "H:i")


def _values(points: Sequence[Point]) -> list[int]:
    return [value for _moment, value in points]


def _number(value: int) -> str:
    return number_format(value, use_l10n=True, force_grouping=True)

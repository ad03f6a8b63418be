"""Numbers over time: mail in and out, log-ins, what is stored; kept by the hour, and after some days by the day."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.db.models import Count, QuerySet, Subquery, Sum
from django.utils import timezone

from carteiro.hosting import finding, storing
from carteiro.hosting.access import Actor, Right
from carteiro.hosting.errors import translated
from carteiro.hosting.models import Domain, Login, Mailbox, Sample, Usage
from carteiro.hosting.running import readings
from carteiro.hosting.running.readings import Name

HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
DAYS = 30
HOURS_KEPT = 3 * DAY
DAYS_KEPT = 400 * DAY
LOGINS_KEPT = 90 * DAY
NETWORKS_KEPT = 100  # of one mailbox
_ROWS = 2000
_COLUMNS = ("series", "key", "hour", "value")


class Series(StrEnum):
    """What is counted. Each is kept for the host, and for a domain where it is of one."""

    RECEIVED = "received"  # messages that other hosts brought; of the host alone
    SENT = "sent"  # messages that people handed in, by the domain of their login
    DELIVERED = "delivered"  # copies put into mailboxes, by the recipient's domain
    RELAYED = "relayed"  # copies handed to other hosts; of the host alone
    REJECTED = "rejected"  # recipients that were refused, by their domain
    LOGIN_IMAP = "login_imap"
    LOGIN_POP3 = "login_pop3"
    LOGIN_SIEVE = "login_sieve"
    STORED = "stored"  # bytes at the end of a day

    @classmethod
    def of_login(cls, protocol: str) -> "Series":
        """The series of log-ins by one protocol."""
        return cls(f"login_{protocol}")


@dataclass(frozen=True)
class Seen:
    """When somebody was last seen somewhere, and how often."""

    at: datetime.datetime
    count: int


Counts = Mapping[tuple[str, str, datetime.datetime], int]
Logins = Mapping[tuple[str, str, str], Seen]
Point = tuple[datetime.datetime, int]


def add(counts: Counts, logins: Logins, position: object) -> None:
    """Count these in, and note up to where the logs were read: both or nothing, so that no line counts twice."""
    with translated(), transaction.atomic():
        _add_counts(counts)
        _add_logins(logins)
        readings.note(Name.TALLY, position)


def note_stored(day: datetime.datetime) -> None:
    """Write down what each domain stores on a day (its first moment)."""
    with translated():
        sums = Usage.objects.values_list("mailbox__domain__name").annotate(Sum("size"))
        stored = {name: size for name, size in sums}
        _save({(Series.STORED, name, day): size for name, size in (*stored.items(), ("", sum(stored.values())))})


def condense(now: datetime.datetime) -> None:
    """Put the hours of days gone by together, each day's at its first moment; forget what is very old."""
    with translated():
        Sample.objects.filter(hour__lt=now - DAYS_KEPT).delete()
        Login.objects.filter(at__lt=now - LOGINS_KEPT).delete()
        _forget_networks()
        for day in sorted(_days_by_hours(midnight(now - HOURS_KEPT))):
            for series in Series:
                _condense_day(series, day)


def midnight(moment: datetime.datetime) -> datetime.datetime:
    """The first moment of the day (UTC)."""
    return moment.astimezone(datetime.UTC).replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True)
class Course:
    """How numbers went over the last days."""

    sums: Mapping[Series, Mapping[datetime.datetime, int]]

    def hourly(self, series: Series, hours: int = 24) -> list[Point]:
        """The last hours, the current one last."""
        last = timezone.now().replace(minute=0, second=0, microsecond=0)
        moments = [last - HOUR * back for back in reversed(range(hours))]
        return [(moment, self.sums[series].get(moment, 0)) for moment in moments]

    def daily(self, series: Series, days: int = DAYS) -> list[Point]:
        """The last days, today last."""
        by_day: dict[datetime.datetime, int] = defaultdict(int)
        for moment, value in self.sums[series].items():
            by_day[midnight(moment)] += value
        moments = [midnight(timezone.now()) - DAY * back for back in reversed(range(days))]
        return [(moment, by_day.get(moment, 0)) for moment in moments]


def course(actor: Actor, series: Collection[Series]) -> Course:
    """How numbers of what the actor holds went over the last DAYS days."""
    found: dict[Series, dict[datetime.datetime, int]] = {name: {} for name in series}
    with translated():
        since = midnight(timezone.now()) - DAY * DAYS
        rows = Sample.objects.filter(series__in=[name.value for name in series], hour__gte=since)
        rows = rows.filter(key="") if actor.superadmin else rows.filter(key__in=_names(actor))
        for name, hour, value in rows.values_list("series", "hour").annotate(Sum("value")):
            found[Series(name)][hour] = value
    return Course(found)


def stored(actor: Actor, most: int = 10) -> list[tuple[str, int]]:
    """The domains of the actor that store most, with their bytes at the last look."""
    with translated():
        rows = Sample.objects.filter(series=Series.STORED).exclude(key="")
        rows = rows.filter(hour=Subquery(rows.order_by("-hour").values("hour")[:1]), value__gt=0)
        if not actor.superadmin:
            rows = rows.filter(key__in=_names(actor))
        return list(rows.order_by("-value", "key").values_list("key", "value")[:most])


@dataclass(frozen=True)
class Counted:
    """How many domains and mailboxes there are."""

    domains: int
    mailboxes: int


def counted(actor: Actor) -> Counted:
    """How many domains the actor holds, and mailboxes in them."""
    with translated():
        domains, mailboxes = Domain.objects.exclude(kind=Domain.Kind.ALIAS), Mailbox.objects.all()
        if not actor.superadmin:
            held = actor.domains_with(Right.SEE)
            domains, mailboxes = domains.filter(pk__in=held), mailboxes.filter(domain__in=held)
        return Counted(domains.count(), mailboxes.count())


def _names(actor: Actor) -> QuerySet[Domain, str]:
    return Domain.objects.filter(pk__in=actor.domains_with(Right.SEE)).values_list("name", flat=True)


def _add_counts(counts: Counts) -> None:
    known = {""}
    for part in finding.parts({domain for _, domain, _ in counts if domain}):
        known.update(Domain.objects.filter(name__in=part).values_list("name", flat=True))
    fresh = {key: value for key, value in counts.items() if key[1] in known}
    series, hours = {str(key[0]) for key in fresh}, {key[2] for key in fresh}
    before: dict[tuple[str, str, datetime.datetime], int] = {}
    for part in finding.parts({domain for _, domain, _ in fresh}):
        rows = Sample.objects.filter(series__in=series, key__in=part, hour__in=hours)
        before |= {(name, key, hour): value for name, key, hour, value in rows.values_list(*_COLUMNS)}
    _save({key: value + before.get(key, 0) for key, value in fresh.items()})


def _save(values: Counts) -> None:
    rows = [
        Sample(series=str(series), key=key, hour=hour, value=value) for (series, key, hour), value in values.items()
    ]
    storing.put(rows, key=["series", "key", "hour"], values=["value"], at_once=_ROWS)


def _add_logins(logins: Logins) -> None:
    for part in finding.parts({address for address, *_ in logins}):
        ids = dict(Mailbox.objects.filter(address__in=part).values_list("address", "pk"))
        rows = Login.objects.filter(mailbox__in=ids.values())
        before = {(row.mailbox_id, row.protocol, row.network): row.count for row in rows}
        fresh = [
            Login(
                mailbox_id=ids[address],
                protocol=protocol,
                network=network[:64],
                at=seen.at,
                count=seen.count + before.get((ids[address], protocol, network[:64]), 0),
            )
            for (address, protocol, network), seen in logins.items()
            if address in ids
        ]
        storing.put(fresh, key=["mailbox", "protocol", "network"], values=["at", "count"], at_once=_ROWS)


def _forget_networks() -> None:
    many = Login.objects.values("mailbox").annotate(count=Count("pk")).filter(count__gt=NETWORKS_KEPT)
    for row in many:
        kept = Login.objects.filter(mailbox=row["mailbox"]).order_by("-at")[:NETWORKS_KEPT]
        Login.objects.filter(mailbox=row["mailbox"]).exclude(pk__in=[each.pk for each in kept]).delete()


def _days_by_hours(before: datetime.datetime) -> set[datetime.datetime]:
    hours = Sample.objects.filter(hour__lt=before).values_list("hour", flat=True).distinct()
    return {midnight(hour) for hour in hours if hour != midnight(hour)}


def _condense_day(series: Series, day: datetime.datetime) -> None:
    with transaction.atomic():
        rows = Sample.objects.filter(series=series.value, hour__gte=day, hour__lt=day + DAY)
        sums = list(rows.values_list("key").annotate(Sum("value")))
        rows.exclude(hour=day).delete()
        _save({(series, key, day): value for key, value in sums})

"""Numbers over time: counted in, put together by the day, seen by who may."""

from datetime import timedelta

import pytest
from django.utils import timezone

from carteiro.hosting import domains
from carteiro.hosting.access import Actor
from carteiro.hosting.models import Login, Sample, Usage
from carteiro.hosting.running import figures
from carteiro.hosting.running.figures import DAY, HOUR, Seen, Series, midnight
from tests.hosting.world import mailbox

NOW = timezone.now()
THIS_HOUR = NOW.replace(minute=0, second=0, microsecond=0)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole run may take the rest of the hour in which this module was loaded."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def add(count: int, key: str = "", hour: object = THIS_HOUR, series: Series = Series.DELIVERED) -> None:
    figures.add({(series, key, hour): count}, {}, {})  # type: ignore[dict-item]


def test_counts_add_up(root: Actor) -> None:
    add(2)
    add(3)
    add(1, hour=THIS_HOUR - HOUR)
    course = figures.course(root, [Series.DELIVERED, Series.SENT])
    points = course.hourly(Series.DELIVERED)
    assert [value for _, value in points][-3:] == [0, 1, 5]
    assert len(points) == 24
    assert sum(value for _, value in course.hourly(Series.SENT)) == 0
    assert sum(value for _, value in course.daily(Series.DELIVERED)) == 6


def test_domains_that_are_not_here_are_not_kept(root: Actor) -> None:
    add(1, "elsewhere.test")
    add(1, "example.org")
    assert list(Sample.objects.values_list("key", flat=True)) == ["example.org"]


def test_a_domain_administrator_sees_the_own_domains(root: Actor, alice: Actor, charlie: Actor) -> None:
    add(100)
    add(5, "example.org")
    assert figures.course(alice, [Series.DELIVERED]).hourly(Series.DELIVERED)[-1][1] == 5
    assert figures.course(charlie, [Series.DELIVERED]).hourly(Series.DELIVERED)[-1][1] == 0


def test_hours_of_days_gone_by_become_days_and_nothing_is_lost(root: Actor) -> None:
    day = midnight(NOW - 10 * DAY)
    for hour in (0, 3, 23):
        add(hour + 1, "example.org", day + hour * HOUR)
    add(7, "example.org")
    before = figures.course(root, [Series.DELIVERED]).daily(Series.DELIVERED)
    figures.condense(NOW)
    figures.condense(NOW)
    rows = Sample.objects.filter(key="example.org").order_by("hour").values_list("hour", "value")
    assert list(rows) == [(day, 1 + 4 + 24), (THIS_HOUR, 7)]
    assert figures.course(root, [Series.DELIVERED]).daily(Series.DELIVERED) == before
    add(2, "example.org", day + 5 * HOUR)  # a log that was read late
    figures.condense(NOW)
    assert Sample.objects.get(hour=day).value == 31


def test_what_is_very_old_is_forgotten(root: Actor) -> None:
    add(1, hour=midnight(NOW - 500 * DAY))
    figures.condense(NOW)
    assert not Sample.objects.exists()


def test_what_domains_store_is_noted_for_each_and_for_the_host(root: Actor, alice: Actor, charlie: Actor) -> None:
    domains.add(root, "empty.example")
    for name, size in (("ana", 100), ("bob", 50)):
        Usage.objects.create(mailbox=mailbox(root, f"{name}@example.org"), size=size, messages=1, at=NOW)
    figures.note_stored(midnight(NOW))
    Usage.objects.update(size=200)
    figures.note_stored(midnight(NOW))
    assert figures.stored(root) == [("example.org", 400)]
    assert figures.stored(alice) == [("example.org", 400)]
    assert figures.stored(charlie) == []
    assert Sample.objects.get(series="stored", key="").value == 400


@pytest.mark.parametrize(("age", "left"), [(timedelta(days=1), 1), (timedelta(days=100), 0)])
def test_old_log_ins_are_forgotten(root: Actor, age: timedelta, left: int) -> None:
    mailbox(root, "ana@example.org")
    figures.add({}, {("ana@example.org", "imap", "192.0.2.1"): Seen(NOW - age, 1)}, {})
    figures.condense(NOW)
    assert Login.objects.count() == left


def test_of_a_mailbox_that_wanders_the_last_addresses_are_kept(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    logins = {("ana@example.org", "imap", f"192.0.2.{number}"): Seen(NOW - number * HOUR, 1) for number in range(150)}
    figures.add({}, logins, {})
    figures.condense(NOW)
    assert Login.objects.count() == figures.NETWORKS_KEPT
    assert Login.objects.filter(network="192.0.2.0").exists()

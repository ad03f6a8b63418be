"""The first page: what needs attention, and numbers, of what the person administers and of nothing else."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from carteiro.hosting.models import Reading
from carteiro.hosting.running import figures, readings
from carteiro.hosting.running.figures import Series
from carteiro.hosting.running.readings import Name
from tests.web.conftest import Browser, World


def note_all(*, state: str = "RUNNING", fault: str = "", days: float = 90, lag: int = 0, free: int = 50) -> None:
    service = {"name": "postfix", "state": state, "since": None, "restarts": 0, "memory": 1}
    readings.note(Name.SERVICES, [service])
    readings.note(Name.LISTENERS, [{"protocol": "imaps", "address": "192.0.2.1:993", "fault": fault}])
    ends = timezone.now() + timedelta(days=days)
    readings.note(Name.CERTIFICATE, {"ends": ends.isoformat(), "days": int(days), "private": False})
    readings.note(Name.LAG, lag)
    readings.note(Name.DISK, {"total": 100, "free": free})
    readings.note(Name.FULL, [])
    readings.note(Name.QUEUE, {"messages": [], "total": 0})


def stuck(sender: str, *recipients: str, hours: float = 2) -> dict[str, object]:
    arrived = timezone.now() - timedelta(hours=hours)
    return {
        "id": "4abc12",
        "state": "deferred",
        "arrived": arrived.isoformat(),
        "size": 1000,
        "sender": sender,
        "recipients": list(recipients),
        "recipient_count": len(recipients),
        "reasons": ["Connection refused"],
    }


def page(browser: Browser, person: str, path: str = "/") -> str:
    answer = browser(person).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_where_all_is_well_the_page_says_so(browser: Browser, world: World) -> None:
    note_all()
    assert "All is well" in page(browser, world.superadmin)


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ({"state": "FATAL"}, "Services fail: postfix"),
        ({"fault": "refused"}, "No answer from imaps 192.0.2.1:993"),
        ({"days": 5.5}, "The certificate ends in 5 days"),
        ({"days": -2}, "The certificate has ended"),
        ({"lag": 3}, "3 changes are not live yet"),
        ({"free": 5}, "The disk is nearly full"),
    ],
)
def test_each_trouble_of_the_host_is_told_with_a_link(
    browser: Browser, world: World, trouble: dict[str, object], said: str
) -> None:
    note_all(**trouble)  # type: ignore[arg-type]
    shown = page(browser, world.superadmin)
    assert said in shown
    assert 'href="/services/"' in shown
    assert "All is well" not in shown
    assert said not in page(browser, world.alice)


def test_a_worker_that_writes_nothing_is_told_of(browser: Browser, world: World) -> None:
    assert "This host is new" in page(browser, world.superadmin)
    note_all()
    assert "This host is new" not in page(browser, world.superadmin)
    assert "Nobody looks" not in page(browser, world.superadmin)
    Reading.objects.update(at=timezone.now() - timedelta(hours=1))
    assert "Nobody looks" in page(browser, world.superadmin)


def test_stuck_messages_are_told_to_who_administers_their_domain(browser: Browser, world: World) -> None:
    note_all()
    readings.note(Name.QUEUE, {"messages": [stuck("alice@example.org", "zoe@world.test")], "total": 1})
    assert "1 message has been waiting" in page(browser, world.superadmin)
    shown = page(browser, world.alice)
    assert "zoe@world.test" in shown
    assert "The other host refuses connections" in shown
    assert "See the queue" not in shown  # a page that only superadmins open
    assert "zoe@world.test" not in page(browser, world.charlie)
    readings.note(Name.QUEUE, {"messages": [stuck("alice@example.org", "zoe@world.test", hours=0.5)], "total": 1})
    assert "waiting for more than an hour" not in page(browser, world.superadmin)


def test_full_mailboxes_are_told_to_who_administers_their_domain(browser: Browser, world: World) -> None:
    note_all()
    rows = [{"address": world.bob, "size": 100, "quota": 100}, {"address": world.dora, "size": 95, "quota": 100}]
    readings.note(Name.FULL, rows)
    for person, there in (
        (world.superadmin, (True, True)),
        (world.alice, (True, False)),
        (world.charlie, (False, True)),
    ):
        shown = page(browser, person)
        assert (world.bob in shown, world.dora in shown) == there
    assert "1 mailbox is full" in page(browser, world.alice)
    assert "1 mailbox is nearly full" in page(browser, world.charlie)


def test_the_numbers_are_those_of_what_one_administers(browser: Browser, world: World) -> None:
    note_all()
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    figures.add({(Series.DELIVERED, "", hour): 4321, (Series.DELIVERED, "example.org", hour): 1234}, {}, {})
    assert "4,321" in page(browser, world.superadmin)
    assert "1,234" in page(browser, world.alice, "/?range=30d")
    shown = page(browser, world.charlie)
    assert "4,321" not in shown
    assert "1,234" not in shown


def test_who_administers_nothing_comes_to_the_own_mailbox(browser: Browser, world: World) -> None:
    answer = browser(world.bob).get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/account/")


@pytest.mark.parametrize("path", ["/", "/?range=30d"])
def test_the_page_asks_the_database_little(browser: Browser, world: World, path: str) -> None:
    note_all()
    for person in (world.superadmin, world.alice):
        client = browser(person)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(path)
        assert len(asked) <= 12, [query["sql"] for query in asked]


def test_a_refresh_brings_only_what_changes(browser: Browser, world: World) -> None:
    note_all()
    shown = browser(world.superadmin).get("/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in shown
    assert "All is well" in shown


def test_a_refresh_after_the_session_has_ended_does_not_bring_the_way_in(browser: Browser, world: World) -> None:
    assert browser().get("/", headers={"HX-Request": "true"}).status_code == 401
    assert browser().get("/").status_code == 302

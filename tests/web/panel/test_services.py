"""The page of the services."""

import pytest

from carteiro.hosting import questions
from carteiro.hosting.models import Change
from carteiro.hosting.running import readings
from carteiro.hosting.running.readings import Name
from carteiro.settings.layout import Layout
from carteiro.words import Fault
from tests.web.conftest import Browser, World
from tests.web.panel.worker import answering


@pytest.fixture
def seen(world: World) -> None:
    readings.note(
        Name.SERVICES,
        [
            {
                "name": "postfix",
                "state": "RUNNING",
                "since": "2026-11-23T20:00:00+00:00",
                "restarts": 0,
                "memory": 9,
            },
            {"name": "dovecot", "state": "BACKOFF", "since": None, "restarts": 7, "memory": 0},
        ],
    )
    readings.note(Name.LISTENERS, [{"protocol": "imaps", "address": "192.0.2.1:993", "fault": "It is <closed>."}])
    readings.note(Name.CERTIFICATE, {"ends": "2027-11-23T20:00:00+00:00", "days": 365, "private": True})
    readings.note(Name.DISK, {"total": 2**40, "free": 2**39})
    readings.note(Name.LAG, 0)


def test_states_and_faults_are_shown(browser: Browser, world: World, seen: None) -> None:
    shown = browser(world.superadmin).get("/services/").content.decode()
    assert "Fails; tried again" in shown
    assert "It is &lt;closed&gt;." in shown
    assert "ends in 365 days" in shown


def test_a_page_of_a_host_that_nobody_looked_at_stands(browser: Browser, world: World) -> None:
    answer = browser(world.superadmin).get("/services/")
    assert answer.status_code == 200
    assert "Nobody has looked yet" in answer.content.decode()


def test_the_log_is_shown_as_text(browser: Browser, world: World, layout: Layout) -> None:
    with answering(layout, lambda _: ["one <b>", "two"]) as asked:
        shown = browser(world.superadmin).get("/services/postfix/log/").content.decode()
    assert asked == [questions.ReadLog("postfix", 200)]
    assert "one &lt;b&gt;" in shown


def test_a_log_that_is_not_there_is_told_of(browser: Browser, world: World, layout: Layout) -> None:
    def missing(_: object) -> None:
        raise Fault("There is no log {name!r}.", name="x")

    with answering(layout, missing):
        assert "There is no log" in browser(world.superadmin).get("/services/x/log/").content.decode()


def test_a_restart_wants_the_password_first(browser: Browser, world: World, layout: Layout) -> None:
    with answering(layout, lambda _: None) as asked:
        answer = browser(world.superadmin, confirmed=False).post("/services/postfix/restart/")
    assert answer.status_code == 302
    assert "next=" in answer["Location"]
    assert asked == []


def test_a_restart_asks_and_is_in_the_audit_log(browser: Browser, world: World, layout: Layout) -> None:
    client = browser(world.superadmin)
    assert "Restart postfix?" in client.get("/services/postfix/restart/").content.decode()
    with answering(layout, lambda _: None) as asked:
        answer = client.post("/services/postfix/restart/", follow=True)
    assert asked == [questions.RestartService("postfix")]
    assert "postfix is started again." in answer.content.decode()
    assert Change.objects.get(kind="service").after == {"act": "restart"}

"""The page of the queue: seen and handled by superadmins alone, in one form, with and without a script."""

import pytest
from django.utils import timezone

from carteiro.hosting import questions
from carteiro.hosting.models import Change
from carteiro.hosting.running import readings
from carteiro.hosting.running.readings import Name
from carteiro.jobs.models import Request
from carteiro.settings.layout import Layout
from carteiro.web.panel.reasons import in_words
from carteiro.words import Fault
from tests.web.conftest import Browser, World
from tests.web.panel.worker import answering


def message(
    number: int, state: str = "deferred", reason: str = "connect to x: Connection refused"
) -> dict[str, object]:
    return {
        "id": f"4abc{number:02}",
        "state": state,
        "arrived": timezone.now().isoformat(),
        "size": 1000,
        "sender": f"s{number:02}@example.org",
        "recipients": ["zoe@world.test"],
        "recipient_count": 1,
        "reasons": ["connect to x: Connection refused"],
    }


@pytest.fixture
def queue(world: World) -> None:
    readings.note(Name.QUEUE, {"messages": [message(n) for n in range(60)] + [message(60, "hold")], "total": 61})


def test_the_list_shows_who_waits_and_why(browser: Browser, world: World, queue: None) -> None:
    shown = browser(world.superadmin).get("/queue/").content.decode()
    assert "s00@example.org" in shown
    assert "The other host refuses connections" in shown
    assert "s59@example.org" not in shown
    assert "s59@example.org" in browser(world.superadmin).get("/queue/?page=1").content.decode()
    held = browser(world.superadmin).get("/queue/?state=hold").content.decode()
    assert "s60@example.org" in held
    assert "s00@example.org" not in held
    found = browser(world.superadmin).get("/queue/?q=S07%40example").content.decode()
    assert "s07@example.org" in found
    assert "s08@example.org" not in found


@pytest.mark.parametrize("query", ["page=99999", "page=-1", "page=x", "state=<b>", "q=%00%27%22<script>"])
def test_a_strange_address_does_no_harm(browser: Browser, world: World, queue: None, query: str) -> None:
    answer = browser(world.superadmin).get(f"/queue/?{query}")
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()
    assert "q=\x00" not in answer.content.decode()


def test_an_empty_queue_and_one_that_nobody_looked_at_are_told_apart(browser: Browser, world: World) -> None:
    assert "Nobody has looked yet" in browser(world.superadmin).get("/queue/").content.decode()
    readings.note(Name.QUEUE, {"messages": [], "total": 0})
    assert "The queue is empty" in browser(world.superadmin).get("/queue/").content.decode()


@pytest.mark.parametrize("path", ["/queue/", "/queue/4abc00/", "/services/", "/services/postfix/log/"])
def test_others_are_refused(browser: Browser, world: World, queue: None, path: str) -> None:
    for person in (world.alice, world.bob, world.charlie):
        assert browser(person).get(path).status_code == 403
    assert browser(world.alice).post("/queue/act/", {"single": "delete 4abc00"}).status_code == 403
    assert not Request.objects.exists()


def test_chosen_messages_are_held_and_the_page_says_how_many(
    browser: Browser, world: World, queue: None, layout: Layout
) -> None:
    client = browser(world.superadmin)
    with answering(layout, lambda _: 2) as asked:
        answer = client.post("/queue/act/", {"action": "hold", "chosen": ["4abc00", "4abc01", "4abc02"]}, follow=True)
    assert asked == [questions.AlterQueue("hold", ["4abc00", "4abc01", "4abc02"])]
    shown = answer.content.decode()
    assert "2 messages are held." in shown
    assert "Some messages have left the queue meanwhile" in shown
    assert Change.objects.filter(kind="queue", actor=world.superadmin).count() == 3


def test_a_message_is_deleted_only_after_a_question(
    browser: Browser, world: World, queue: None, layout: Layout
) -> None:
    client = browser(world.superadmin)
    with answering(layout, lambda _: 1) as asked:
        question = client.post("/queue/act/", {"single": "delete 4abc07"}).content.decode()
        assert "Delete 1 message?" in question
        assert asked == []
        client.post("/queue/act/", {"action": "delete", "chosen": ["4abc07"], "sure": "1"})
    assert asked == [questions.AlterQueue("delete", ["4abc07"])]


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"action": "hold"},
        {"action": "burn", "chosen": ["4abc00"]},
        {"single": "burn 4abc00"},
        {"single": "hold"},
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_asked(
    browser: Browser, world: World, queue: None, layout: Layout, sent: dict[str, object]
) -> None:
    with answering(layout, lambda _: 1) as asked:
        answer = browser(world.superadmin).post("/queue/act/", sent, follow=True)
    assert answer.status_code == 200
    assert asked == []


def test_a_message_shows_its_header(browser: Browser, world: World, queue: None, layout: Layout) -> None:
    with answering(layout, lambda _: "Subject: <b>hello</b>\n"):
        shown = browser(world.superadmin).get("/queue/4abc00/").content.decode()
    assert "Subject: &lt;b&gt;hello&lt;/b&gt;" in shown


def test_a_message_that_has_gone_is_told_of(browser: Browser, world: World, queue: None, layout: Layout) -> None:
    def gone(_: object) -> None:
        raise Fault("No message {id} is in that state in the queue.", code="not_found", id="4gone1")

    with answering(layout, gone):
        answer = browser(world.superadmin).get("/queue/4gone1/")
    assert answer.status_code == 404
    assert "4gone1" in answer.content.decode()


def test_without_a_worker_the_page_says_that_nothing_was_done(
    browser: Browser, world: World, queue: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("carteiro.web.live._QUESTION_SECONDS", 0.1)
    monkeypatch.setattr("carteiro.web.live.answer_to.__defaults__", (0.1,))
    shown = browser(world.superadmin).post("/queue/flush/", follow=True).content.decode()
    assert "nothing was done" in shown


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("connect to mx.world.test[192.0.2.1]:25: Connection refused", "refuses connections"),
        ("connect to mx.world.test[192.0.2.1]:25: Connection timed out", "does not answer"),
        ("Host or domain name not found. Name service error for name=x.test type=MX: Host not found", "not found"),
        ("host mx[192.0.2.1] said: 450 4.7.1 Greylisted, please try again (in reply to RCPT TO)", "greylisting"),
        ("host mx[192.0.2.1] said: 452 4.2.2 Mailbox full (in reply to RCPT TO command)", "is full"),
        ("host mx[192.0.2.1] said: 421 4.3.2 Go away (in reply to MAIL FROM command)", "puts the message off"),
        ("connect to mail[private/dovecot-lmtp]: No such file or directory", "service of this host"),
        ("nobody knows", "Postfix will try again"),
    ],
)
def test_reasons_are_told_in_words(reason: str, words: str) -> None:
    assert words in str(in_words(reason))

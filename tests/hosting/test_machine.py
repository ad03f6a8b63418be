"""The host as administrators see and handle it."""

from collections.abc import Callable

import pytest

from carteiro.hosting import doings, domains, questions, requests
from carteiro.hosting.access import Actor
from carteiro.hosting.errors import Forbidden, Invalid
from carteiro.hosting.models import Change
from carteiro.hosting.running import machine, readings
from carteiro.hosting.running.readings import Name
from carteiro.jobs import queue
from carteiro.jobs.models import Request
from carteiro.words import Fault, packed
from tests.hosting.world import asked, mailbox


def message(queue_id: str, sender: str, *recipients: str) -> dict[str, object]:
    return {
        "id": queue_id,
        "state": "deferred",
        "arrived": "2026-11-23T20:00:00+00:00",
        "size": 1,
        "sender": sender,
        "recipients": list(recipients),
        "recipient_count": len(recipients),
        "reasons": [f"host said: <{recipient}> later" for recipient in recipients],
    }


def test_only_superadmins_handle_the_host(root: Actor, alice: Actor) -> None:
    acts: list[Callable[[], object]] = [
        lambda: machine.looks(alice, Name.SERVICES),
        lambda: machine.show_queued(alice, "4abc12"),
        lambda: machine.alter_queue(alice, "hold", ["4abc12"]),
        lambda: machine.flush_queue(alice),
        lambda: machine.restart_service(alice, "postfix"),
        lambda: machine.read_log(alice, "postfix"),
    ]
    for act in acts:
        with pytest.raises(Forbidden):
            act()
    assert not Request.objects.exists()


def test_a_domain_administrator_sees_the_own_messages_and_no_others_recipients(
    root: Actor, alice: Actor, charlie: Actor
) -> None:
    readings.note(
        Name.QUEUE,
        {
            "messages": [
                message("4aaa11", "zoe@world.test", "ana@example.org", "dan@charlie.example"),
                message("4bbb11", "ana@example.org", "x@world.test", "dan@charlie.example"),
                message("4ccc11", "zoe@world.test", "dan@charlie.example"),
            ],
            "total": 9,
        },
    )
    look = machine.looks(alice, Name.QUEUE)[Name.QUEUE]
    seen = {each["id"]: (each["recipients"], len(each["reasons"])) for each in look.data["messages"]}
    assert seen == {
        "4aaa11": (["ana@example.org"], 1),
        "4bbb11": (["x@world.test", "dan@charlie.example"], 2),
    }
    assert machine.looks(root, Name.QUEUE)[Name.QUEUE].data["total"] == 9
    with pytest.raises(Forbidden):
        machine.looks(Actor("bob@example.org", mailbox=1), Name.QUEUE)


def test_an_act_on_the_queue_is_in_the_audit_log_with_what_it_was_done_to(root: Actor) -> None:
    readings.note(Name.QUEUE, {"messages": [message("4aaa11", "zoe@world.test", "ana@example.org")], "total": 1})
    machine.alter_queue(root, "delete", ["4aaa11", "4aaa11", "4gone11"])
    notes = {change.key: (change.action, change.kind, change.after) for change in _acts()}
    what = {"act": "delete", "sender": "zoe@world.test", "recipients": ["ana@example.org"]}
    assert notes == {"4aaa11": ("do", "queue", what), "4gone11": ("do", "queue", {"act": "delete"})}
    assert asked() == ["alter_queue delete ['4aaa11', '4gone11']"]


def _acts() -> list[Change]:
    return list(Change.objects.filter(action="do"))


@pytest.mark.parametrize(("act", "ids"), [("burn", ["4aaa11"]), ("hold", []), ("hold", [str(n) for n in range(2001)])])
def test_what_can_not_be_done_is_refused(root: Actor, act: str, ids: list[str]) -> None:
    with pytest.raises(Invalid):
        machine.alter_queue(root, act, ids)
    assert not _acts()


def test_sessions_are_seen_and_ended_by_who_may_set_the_password(root: Actor, alice: Actor, charlie: Actor) -> None:
    box = mailbox(root, "ana@example.org")
    ana = Actor("ana@example.org", mailbox=box.pk)
    for actor in (root, alice, ana):
        machine.sessions(actor, "ana@example.org")
        machine.end_sessions(actor, "ana@example.org", "192.0.2.1")
        machine.folders(actor, "ana@example.org")
    for act in (machine.sessions, machine.folders, machine.logins):
        with pytest.raises(Forbidden):
            act(charlie, "ana@example.org")
    with pytest.raises(Forbidden):
        machine.end_sessions(charlie, "ana@example.org", "192.0.2.1")


def test_a_question_is_answered_to_who_asked(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    question = machine.folders(root, "ana@example.org")
    queue.drain(lambda _: {"answer": [{"name": "INBOX", "size": 5, "messages": 1}]})
    assert requests.answer(question, 1) == [questions.Folder("INBOX", 5, 1)]


def test_a_fault_of_the_worker_comes_to_who_asked(root: Actor) -> None:
    question = machine.read_log(root, "nothing")
    queue.drain(lambda _: {"fault": packed(Fault("There is no log {name!r}.", code="not_found", name="nothing"))})
    with pytest.raises(Fault) as told:
        requests.answer(question, 1)
    assert (str(told.value), told.value.code) == ("There is no log 'nothing'.", "not_found")


def test_a_question_that_nobody_takes_up_is_withdrawn(root: Actor) -> None:
    question = machine.restart_service(root, "postfix")
    with pytest.raises(requests.NoAnswer) as told:
        requests.answer(question, 0.1)
    assert "nothing was done" in str(told.value)
    assert queue.claim() is None


def test_a_question_that_takes_long_goes_on(root: Actor) -> None:
    question = machine.restart_service(root, "postfix")
    claimed = queue.claim()
    assert claimed is not None
    with pytest.raises(requests.NoAnswer) as told:
        requests.answer(question, 0.1)
    assert "goes on" in str(told.value)
    queue.finish(claimed)
    assert Request.objects.get().state == "done"


def test_it_is_known_what_was_done_while_somebody_watched(root: Actor) -> None:
    with doings.watched() as done:
        list(domains.list_(root))
    assert done == doings.Doings()
    with doings.watched() as done:
        domains.add(root, "second.example")
    assert done == doings.Doings(changed=True)
    with doings.watched() as done:
        machine.read_log(root, "postfix")
    assert done == doings.Doings(requested=True)
    with doings.watched() as done, pytest.raises(Invalid):
        domains.add(root, "third.example", kind="nonsense")
    assert done == doings.Doings()

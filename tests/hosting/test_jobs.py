"""Requests: claimed once, tried again, given up; and what runs by the clock."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from carteiro.hosting import questions, requests
from carteiro.hosting.access import Actor
from carteiro.jobs import queue
from carteiro.jobs.models import Request
from carteiro.jobs.schedule import Schedule
from carteiro.words import Fault


def test_the_oldest_request_is_claimed_first_and_once(root: Actor) -> None:
    first = requests.record(requests.KickUser("ana@example.org"))
    requests.record(requests.ReloadEngines())
    claimed = queue.claim()
    assert claimed is not None
    assert claimed.pk == first.pk
    assert requests.parse(claimed) == requests.KickUser("ana@example.org")
    again = queue.claim()
    assert again is not None
    assert again.kind == "reload_engines"
    assert queue.claim() is None


@pytest.mark.parametrize(
    "request_",
    [
        requests.KickUser("a@example.org"),
        requests.PurgeMailbox("f" * 32),
        requests.MeasureUsage("example.org"),
        requests.ReloadEngines(),
        questions.AlterQueue("hold", ["4abc12", "4abc13"]),
        questions.EndSessions("a@example.org", "192.0.2.1"),
    ],
)
def test_every_kind_comes_back_as_it_was(root: Actor, request_: requests.TypedRequest) -> None:
    assert requests.parse(requests.record(request_)) == request_


def test_many_claimers_share_the_requests_and_none_is_done_twice(root: Actor) -> None:
    for number in range(40):
        requests.record(requests.KickUser(f"m{number}@example.org"))
    done: list[str] = []

    def work() -> None:
        queue.drain(lambda row: done.append(row.payload["address"]))
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(done) == sorted(f"m{number}@example.org" for number in range(40))
    assert set(Request.objects.values_list("state", flat=True)) == {"done"}


def test_a_request_of_another_node_or_kind_is_left(root: Actor) -> None:
    requests.record(requests.ReloadEngines(), node="b")
    assert queue.claim("a") is None
    assert queue.claim("b", kinds=["kick_user"]) is None
    assert queue.claim("b", kinds=["reload_engines"]) is not None


def test_what_fails_waits_longer_each_time_and_is_given_up_at_last(root: Actor) -> None:
    requests.record(requests.ReloadEngines())

    def fails(_: Request) -> None:
        raise Fault("no\nengine")

    for attempt in range(1, queue.ATTEMPTS + 1):
        Request.objects.update(not_before=timezone.now())
        assert queue.drain(fails) == 0
        row = Request.objects.get()
        assert (row.attempts, row.error) == (attempt, "no engine")
    assert row.state == "failed"
    assert [queue.delay(attempt).total_seconds() for attempt in (1, 2, 3, 20)] == [5, 10, 20, 3600]


def test_a_failed_request_is_not_due_at_once(root: Actor) -> None:
    requests.record(requests.ReloadEngines())
    row = queue.claim()
    assert row is not None
    queue.fail(row, "later")
    assert queue.claim() is None


def test_a_request_of_an_unknown_kind_is_given_up_at_once(root: Actor) -> None:
    queue.enqueue("of_a_later_release", {})

    def carry_out(row: Request) -> None:
        requests.parse(row)

    queue.drain(carry_out)
    assert Request.objects.get().state == "failed"


def test_what_a_dead_worker_had_is_claimed_again_and_the_dead_one_ends_nothing(root: Actor) -> None:
    requests.record(requests.ReloadEngines())
    dead = queue.claim()
    assert dead is not None
    Request.objects.update(claimed_at=timezone.now() - queue.LEASE - timedelta(seconds=1))
    taken = queue.claim()
    assert taken is not None
    queue.finish(dead)
    assert Request.objects.get().state == "claimed"
    queue.finish(taken)
    assert Request.objects.get().state == "done"


@pytest.mark.parametrize("column", ["not_before", "claimed_at"])
def test_a_clock_that_was_set_back_holds_nothing_up(root: Actor, column: str) -> None:
    requests.record(requests.ReloadEngines())
    state = "waiting" if column == "not_before" else "claimed"
    Request.objects.update(**{"state": state, column: timezone.now() + timedelta(days=3650)})
    assert queue.claim() is not None


def test_what_somebody_waits_for_need_not_wait_for_what_takes_long(root: Actor) -> None:
    requests.record(requests.MeasureUsage("example.org"))
    requests.record(questions.FlushQueue())
    done: list[str] = []
    assert queue.drain(lambda row: done.append(row.kind), kinds=requests.QUICK) == 1
    assert done == ["flush_queue"]


def test_the_answer_is_kept(root: Actor) -> None:
    row = requests.record(questions.ListSessions("a@example.org"))
    queue.drain(lambda _: {"answer": []})
    assert queue.wait(row, 0)
    assert row.result == {"answer": []}


def test_old_requests_are_forgotten(root: Actor) -> None:
    requests.record(requests.ReloadEngines())
    queue.drain(lambda _: None)
    assert queue.forget(timedelta(days=1)) == 0
    Request.objects.update(done_at=timezone.now() - timedelta(days=2))
    assert queue.forget(timedelta(days=1)) == 1


def test_a_schedule_runs_its_jobs_again_and_again_until_it_is_stopped() -> None:
    schedule = Schedule()
    runs: list[int] = []

    def job() -> None:
        runs.append(1)
        if len(runs) == 3:
            schedule.stop()
        raise ZeroDivisionError

    schedule.every(0.05, "job", job)
    thread = threading.Thread(target=schedule.run)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    assert len(runs) >= 3


def test_what_is_rare_may_be_done_soon_after_the_start() -> None:
    schedule = Schedule()
    schedule.every(3600, "job", schedule.stop, soon=0.05)
    thread = threading.Thread(target=schedule.run)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()

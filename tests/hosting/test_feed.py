"""The feed: no gaps, in the order of commits, nothing of what did not come to its end."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.db import transaction

from carteiro.hosting import feed
from carteiro.hosting.access import Actor
from carteiro.hosting.database import configure
from carteiro.hosting.models import Change, Domain, Mailbox
from carteiro.hosting.requests import ReloadEngines
from carteiro.settings.layout import Layout
from tests.hosting.world import asked, mailbox

ROOT = Path(__file__).resolve().parents[2]


def writer(layout: Layout, name: str, count: int) -> subprocess.Popen[str]:
    about = [str(layout.config), configure.location().text, name, str(count)]
    command = [sys.executable, "-m", "tests.hosting.writer", *about]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_many_processes_write_at_once_and_the_feed_has_no_gap(root: Actor, layout: Layout) -> None:
    writers = [writer(layout, f"w{number}", 10) for number in range(4)]
    assert [process.communicate(timeout=60) and process.returncode for process in writers] == [0, 0, 0, 0]
    numbers = list(Change.objects.order_by("pk").values_list("number", flat=True))
    assert numbers == list(range(1, 1 + 1 + 4 * 10 * 3))
    assert feed.head().number == numbers[-1]
    # Each transaction's records stand together: nobody else's number is between them.
    keys = [change.key.split("@")[0].rsplit("-", 1) for change in feed.after(1)]
    assert all(keys[at][0] == keys[at + 1][0] == keys[at + 2][0] for at in range(0, len(keys), 3))


def test_a_reader_never_sees_a_number_before_a_smaller_one(root: Actor, layout: Layout) -> None:
    writers = [writer(layout, f"w{number}", 10) for number in range(2)]
    position = feed.head().number
    while any(process.poll() is None for process in writers):
        for change in feed.after(position):
            assert change.number == position + 1
            position = change.number
    assert [process.communicate(timeout=60) and process.returncode for process in writers] == [0, 0]


def test_a_process_killed_in_a_transaction_leaves_nothing_half_done(root: Actor, layout: Layout) -> None:
    process = writer(layout, "dies", 1)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "4"
    assert process.stdout.readline().strip() == "inside"
    process.kill()
    process.communicate(timeout=10)
    assert Mailbox.objects.count() == 3
    assert feed.head().number == 4
    mailbox(root, "ana@example.org")
    assert Change.objects.get(number=5).key == "ana@example.org"


def test_writers_that_are_killed_at_any_moment_leave_a_feed_without_a_gap(root: Actor, layout: Layout) -> None:
    writers = [writer(layout, f"w{number}", 1000) for number in range(6)]
    for turn, process in enumerate(writers):
        assert process.stdout is not None
        for _ in range(turn + 2):
            process.stdout.readline()
        process.kill()
        writers.append(writer(layout, f"again{turn}", 5)) if turn < 3 else None
    ended = [process.communicate(timeout=60) and process.returncode for process in writers]
    assert ended == [-9] * 6 + [0] * 3
    changes = feed.after(1, limit=100_000)
    assert [change.number for change in changes] == list(range(2, feed.head().number + 1))
    # Of each transaction all is there, together, or nothing is.
    keys = [change.key.split("@")[0].rsplit("-", 1) for change in changes]
    assert all(keys[at][0] == keys[at + 1][0] == keys[at + 2][0] for at in range(0, len(keys), 3))
    assert {change.key for change in changes} == set(Mailbox.objects.values_list("address", flat=True))


def test_a_use_case_that_fails_leaves_no_row_no_change_and_no_request(root: Actor) -> None:
    with pytest.raises(ZeroDivisionError), feed.changes(root) as ledger:
        domain = Domain.objects.create(name="half.example")
        ledger.note(feed.Action.ADD, feed.Kind.DOMAIN, domain.pk, domain.name, domain.name)
        ledger.request(ReloadEngines())
        ledger.append()
        raise ZeroDivisionError
    assert not Domain.objects.filter(name="half.example").exists()
    assert (feed.head().number, asked()) == (1, [])


def test_a_transaction_rolled_back_around_a_use_case_gives_its_numbers_back(root: Actor) -> None:
    with transaction.atomic():
        mailbox(root, "ana@example.org")
        transaction.set_rollback(True)
    mailbox(root, "bob@example.org")
    assert [change.key for change in feed.after(1)] == ["bob@example.org"]
    assert feed.head().number == 2


def test_a_long_transaction_writes_its_records_in_parts(root: Actor) -> None:
    with feed.changes(root) as ledger:
        for number in range(4500):
            ledger.note(feed.Action.SET, feed.Kind.ALIAS, number, f"a{number}@example.org", "example.org")
    changes = feed.after(1, limit=5000)
    assert [change.object_id for change in changes] == list(range(4500))
    assert [change.number for change in changes] == list(range(2, 4502))


def test_after_gives_no_more_than_asked_for(root: Actor) -> None:
    for name in ("ana", "bob", "cia"):
        mailbox(root, f"{name}@example.org")
    assert [change.number for change in feed.after(1, limit=2)] == [2, 3]


def test_every_database_has_an_identity_of_its_own(root: Actor) -> None:
    assert len(feed.head().identity) == 32


def test_a_change_says_who_did_it_and_from_where(root: Actor) -> None:
    mailbox(Actor("bob", superadmin=True, origin="panel 192.0.2.1", on_behalf_of="ana"), "ana@example.org")
    change = feed.after(1)[0]
    assert (change.actor, change.origin, change.on_behalf_of) == ("bob", "panel 192.0.2.1", "ana")

"""Broadcasts: who is served next, whatever breaks in between."""

import pytest

from carteiro.hosting import broadcasts, domains
from carteiro.hosting.access import Actor
from carteiro.hosting.broadcasts import NewBroadcast
from carteiro.hosting.errors import Forbidden, Invalid
from carteiro.hosting.models import Broadcast, Mailbox
from tests.hosting import world


@pytest.fixture
def row(root: Actor) -> Broadcast:
    """A broadcast to five mailboxes of example.org, which began."""
    for number in range(5):
        world.mailbox(root, f"reader{number}@example.org")
    domains.add(root, "other.example")
    world.mailbox(root, "nobody@other.example")
    new = NewBroadcast("Hello", "Text", "reader0@example.org", domains=["example.org"])
    broadcasts.add(root, new)
    return next(broadcasts.under_way())


def test_each_is_served_once_though_the_worker_breaks_off_anywhere(row: Broadcast) -> None:
    served: list[str] = []
    for breaks_before_it_is_noted in (False, True, False, True, False):
        row = next(broadcasts.under_way())
        if row.serving:  # in doubt: the queue says that it has it
            broadcasts.served(row, well=True)
        reader = broadcasts.readers(row)[0]
        assert broadcasts.begin(row, reader.pk)
        served.append(reader.address)
        if not breaks_before_it_is_noted:
            broadcasts.served(row, well=True)
    assert served == [f"reader{number}@example.org" for number in range(5)]
    row = next(broadcasts.under_way())
    assert (row.sent, list(broadcasts.readers(row))) == (5, [])


def test_a_stop_holds_before_the_next_one(root: Actor, row: Broadcast) -> None:
    reader = broadcasts.readers(row)[0]
    broadcasts.stop(root, row.pk)
    assert not broadcasts.begin(row, reader.pk)
    assert list(broadcasts.under_way()) == []
    broadcasts.resume(root, row.pk)
    assert next(broadcasts.under_way()).pk == row.pk


def test_one_that_was_stopped_at_its_end_is_not_called_done(root: Actor, row: Broadcast) -> None:
    broadcasts.stop(root, row.pk)
    broadcasts.done(row)
    assert broadcasts.get(root, row.pk).state == Broadcast.State.STOPPED


def test_switched_off_mailboxes_get_nothing(row: Broadcast) -> None:
    Mailbox.objects.filter(address="reader3@example.org").update(active=False)
    assert broadcasts.readers(row).count() == 4


def test_an_empty_one_and_one_for_nobody_are_refused(root: Actor, row: Broadcast) -> None:
    domains.add(root, "empty.example")
    for text, names in (("", ["example.org"]), ("Text", ["empty.example"]), ("Text", [])):
        with pytest.raises(Invalid):
            broadcasts.add(root, NewBroadcast("Hello", text, "reader0@example.org", domains=names))


def test_the_administrator_of_a_domain_sends_none(alice: Actor, row: Broadcast) -> None:
    with pytest.raises(Forbidden):
        broadcasts.add(alice, NewBroadcast("Hello", "Text", "reader0@example.org", domains=["example.org"]))
    with pytest.raises(Forbidden):
        broadcasts.stop(alice, row.pk)

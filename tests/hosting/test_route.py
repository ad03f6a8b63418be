"""What would happen to mail for an address, in words."""

import datetime

import pytest
from django.utils import timezone

from carteiro.hosting import alias_domains, aliases, domains, mailboxes, relay_recipients, route, transports
from carteiro.hosting.access import Actor
from carteiro.hosting.errors import Forbidden
from carteiro.hosting.models import Usage, Vacation
from carteiro.hosting.route import Outcome, Tone
from carteiro.mail.next_hop import NextHop
from tests.hosting.world import alias, mailbox


def told(actor: Actor, address: str) -> list[str]:
    return [str(step) for step in route.explain(actor, address).steps]


def test_a_mailbox_gets_its_mail(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    journey = route.explain(root, "Ana@Example.org")
    assert journey.outcome == Outcome.TAKEN
    assert journey.recipients == {"ana@example.org"}
    assert [str(step) for step in journey.steps] == ["It is delivered to the mailbox ana@example.org."]


def test_the_way_through_an_alias_domain_an_alias_and_a_forwarding(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    mailboxes.set_(root, "ana@example.org", forward_to=["far@elsewhere.test"], keep_copy=True)
    alias(root, "team@example.org", "ana@example.org")
    alias_domains.add(root, "example.net", "example.org")
    journey = route.explain(root, "team@example.net")
    assert journey.recipients == {"ana@example.org", "far@elsewhere.test"}
    assert [(step.depth, str(step)) for step in journey.steps] == [
        (0, "example.net is an alias domain: team@example.net stands for team@example.org."),
        (0, "team@example.org is an alias. It leads to: ana@example.org."),
        (1, "The mailbox ana@example.org forwards its mail to: far@elsewhere.test."),
        (2, "It is delivered to the mailbox ana@example.org."),
        (2, "far@elsewhere.test is on another host. It is sent there."),
    ]


def test_a_detail_and_a_catch_all(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    alias(root, "@example.org", "ana@example.org")
    assert route.explain(root, "ana+shop@example.org").recipients == {"ana+shop@example.org"}
    assert told(root, "ana+shop@example.org")[0] == "ana+shop@example.org is ana@example.org with the detail shop."
    assert told(root, "whoever@example.org")[0] == "The catch-all @example.org takes it. It leads to: ana@example.org."


def test_nobody_is_refused(root: Actor) -> None:
    journey = route.explain(root, "nobody@example.org")
    assert (journey.outcome, journey.steps[-1].tone) == (Outcome.REFUSED, Tone.BAD)


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [({"active": False}, Outcome.REFUSED), ({"paused": True}, Outcome.PUT_OFF), ({}, Outcome.TAKEN)],
)
def test_the_domain_decides_first(root: Actor, fields: dict[str, bool], outcome: Outcome) -> None:
    mailbox(root, "ana@example.org")
    alias_domains.add(root, "example.net", "example.org")
    domains.set_(root, "example.org", **fields)  # type: ignore[arg-type]
    assert route.explain(root, "ana@example.org").outcome == outcome
    assert route.explain(root, "ana@example.net").outcome == outcome


def test_a_mailbox_switched_off_is_refused_with_and_without_a_detail(root: Actor) -> None:
    mailbox(root, "ana@example.org", active=False)
    for address in ("ana@example.org", "ana+x@example.org"):
        assert route.explain(root, address).outcome == Outcome.REFUSED


def test_full_and_away_are_told(root: Actor) -> None:
    ana = mailbox(root, "ana@example.org", quota=1000)
    Usage.objects.create(mailbox=ana, size=1000, at=timezone.now())
    Vacation.objects.create(mailbox=ana, active=True, ends=timezone.now() + datetime.timedelta(days=1))
    lines = told(root, "ana@example.org")
    assert "The mailbox ana@example.org is full: the message waits at the sender." in lines
    assert "ana@example.org answers with a vacation notice." in lines


def test_a_backup_domain_takes_who_is_listed_and_names_its_next_hop(root: Actor) -> None:
    domains.add(root, "backup.example", kind="relay")
    relay_recipients.add(root, "ana@backup.example")
    transports.set_(root, "backup.example", NextHop("mx.backup.example", 25))
    assert route.explain(root, "bob@backup.example").outcome == Outcome.REFUSED
    journey = route.explain(root, "ana+x@backup.example")
    assert journey.recipients == {"ana+x@backup.example"}
    assert str(journey.steps[-1]).endswith("It is handed to mx.backup.example:25.")


def test_an_alias_that_leads_to_nobody_any_more(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    alias(root, "team@example.org", "ana@example.org")
    mailboxes.remove(root, "ana@example.org")
    assert route.explain(root, "team@example.org").outcome == Outcome.REFUSED


def test_what_belongs_to_others_looks_like_an_address_elsewhere(root: Actor, alice: Actor, charlie: Actor) -> None:
    mailbox(root, "secret@charlie.example")
    alias(root, "team@example.org", "secret@charlie.example")
    domains.set_(root, "charlie.example", active=False)
    unknown = told(alice, "x@nowhere.test")
    assert told(alice, "secret@charlie.example") == [unknown[0].replace("nowhere.test", "charlie.example")]
    assert told(alice, "team@example.org")[-1] == "secret@charlie.example is on another host. It is sent there."
    assert route.explain(root, "team@example.org").outcome == Outcome.REFUSED


def test_who_administers_nothing_asks_nothing(root: Actor) -> None:
    ana = Actor.person(mailbox(root, "ana@example.org"), None, "test")
    with pytest.raises(Forbidden):
        route.explain(ana, "ana@example.org")


def test_a_list_of_very_many_is_followed_so_far(root: Actor) -> None:
    aliases.add(root, aliases.NewAlias("all@example.org", [f"m{number}@elsewhere.test" for number in range(600)]))
    assert len(route.explain(root, "all@example.org").steps) <= 501

"""What owners set up for arriving mail: kept through the bin and renaming, within limits, and told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from carteiro.hosting import alias_domains, domains, mailboxes
from carteiro.hosting.access import Actor
from carteiro.hosting.errors import Forbidden, Invalid, Limit, NotFound
from carteiro.hosting.models import ExternalAccount, FilterRule, Mailbox, Vacation
from carteiro.hosting.owner import filters, vacations
from carteiro.hosting.wastebin import belongings, snapshots
from carteiro.mail.filter_rule import Rule, parse_rule
from tests.hosting import world

BOB = "bob@example.org"


@pytest.fixture
def bob(root: Actor) -> Mailbox:
    return world.mailbox(root, BOB)


def rule(folder: str = "Bills") -> Rule:
    return parse_rule([{"field": "subject", "test": "contains", "value": "bill"}], [{"do": "file", "value": folder}])


def _set_up(root: Actor, bob: Mailbox) -> None:
    soon = timezone.now() + timedelta(days=3)
    vacations.set_(root, BOB, active=True, subject="Away", text="Back.", ends=soon, days=3)
    filters.add(root, BOB, rule("One"))
    filters.add(root, BOB, rule("Two"), active=False)
    ExternalAccount.objects.create(
        mailbox=bob, protocol="imap", host="h.test", port=993, username="b", sealed="x", due=soon, keep=False
    )


def _kept() -> dict[str, object]:
    return belongings.of_mailbox(Mailbox.objects.get(address=BOB))


def test_they_come_back_from_the_bin(root: Actor, bob: Mailbox) -> None:
    _set_up(root, bob)
    before = _kept()
    mailboxes.remove(root, BOB)
    assert not FilterRule.objects.exists()
    mailboxes.restore(root, BOB)
    assert _kept() == before
    domains.remove(root, "example.org")
    domains.restore(root, "example.org")
    assert _kept() == before


def test_a_snapshot_of_an_earlier_release_has_none(root: Actor, bob: Mailbox) -> None:
    old = snapshots.of_mailbox(bob)
    for name in ("vacation", "filter_rules", "external_accounts"):
        del old[name]
    domain = bob.domain
    bob.delete()
    assert snapshots.make_mailboxes([old], domain).mailboxes[0].address == BOB


def test_a_renamed_mailbox_has_its_script_written_anew(root: Actor, bob: Mailbox) -> None:
    _set_up(root, bob)
    before = world.asked().count(f"install_sieve {bob.home}")
    mailboxes.rename(root, BOB, "rob@example.org")
    domains.rename(root, "example.org", "example.net")
    assert world.asked().count(f"install_sieve {bob.home}") == before + 2
    renamed = Mailbox.objects.get(address="rob@example.net")
    assert '["rob@example.net"]' in filters.script(renamed)


def test_a_notice_answers_for_every_name_that_leads_there(root: Actor, bob: Mailbox) -> None:
    alias_domains.add(root, "example.com", "example.org")
    world.alias(root, "sales@example.org", BOB)
    world.alias(root, "shop@example.org", "sales@example.org", "far@far.test")
    world.alias(root, "@example.org", BOB)
    assert vacations.answered(bob) == [
        *(BOB, "sales@example.org", "shop@example.org"),
        *("bob@example.com", "sales@example.com", "shop@example.com"),
    ]


def test_a_notice_that_is_over_is_in_no_script(root: Actor, bob: Mailbox) -> None:
    _set_up(root, bob)
    Vacation.objects.update(ends=timezone.now())
    assert "vacation" not in filters.script(bob)
    assert 'fileinto :create "One"' in filters.script(bob)
    assert "Two" not in filters.script(bob)


def test_a_change_of_nothing_is_no_change(root: Actor, bob: Mailbox) -> None:
    _set_up(root, bob)
    told, asked = world.told(), world.asked()
    vacations.set_(root, BOB, subject="Away")
    filters.set_(root, BOB, FilterRule.objects.all()[0].pk, rule("One"))
    assert (world.told(), world.asked()) == (told, asked)


def test_rules_change_places_and_stop_at_the_ends(root: Actor, bob: Mailbox) -> None:
    numbers = [filters.add(root, BOB, rule(f"F{place}")).pk for place in range(3)]
    filters.move(root, BOB, numbers[2], up=True)
    filters.move(root, BOB, numbers[0], up=True)
    assert [row.pk for row in filters.list_(root, BOB)] == [numbers[0], numbers[2], numbers[1]]
    filters.move(root, BOB, numbers[1], up=False)
    assert [row.pk for row in filters.list_(root, BOB)] == [numbers[0], numbers[2], numbers[1]]


def test_a_mailbox_has_so_many_rules(root: Actor, bob: Mailbox) -> None:
    row = filters.add(root, BOB, rule())
    FilterRule.objects.bulk_create(FilterRule(mailbox=bob, position=place, actions=row.actions) for place in range(99))
    with pytest.raises(Limit):
        filters.add(root, BOB, rule())


def test_mail_is_not_sent_on_to_where_it_is(root: Actor, bob: Mailbox) -> None:
    with pytest.raises(Invalid, match="to itself"):
        filters.add(root, BOB, parse_rule([], [{"do": "redirect", "value": BOB}]))


def test_the_owner_may_and_others_may_not(root: Actor, alice: Actor, charlie: Actor, bob: Mailbox) -> None:
    owner = Actor.person(bob, None, "test")
    vacations.set_(owner, BOB, subject="Mine")
    number = filters.add(alice, BOB, rule()).pk
    other = world.mailbox(root, "eve@example.org")
    for stranger in (charlie, Actor.person(other, None, "test")):
        with pytest.raises(Forbidden):
            vacations.set_(stranger, BOB, subject="Theirs")
        with pytest.raises(Forbidden):
            filters.remove(stranger, BOB, number)
    with pytest.raises(NotFound):
        filters.remove(root, "eve@example.org", number)

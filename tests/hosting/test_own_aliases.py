"""Aliases that people make for themselves."""

import pytest

from carteiro.hosting import domains, mailboxes, own_aliases
from carteiro.hosting.access import Actor
from carteiro.hosting.errors import Conflict, Exists, Forbidden, Limit, NotFound
from carteiro.hosting.models import Alias, Binned
from tests.hosting.world import alias, mailbox, told


@pytest.fixture
def ana(root: Actor) -> Actor:
    domains.set_(root, "example.org", own_aliases=2)
    return Actor.person(mailbox(root, "ana@example.org"), None, "test")


def test_people_make_as_many_as_their_domain_allows(ana: Actor) -> None:
    for name in ("lima", "shop"):
        own_aliases.add(ana, "ana@example.org", f"{name}@example.org")
    with pytest.raises(Limit):
        own_aliases.add(ana, "ana@example.org", "third@example.org")
    assert Alias.objects.get(address="lima@example.org").addresses() == ["ana@example.org"]
    assert own_aliases.left(ana, "ana@example.org") == 0


def test_none_is_made_where_the_domain_allows_none(root: Actor) -> None:
    bob = Actor.person(mailbox(root, "bob@example.org"), None, "test")
    with pytest.raises(Limit):
        own_aliases.add(bob, "bob@example.org", "x@example.org")


@pytest.mark.parametrize("address", ["x@other.example", "postmaster@example.org", "abuse@example.org"])
def test_some_names_are_nobodys_own(root: Actor, ana: Actor, address: str) -> None:
    domains.add(root, "other.example")
    with pytest.raises(Forbidden):
        own_aliases.add(ana, "ana@example.org", address)


def test_nobody_takes_a_name_that_was_somebodys(root: Actor, ana: Actor) -> None:
    mailbox(root, "boss@example.org")
    with pytest.raises(Exists):
        own_aliases.add(ana, "ana@example.org", "boss@example.org")
    mailboxes.remove(root, "boss@example.org")
    with pytest.raises(Conflict):
        own_aliases.add(ana, "ana@example.org", "boss@example.org")


def test_nobody_takes_the_name_of_an_administrator_or_makes_one_for_others(
    root: Actor, alice: Actor, ana: Actor
) -> None:
    with pytest.raises(Forbidden):
        own_aliases.add(ana, "ana@example.org", alice.name)
    mailbox(root, "bob@example.org")
    with pytest.raises(Forbidden):
        own_aliases.add(ana, "bob@example.org", "x@example.org")


def test_only_ones_own_are_removed_so(root: Actor, ana: Actor) -> None:
    alias(root, "team@example.org", "ana@example.org")
    own_aliases.add(ana, "ana@example.org", "lima@example.org")
    with pytest.raises(NotFound):
        own_aliases.remove(ana, "ana@example.org", "team@example.org")
    own_aliases.remove(ana, "ana@example.org", "lima@example.org")
    assert own_aliases.list_(ana, "ana@example.org") == []


def test_they_go_to_the_bin_and_come_back_with_their_mailbox(root: Actor, ana: Actor) -> None:
    own_aliases.add(ana, "ana@example.org", "lima@example.org")
    mailboxes.remove(root, "ana@example.org")
    assert told()[-2:] == ["remove alias lima@example.org", "remove mailbox ana@example.org"]
    assert not Alias.objects.exists()
    back = mailboxes.restore(root, "ana@example.org")
    assert Alias.objects.get(address="lima@example.org").owner == back


def test_one_that_was_given_away_meanwhile_stays_with_its_new_owner(root: Actor, ana: Actor) -> None:
    own_aliases.add(ana, "ana@example.org", "lima@example.org")
    mailboxes.remove(root, "ana@example.org")
    alias(root, "lima@example.org", "x@elsewhere.test")
    mailboxes.restore(root, "ana@example.org")
    assert Alias.objects.get(address="lima@example.org").addresses() == ["x@elsewhere.test"]


def test_they_come_back_with_their_domain(root: Actor, ana: Actor) -> None:
    own_aliases.add(ana, "ana@example.org", "lima@example.org")
    domains.remove(root, "example.org")
    assert not Alias.objects.exists()
    domains.restore(root, "example.org")
    assert Alias.objects.get().owner is not None
    assert not Binned.objects.exists()


def test_they_stay_in_the_domain_that_their_mailbox_leaves(root: Actor, ana: Actor) -> None:
    domains.add(root, "other.example")
    own_aliases.add(ana, "ana@example.org", "lima@example.org")
    mailboxes.rename(root, "ana@example.org", "ana@other.example")
    left = Alias.objects.get(address="lima@example.org")
    assert (left.owner, left.addresses()) == (None, ["ana@other.example"])

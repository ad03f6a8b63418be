"""Use cases of aliases, catch-alls and forwarding."""

import pytest

from carteiro.hosting import alias_domains, aliases, domains, mailboxes
from carteiro.hosting.access import Actor
from carteiro.hosting.errors import Conflict, Dangling, Exists, Forbidden, Invalid, Limit, Loop
from carteiro.hosting.models import Alias, Change
from tests.hosting.world import alias, mailbox, told


def targets(address: str) -> list[str]:
    return Alias.objects.get(address=address).addresses()


def test_an_alias_keeps_its_targets_in_order_and_each_once(root: Actor) -> None:
    alias(root, "team@example.org", "z@elsewhere.test", "A@elsewhere.test", "z@elsewhere.test")
    assert targets("team@example.org") == ["z@elsewhere.test", "a@elsewhere.test"]
    assert Change.objects.get(number=2).after["targets"] == ["z@elsewhere.test", "a@elsewhere.test"]


def test_an_alias_needs_a_target(root: Actor) -> None:
    with pytest.raises(Invalid, match="needs a target"):
        alias(root, "team@example.org")


def test_a_second_alias_of_that_address_is_refused(root: Actor) -> None:
    alias(root, "team@example.org", "x@elsewhere.test")
    with pytest.raises(Exists):
        alias(root, "team@example.org", "y@elsewhere.test")


def test_a_target_of_ours_that_does_not_exist_is_refused(root: Actor) -> None:
    with pytest.raises(Dangling, match=r"nobody@example\.org"):
        alias(root, "team@example.org", "nobody@example.org")
    assert not Alias.objects.exists()


def test_a_catch_all_makes_every_target_of_its_domain_exist(root: Actor) -> None:
    alias(root, "@example.org", "x@elsewhere.test")
    alias(root, "team@example.org", "anybody@example.org")
    assert targets("team@example.org") == ["anybody@example.org"]


def test_a_target_with_a_detail_is_its_mailbox(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    alias(root, "team@example.org", "ana+lists@example.org")
    assert targets("team@example.org") == ["ana+lists@example.org"]


def test_a_target_through_an_alias_domain_must_exist_in_its_target(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    alias_domains.add(root, "example.net", "example.org")
    alias(root, "team@example.org", "ana@example.net")
    with pytest.raises(Dangling):
        alias(root, "others@example.org", "bob@example.net")


def test_a_loop_is_refused_with_its_path(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    alias(root, "a@example.org", "ana@example.org")
    alias(root, "b@example.org", "a@example.org")
    alias(root, "c@example.org", "b@example.org")
    with pytest.raises(Loop, match=r"a@example\.org → c@example\.org → b@example\.org → a@example\.org"):
        aliases.set_(root, "a@example.org", targets=["c@example.org"])
    assert targets("a@example.org") == ["ana@example.org"]


def test_a_loop_through_the_catch_all_is_refused(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    domains.add(root, "other.example")
    alias(root, "@other.example", "x@elsewhere.test")
    alias(root, "team@example.org", "anybody@other.example")
    with pytest.raises(Loop):
        aliases.set_(root, "@other.example", targets=["team@example.org"])


def test_a_loop_through_an_alias_domain_is_refused_when_it_is_made(root: Actor) -> None:
    alias(root, "team@example.org", "team@example.net")
    with pytest.raises(Loop, match=r"team@example\.org"):
        alias_domains.add(root, "example.net", "example.org")
    assert not domains.exists(root, "example.net")


def test_a_loop_through_a_detail_is_refused(root: Actor) -> None:
    with pytest.raises(Loop):
        alias(root, "team@example.org", "team+x@example.org")


def test_an_alias_may_not_stand_for_itself_without_a_mailbox(root: Actor) -> None:
    with pytest.raises(Loop, match="no mailbox of that address"):
        alias(root, "team@example.org", "team@example.org")


def test_a_catch_all_may_lead_into_its_own_domain(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    alias(root, "@example.org", "ana@example.org")
    assert targets("@example.org") == ["ana@example.org"]


def test_aliases_of_one_call_may_lead_to_earlier_ones_of_it(root: Actor) -> None:
    first = aliases.NewAlias("a@example.org", ["x@elsewhere.test"])
    second = aliases.NewAlias("b@example.org", ["a@example.org"])
    assert [type(made) for made in aliases.add_many(root, [first, second])] == [Alias, Alias]


def test_an_alias_that_was_refused_is_no_target_for_later_ones(root: Actor) -> None:
    bad = aliases.NewAlias("a@example.org", ["nobody@example.org"])
    later = aliases.NewAlias("b@example.org", ["a@example.org"])
    assert [type(made) for made in aliases.add_many(root, [bad, later])] == [Dangling, Dangling]


def test_the_domains_limit_of_aliases_does_not_count_forwarding(root: Actor) -> None:
    domains.set_(root, "example.org", max_aliases=1)
    mailbox(root, "ana@example.org")
    mailboxes.set_(root, "ana@example.org", forward_to=["x@elsewhere.test"])
    alias(root, "team@example.org", "x@elsewhere.test")
    with pytest.raises(Limit):
        alias(root, "more@example.org", "x@elsewhere.test")


def test_set_changes_what_is_given_and_nothing_else(root: Actor) -> None:
    alias(root, "team@example.org", "x@elsewhere.test")
    changed = aliases.set_(root, "team@example.org", active=False)
    assert (changed.active, changed.addresses()) == (False, ["x@elsewhere.test"])
    assert Change.objects.get(number=3).after == {"active": False}


def test_a_renamed_alias_takes_those_along_that_lead_to_it(root: Actor) -> None:
    alias(root, "team@example.org", "x@elsewhere.test")
    alias(root, "all@example.org", "team@example.org")
    aliases.rename(root, "team@example.org", "crew@example.org")
    assert targets("all@example.org") == ["crew@example.org"]
    assert told()[-2:] == ["rename alias crew@example.org", "set alias all@example.org"]


def test_a_removed_alias_comes_back(root: Actor) -> None:
    alias(root, "team@example.org", "x@elsewhere.test", "y@elsewhere.test")
    aliases.remove(root, "team@example.org")
    assert not Alias.objects.exists()
    assert aliases.restore(root, "team@example.org").addresses() == ["x@elsewhere.test", "y@elsewhere.test"]


def test_a_removed_alias_does_not_take_the_mail_of_a_mailbox_made_since(root: Actor) -> None:
    alias(root, "team@example.org", "x@elsewhere.test")
    aliases.remove(root, "team@example.org")
    mailbox(root, "team@example.org")
    with pytest.raises(Exists):
        aliases.restore(root, "team@example.org")


def test_an_alias_that_would_close_a_loop_does_not_come_back(root: Actor) -> None:
    alias(root, "b@example.org", "x@elsewhere.test")
    alias(root, "a@example.org", "b@example.org")
    aliases.remove(root, "a@example.org")
    alias(root, "@example.org", "x@elsewhere.test")
    aliases.set_(root, "b@example.org", targets=["a@example.org"])
    with pytest.raises(Loop):
        aliases.restore(root, "a@example.org")


def test_an_alias_does_not_come_back_into_a_domain_that_is_a_backup_mx_by_now(root: Actor) -> None:
    alias(root, "team@example.org", "x@elsewhere.test")
    aliases.remove(root, "team@example.org")
    domains.change_kind(root, "example.org", "relay")
    with pytest.raises(Conflict, match="on another host"):
        aliases.restore(root, "team@example.org")


def test_forwarding_without_a_copy_then_with_one_then_none(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    mailboxes.set_(root, "ana@example.org", forward_to=["x@elsewhere.test"])
    assert targets("ana@example.org") == ["x@elsewhere.test"]
    mailboxes.set_(root, "ana@example.org", keep_copy=True)
    assert targets("ana@example.org") == ["ana@example.org", "x@elsewhere.test"]
    mailboxes.set_(root, "ana@example.org", no_forward=True)
    assert not Alias.objects.exists()
    assert told()[-3:] == ["add alias ana@example.org", "set alias ana@example.org", "remove alias ana@example.org"]


def test_keeping_a_copy_of_nothing_forwarded_is_refused(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    with pytest.raises(Invalid, match="no address to forward to"):
        mailboxes.set_(root, "ana@example.org", keep_copy=True)


def test_a_mailbox_can_not_forward_and_not_forward(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    with pytest.raises(Invalid):
        mailboxes.set_(root, "ana@example.org", forward_to=["x@elsewhere.test"], no_forward=True)


def test_forwarding_follows_its_mailbox_to_another_address(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    mailboxes.set_(root, "ana@example.org", forward_to=["x@elsewhere.test"], keep_copy=True)
    mailboxes.rename(root, "ana@example.org", "anna@example.org")
    assert targets("anna@example.org") == ["anna@example.org", "x@elsewhere.test"]


def test_forwarding_is_renamed_with_its_mailbox_only(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    mailboxes.set_(root, "ana@example.org", forward_to=["x@elsewhere.test"])
    with pytest.raises(Invalid, match="Rename the mailbox"):
        aliases.rename(root, "ana@example.org", "anna@example.org")


def test_who_leads_to_an_address(root: Actor, charlie: Actor) -> None:
    mailbox(root, "ana@example.org")
    alias(root, "team@example.org", "ana@example.org")
    assert aliases.leading_to(root, "ana@example.org") == ["team@example.org"]
    assert aliases.leading_to(charlie, "ana@example.org") == []


def test_charlie_sees_nothing(root: Actor, charlie: Actor) -> None:
    alias(root, "team@example.org", "x@elsewhere.test")
    assert list(aliases.list_(charlie)) == []
    with pytest.raises(Forbidden):
        aliases.get(charlie, "team@example.org")

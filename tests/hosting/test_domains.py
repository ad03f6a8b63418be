"""Use cases of domains and alias domains."""

import pytest

from carteiro.hosting import admins, alias_domains, app_passwords, domains, grants, mailboxes, relay_recipients
from carteiro.hosting.access import Actor
from carteiro.hosting.errors import Conflict, Exists, Forbidden, Invalid, Limit, Loop, NotFound
from carteiro.hosting.models import Admin, Alias, AppPassword, Binned, Change, Domain, Mailbox, SenderGrant
from carteiro.hosting.wastebin import bin as wastebin
from carteiro.mail.address import InvalidAddress
from tests.hosting.world import HASH, alias, asked, mailbox, told


def test_a_domain_is_stored_in_ascii(root: Actor) -> None:
    assert domains.add(root, "Bücher.example").name == "xn--bcher-kva.example"
    assert domains.get(root, "bücher.example").name == "xn--bcher-kva.example"


@pytest.mark.parametrize("name", ["127.0.0.1", "[::1]", "example", "-a.example", "a..example", "a\0.example", ""])
def test_a_name_that_can_be_none_is_refused(root: Actor, name: str) -> None:
    with pytest.raises(InvalidAddress):
        domains.add(root, name)


def test_a_name_is_given_once_over_all_kinds(root: Actor) -> None:
    alias_domains.add(root, "example.net", "example.org")
    for name in ("example.org", "example.net"):
        with pytest.raises(Exists):
            domains.add(root, name, kind="relay")
        with pytest.raises(Exists):
            alias_domains.add(root, name, "example.org")


def test_limits_can_be_set_and_taken_away(root: Actor) -> None:
    domains.set_(root, "example.org", max_mailboxes=1, quota=10**9)
    domains.set_(root, "example.org", max_mailboxes=None)
    stored = domains.get(root, "example.org")
    assert (stored.max_mailboxes, stored.quota) == (None, 10**9)
    assert asked() == ["measure_usage example.org"]


@pytest.mark.parametrize("field", ["max_mailboxes", "max_aliases", "quota", "max_mailbox_quota"])
def test_a_negative_limit_is_refused(root: Actor, field: str) -> None:
    with pytest.raises(Invalid):
        domains.set_(root, "example.org", **{field: -1})  # type: ignore[arg-type]


def test_a_limit_below_what_is_there_is_refused(root: Actor) -> None:
    mailbox(root, "ana@example.org", quota=5000)
    alias(root, "team@example.org", "x@elsewhere.test")
    for fields in ({"max_mailboxes": 0}, {"max_aliases": 0}, {"max_mailbox_quota": 4000}):
        with pytest.raises(Limit):
            domains.set_(root, "example.org", **fields)  # type: ignore[arg-type]


def test_a_default_quota_above_the_largest_is_refused(root: Actor) -> None:
    with pytest.raises(Invalid, match="default quota"):
        domains.set_(root, "example.org", max_mailbox_quota=1000, default_mailbox_quota=2000)


def test_an_inactive_domain_ends_the_sessions_of_its_people(root: Actor) -> None:
    domains.set_(root, "example.org", active=False)
    assert asked() == ["kick_user *@example.org"]
    assert Change.objects.get(number=2).after == {"active": False}


def test_a_renamed_domain_takes_everything_along(root: Actor) -> None:
    home = mailbox(root, "ana@example.org").home
    mailbox(root, "bob@example.org")
    grants.add(root, "bob@example.org", "ana@example.org")
    alias(root, "team@example.org", "ana@example.org", "x@elsewhere.test")
    domains.add(root, "other.example")
    alias(root, "them@other.example", "team@example.org")
    alias_domains.add(root, "example.net", "example.org")
    domains.rename(root, "example.org", "example.com")
    assert Mailbox.objects.get(address="ana@example.com").home == home
    assert Alias.objects.get(address="team@example.com").addresses() == ["ana@example.com", "x@elsewhere.test"]
    assert Alias.objects.get(address="them@other.example").addresses() == ["team@example.com"]
    assert SenderGrant.objects.get().address == "ana@example.com"
    assert not [line for line in map(str, Mailbox.objects.all()) if "example.org" in line]


def test_a_renamed_domain_leaves_a_change_for_each_thing_in_it(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    alias(root, "team@example.org", "ana@example.org")
    alias_domains.add(root, "example.net", "example.org")
    before = len(told())
    domains.rename(root, "example.org", "example.com")
    assert told()[before:] == [
        "rename domain example.com",
        "rename mailbox ana@example.com",
        "rename alias team@example.com",
        "set alias team@example.com",
        "set domain example.net",
    ]


def test_a_rename_merges_targets_that_become_the_same(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    alias(root, "team@example.org", "ana@example.org", "ana@example.com")
    domains.rename(root, "example.org", "example.com")
    assert Alias.objects.get().addresses() == ["ana@example.com"]


def test_a_rename_that_makes_an_address_too_long_is_refused(root: Actor) -> None:
    mailbox(root, "a" * 60 + "@example.org")
    long = ".".join(["b" * 63] * 3) + ".example"
    with pytest.raises(Invalid, match="too long"):
        domains.rename(root, "example.org", long)
    assert domains.exists(root, "example.org")


def test_what_was_removed_before_a_rename_comes_back_under_the_new_name(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    mailboxes.set_(root, "ana@example.org", forward_to=["x@elsewhere.test"])
    mailboxes.remove(root, "ana@example.org")
    domains.rename(root, "example.org", "example.com")
    assert mailboxes.restore(root, "ana@example.com").address == "ana@example.com"
    assert Alias.objects.get().address == "ana@example.com"


def test_a_removed_domain_comes_back_with_all_that_was_in_it(root: Actor, alice: Actor) -> None:
    mailbox(root, "ana@example.org", name="Ana")
    app_passwords.add(root, "ana@example.org", ["imap"], label="phone")
    grants.add(root, "ana@example.org", "x@elsewhere.test")
    alias(root, "team@example.org", "ana@example.org")
    domains.set_(root, "example.org", max_mailboxes=7)
    domains.remove(root, "example.org")
    assert not any(model.objects.exists() for model in (Domain, Mailbox, Alias, AppPassword, SenderGrant))
    back = domains.restore(root, "example.org")
    assert back.max_mailboxes == 7
    assert Mailbox.objects.get().name == "Ana"
    assert AppPassword.objects.get().label == "phone"
    assert SenderGrant.objects.get().address == "x@elsewhere.test"
    assert Alias.objects.get().addresses() == ["ana@example.org"]
    assert Actor.of(Admin.objects.get(address=alice.name), "").domains == {back.pk}
    assert not Binned.objects.exists()


def test_removing_a_domain_leaves_a_change_for_each_thing_in_it(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    alias(root, "team@example.org", "ana@example.org")
    domains.remove(root, "example.org")
    assert told()[-3:] == [
        "remove alias team@example.org",
        "remove mailbox ana@example.org",
        "remove domain example.org",
    ]


def test_a_domain_that_others_stand_for_is_not_removed(root: Actor) -> None:
    alias_domains.add(root, "example.net", "example.org")
    with pytest.raises(Conflict, match=r"example\.net"):
        domains.remove(root, "example.org")


def test_an_alias_domain_stands_for_hosted_domains_only(root: Actor) -> None:
    alias_domains.add(root, "example.net", "example.org")
    domains.add(root, "backup.example", kind="relay")
    for target in ("example.net", "backup.example"):
        with pytest.raises(Conflict):
            alias_domains.add(root, "more.example", target)


def test_no_address_is_made_in_an_alias_domain(root: Actor) -> None:
    alias_domains.add(root, "example.net", "example.org")
    with pytest.raises(Conflict, match=r"those of example\.org"):
        mailbox(root, "ana@example.net")
    with pytest.raises(Conflict):
        alias(root, "team@example.net", "x@elsewhere.test")


def test_an_alias_domain_is_switched_off_removed_and_brought_back(root: Actor) -> None:
    alias_domains.add(root, "example.net", "example.org")
    assert not alias_domains.set_(root, "example.net", active=False).active
    alias_domains.remove(root, "example.net")
    with pytest.raises(Conflict):
        domains.restore(root, "example.net")
    assert alias_domains.restore(root, "example.net").target == domains.get(root, "example.org")
    assert [domain.name for domain in alias_domains.list_(root)] == ["example.net"]


def test_a_renamed_alias_domain_takes_aliases_and_grants_along(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    alias_domains.add(root, "example.net", "example.org")
    alias(root, "team@example.org", "ana@example.net", "x@elsewhere.test")
    grants.add(root, "ana@example.org", "info@example.net")
    before = len(told())
    assert alias_domains.rename(root, "example.net", "Example.INFO").name == "example.info"
    assert Alias.objects.get().addresses() == ["ana@example.info", "x@elsewhere.test"]
    assert SenderGrant.objects.get().address == "info@example.info"
    assert told()[before:] == [
        "rename domain example.info",
        "set alias team@example.org",
        "set sender_grant ana@example.org",
    ]


def test_an_alias_domain_is_not_renamed_to_a_name_that_is_taken_or_to_itself(root: Actor) -> None:
    alias_domains.add(root, "example.net", "example.org")
    before = len(told())
    with pytest.raises(Exists):
        alias_domains.rename(root, "example.net", "example.org")
    alias_domains.rename(root, "example.net", "example.net")
    with pytest.raises(NotFound):
        alias_domains.rename(root, "example.org", "example.com")
    assert len(told()) == before


def test_an_alias_domain_is_not_renamed_into_a_loop(root: Actor) -> None:
    alias_domains.add(root, "example.net", "example.org")
    alias(root, "team@example.org", "team@example.info")
    with pytest.raises(Loop):
        alias_domains.rename(root, "example.net", "example.info")
    assert domains.exists(root, "example.net")


def test_a_relay_domain_has_recipients(root: Actor) -> None:
    domains.add(root, "backup.example", kind="relay", recipients="list")
    relay_recipients.add(root, "ana@backup.example")
    assert told()[-1] == "set domain backup.example"
    with pytest.raises(Exists):
        relay_recipients.add(root, "ana@backup.example")
    domains.remove(root, "backup.example")
    domains.restore(root, "backup.example")
    assert [row.address for row in relay_recipients.list_(root, "backup.example")] == ["ana@backup.example"]
    relay_recipients.remove(root, "ana@backup.example")
    with pytest.raises(NotFound):
        relay_recipients.remove(root, "ana@backup.example")


def test_a_hosted_domain_has_no_relay_recipients(root: Actor) -> None:
    with pytest.raises(Conflict):
        relay_recipients.add(root, "ana@example.org")


def test_alice_sees_her_domain_and_no_other(root: Actor, alice: Actor, charlie: Actor) -> None:
    assert [domain.name for domain in domains.list_(alice)] == ["example.org"]
    assert not domains.exists(charlie, "example.org")
    for name in ("example.org", "nowhere.test"):
        with pytest.raises(Forbidden):
            domains.get(charlie, name)


def test_the_bin_lists_what_was_removed_and_not_its_parts(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    domains.remove(root, "example.org")
    assert [row.key for row in wastebin.list_(root)] == ["example.org"]


def test_an_administrator_sees_in_the_bin_what_went_in_their_time(root: Actor, alice: Actor, charlie: Actor) -> None:
    mailbox(root, "ana@example.org")
    mailboxes.remove(alice, "ana@example.org")
    assert [row.key for row in wastebin.list_(alice, domain="example.org")] == ["ana@example.org"]
    with pytest.raises(Forbidden):
        list(wastebin.list_(charlie, domain="example.org"))
    domains.remove(root, "example.org")
    domains.add(root, "example.org")
    bob = Actor.of(admins.add(root, "bob@elsewhere.test", HASH, domains=["example.org"]), "test")
    assert list(wastebin.list_(bob, domain="example.org")) == []
    assert len(list(wastebin.list_(root, domain="example.org"))) == 2


def test_what_leaves_the_bin_has_its_mail_deleted(root: Actor) -> None:
    homes = {mailbox(root, f"{name}@example.org").home for name in ("ana", "bob")}
    mailboxes.remove(root, "bob@example.org")
    domains.remove(root, "example.org")
    assert wastebin.purge_due(root) == 0
    latest = Binned.objects.order_by("-purge_after")[0].purge_after
    assert wastebin.purge_due(root, latest) == 3
    assert {line.split()[1] for line in asked() if line.startswith("purge_mailbox")} == homes
    with pytest.raises(NotFound):
        domains.restore(root, "example.org")


def test_an_administrator_loses_a_domain_that_is_removed(root: Actor) -> None:
    row = admins.add(root, "dora@elsewhere.test", HASH, domains=["example.org"])
    domains.remove(root, "example.org")
    assert Actor.of(row, "").domains == frozenset()

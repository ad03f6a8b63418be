"""Use cases of mailboxes."""

import pytest

from carteiro.hosting import domains, mailboxes
from carteiro.hosting.access import Actor
from carteiro.hosting.errors import Conflict, Exists, Forbidden, Invalid, Limit, NotFound
from carteiro.hosting.mailboxes import NewMailbox
from carteiro.hosting.models import Alias, Change, Mailbox
from carteiro.mail.address import InvalidAddress
from carteiro.mail.password import InvalidPassword
from tests.hosting.world import HASH, OTHER_HASH, alias, asked, mailbox, told


def test_a_mailbox_is_stored_lower_case_with_the_hosts_default_quota(root: Actor) -> None:
    made = mailbox(root, "Ana@Example.ORG", name="Ana")
    assert (made.address, made.quota, len(made.home)) == ("ana@example.org", 2 * 1024**3, 32)
    assert Mailbox.objects.get().name == "Ana"


def test_a_mailbox_takes_the_domains_default_quota(root: Actor) -> None:
    domains.set_(root, "example.org", default_mailbox_quota=5000)
    assert mailbox(root, "ana@example.org").quota == 5000


def test_the_default_quota_is_no_more_than_the_domain_allows(root: Actor) -> None:
    domains.set_(root, "example.org", max_mailbox_quota=4000)
    assert mailbox(root, "ana@example.org").quota == 4000


def test_an_unlimited_quota_is_refused_where_the_domain_has_a_largest_one(root: Actor) -> None:
    domains.set_(root, "example.org", max_mailbox_quota=4000)
    with pytest.raises(Limit, match=r"unlimited is more than example.org allows"):
        mailbox(root, "ana@example.org", quota=0)


def test_making_a_mailbox_leaves_one_change_without_the_password(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    assert told() == ["add domain example.org", "add mailbox ana@example.org"]
    change = Change.objects.get(number=2)
    assert change.after["address"] == "ana@example.org"
    assert "SHA256" not in str(change.after)


def test_a_second_mailbox_of_that_address_is_refused(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    with pytest.raises(Exists):
        mailbox(root, "ANA@example.org")


def test_a_mailbox_of_an_aliases_address_is_refused(root: Actor) -> None:
    alias(root, "team@example.org", "x@elsewhere.test")
    with pytest.raises(Exists, match="is an alias already"):
        mailbox(root, "team@example.org")


@pytest.mark.parametrize("address", ["ana", "ana+x@example.org", "a\0b@example.org", "-a@example.org"])
def test_an_address_that_can_be_none_is_refused(root: Actor, address: str) -> None:
    with pytest.raises(InvalidAddress):
        mailbox(root, address)


def test_a_clear_password_in_place_of_a_hash_is_refused_and_not_shown(root: Actor) -> None:
    with pytest.raises(InvalidPassword) as refusal:
        mailboxes.add(root, NewMailbox("ana@example.org", "hunter2hunter2"))
    assert "hunter2" not in str(refusal.value)


def test_the_domains_limit_of_mailboxes_holds_within_one_call(root: Actor) -> None:
    domains.set_(root, "example.org", max_mailboxes=2)
    news = [NewMailbox(f"m{number}@example.org", HASH) for number in range(4)]
    outcomes = mailboxes.add_many(root, news)
    assert [type(outcome) for outcome in outcomes] == [Mailbox, Mailbox, Limit, Limit]
    assert Mailbox.objects.count() == 2


def test_two_of_one_address_in_one_call_make_one(root: Actor) -> None:
    outcomes = mailboxes.add_many(root, [NewMailbox("ana@example.org", HASH), NewMailbox("ana@example.org", HASH)])
    assert isinstance(outcomes[1], Exists)
    assert Mailbox.objects.count() == 1


def test_no_mailbox_in_a_domain_that_is_not_here(root: Actor) -> None:
    with pytest.raises(NotFound, match=r"Did you mean example.org"):
        mailbox(root, "ana@exampel.org")


def test_no_mailbox_in_a_relay_domain(root: Actor) -> None:
    domains.add(root, "backup.example", kind="relay")
    with pytest.raises(Conflict, match="relay domain"):
        mailbox(root, "ana@backup.example")


def test_set_changes_what_is_given_and_nothing_else(root: Actor) -> None:
    mailbox(root, "ana@example.org", name="Ana", quota=1000)
    mailboxes.set_(root, "ana@example.org", quota_messages=10)
    stored = mailboxes.get(root, "ana@example.org")
    assert (stored.name, stored.quota, stored.quota_messages) == ("Ana", 1000, 10)
    assert Change.objects.get(number=3).before == {"quota_messages": 0}
    assert Change.objects.get(number=3).after == {"quota_messages": 10}


def test_setting_what_is_so_already_leaves_no_change(root: Actor) -> None:
    mailbox(root, "ana@example.org", name="Ana")
    mailboxes.set_(root, "ana@example.org", name="Ana", active=True)
    assert Change.objects.count() == 2


def test_a_negative_quota_is_refused(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    with pytest.raises(Invalid):
        mailboxes.set_(root, "ana@example.org", quota=-1)


@pytest.mark.parametrize("switch", ["active", "imap", "pop3", "smtp", "sieve"])
def test_what_is_switched_off_ends_the_sessions(root: Actor, switch: str) -> None:
    mailbox(root, "ana@example.org")
    mailboxes.set_(root, "ana@example.org", **{switch: False})  # type: ignore[arg-type]
    assert asked() == ["kick_user ana@example.org"]


def test_a_new_password_is_stored_told_without_its_hash_and_ends_the_sessions(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    mailboxes.set_password(root, "ana@example.org", OTHER_HASH)
    assert mailboxes.get(root, "ana@example.org").password == OTHER_HASH
    assert Change.objects.get(number=3).after == {"password": "changed"}
    assert asked() == ["kick_user ana@example.org"]


def test_a_renamed_mailbox_keeps_its_directory_and_takes_aliases_along(root: Actor) -> None:
    home = mailbox(root, "ana@example.org").home
    alias(root, "team@example.org", "ana@example.org", "x@elsewhere.test")
    mailboxes.rename(root, "ana@example.org", "anna@example.org")
    assert mailboxes.get(root, "anna@example.org").home == home
    assert Alias.objects.get(address="team@example.org").addresses() == ["anna@example.org", "x@elsewhere.test"]
    assert told()[-2:] == ["rename mailbox anna@example.org", "set alias team@example.org"]


def test_a_mailbox_moves_only_to_a_domain_with_room(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    domains.add(root, "small.example", max_mailboxes=0)
    with pytest.raises(Limit):
        mailboxes.rename(root, "ana@example.org", "ana@small.example")


def test_a_removed_mailbox_comes_back_as_it_was(root: Actor) -> None:
    made = mailbox(root, "ana@example.org", name="Ana", quota=77)
    mailboxes.set_(root, "ana@example.org", forward_to=["x@elsewhere.test"], keep_copy=True)
    mailboxes.remove(root, "ana@example.org")
    assert not Mailbox.objects.exists()
    assert not Alias.objects.exists()
    back = mailboxes.restore(root, "ana@example.org")
    assert (back.home, back.password, back.quota, back.name) == (made.home, HASH, 77, "Ana")
    assert Alias.objects.get().addresses() == ["ana@example.org", "x@elsewhere.test"]


def test_a_mailbox_does_not_come_back_over_another_one(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    mailboxes.remove(root, "ana@example.org")
    mailbox(root, "ana@example.org")
    with pytest.raises(Exists, match="given away meanwhile"):
        mailboxes.restore(root, "ana@example.org")


def test_a_mailbox_given_anew_has_another_directory(root: Actor) -> None:
    first = mailbox(root, "ana@example.org").home
    mailboxes.remove(root, "ana@example.org")
    assert mailbox(root, "ana@example.org").home != first


def test_a_later_owner_of_the_domain_does_not_get_the_earlier_ones_mailboxes(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    mailboxes.remove(root, "ana@example.org")
    domains.remove(root, "example.org")
    domains.add(root, "example.org")
    with pytest.raises(NotFound):
        mailboxes.restore(root, "ana@example.org")


def test_a_mailbox_does_not_come_back_into_a_domain_that_is_a_backup_mx_by_now(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    mailboxes.remove(root, "ana@example.org")
    domains.change_kind(root, "example.org", "relay")
    with pytest.raises(Conflict, match="on another host"):
        mailboxes.restore(root, "ana@example.org")
    domains.change_kind(root, "example.org", "hosted")
    assert mailboxes.restore(root, "ana@example.org").address == "ana@example.org"


def test_a_misspelt_mailbox_brings_a_suggestion(root: Actor) -> None:
    mailbox(root, "ana.maria@example.org")
    with pytest.raises(NotFound, match=r"Did you mean ana.maria@example.org"):
        mailboxes.get(root, "ana.mario@example.org")


def test_charlie_sees_nothing(root: Actor, charlie: Actor) -> None:
    mailbox(root, "ana@example.org")
    assert list(mailboxes.list_(charlie)) == []
    assert not mailboxes.exists(charlie, "ana@example.org")
    for address in ("ana@example.org", "nobody@example.org", "nobody@nowhere.test"):
        with pytest.raises(Forbidden):
            mailboxes.get(charlie, address)


def test_lists_go_by_domain_text_and_page(root: Actor) -> None:
    for name in ("ana", "bob", "cia", "dan"):
        mailbox(root, f"{name}@example.org", name="Bob" if name == "dan" else "")
    assert [row.address for row in mailboxes.list_(root, search="bob")] == ["bob@example.org", "dan@example.org"]
    page = mailboxes.list_(root, domain="example.org", after="ana@example.org", limit=2)
    assert [row.address for row in page] == ["bob@example.org", "cia@example.org"]

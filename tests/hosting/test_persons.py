"""One identity for the owner of a mailbox and the administrator of the same address."""

from datetime import timedelta

import pytest
from django.utils import timezone

from carteiro.hosting import admins, domains, mailboxes
from carteiro.hosting.access import Actor
from carteiro.hosting.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn
from carteiro.hosting.models import Change, Mailbox, Person, Ticket
from carteiro.hosting.people import passwords, persons, policy, recovery, setup, tickets
from carteiro.mail.password import InvalidPassword, hash_password
from carteiro.mail.verify import matches
from tests.hosting.world import HASH, OTHER_HASH, asked, mailbox

NEW = "gravel-onion-tram-42"


def person(address: str) -> Person:
    found = persons.find(address)
    assert found is not None
    return found


def issued(letter: recovery.Issued | None) -> recovery.Issued:
    assert letter is not None
    return letter


def test_the_owner_of_a_mailbox_and_its_administrator_are_one_person(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    before = person("ANA@example.org ")
    admins.add(root, "ana@example.org", domains=["example.org"])
    after = person("ana@example.org")
    assert after.pk == before.pk
    who = persons.actor(after, "test")
    assert who.mailbox == after.mailbox.pk  # type: ignore[union-attr]
    assert len(who.domains) == 1


def test_an_administrator_who_gets_a_mailbox_stays_the_same_person(root: Actor) -> None:
    admins.add(root, "ana@example.org", HASH, superadmin=True)
    before = person("ana@example.org")
    mailbox(root, "ana@example.org")
    assert person("ana@example.org").pk == before.pk
    assert person("ana@example.org").credential == mailboxes.get(root, "ana@example.org").password


def test_two_persons_who_turn_out_to_be_one_are_the_administrator(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    owner = person("ana@example.org")
    admins.add(root, "boss@example.org", HASH, superadmin=True)
    ruler = person("boss@example.org")
    mailboxes.rename(root, "ana@example.org", "boss@example.org")
    assert person("boss@example.org").pk == ruler.pk
    owner.refresh_from_db()
    assert owner.home is None


def test_an_administrator_who_is_renamed_leaves_the_mailbox_behind(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    admins.add(root, "ana@example.org", domains=["example.org"])
    owner = person("ana@example.org")
    admins.rename(root, "ana@example.org", "boss@elsewhere.test")
    again = Person.objects.get(pk=owner.pk)
    assert not persons.actor(again, "test").administers
    assert person("boss@elsewhere.test").pk != owner.pk


def test_nobody_is_found_where_there_is_neither(root: Actor) -> None:
    assert persons.find("nobody@example.org") is None
    assert persons.find("no address at all") is None
    assert Person.objects.count() == 0


def test_a_password_is_changed_by_who_knows_the_old_one(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    mailboxes.set_password(root, "ana@example.org", HASH, must_change=True)
    ana = person("ana@example.org")
    assert persons.must_change_password(ana)
    with pytest.raises(NotSignedIn):
        persons.change_password(ana, "wrong", NEW, "test")
    with pytest.raises(Invalid):
        persons.change_password(ana, "secret", "secret", "test")
    persons.change_password(ana, "secret", NEW, "test")
    assert matches(mailboxes.get(root, "ana@example.org").password, NEW)
    assert ana.credential == mailboxes.get(root, "ana@example.org").password
    assert not persons.must_change_password(ana)
    assert asked()[-1] == "kick_user ana@example.org"
    last = Change.objects.order_by("-number")[0]
    assert (last.actor, last.key, last.after) == ("ana@example.org", "ana@example.org", {"password": "changed"})


def test_an_administrator_without_a_mailbox_changes_the_password_too(root: Actor) -> None:
    admins.add(root, "boss@elsewhere.test", HASH, domains=["example.org"])
    boss = person("boss@elsewhere.test")
    persons.change_password(boss, "secret", NEW, "test")
    assert matches(admins.get(root, "boss@elsewhere.test").password, NEW)
    with pytest.raises(NotSignedIn):
        persons.change_password(boss, "secret", "another-good-one-77", "test")


def test_a_password_grows_old_by_the_days_of_its_domain(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    assert not persons.must_change_password(person("ana@example.org"))
    domains.set_(root, "example.org", password_days=90)
    assert not persons.must_change_password(person("ana@example.org"))
    Mailbox.objects.update(password_changed=timezone.now() - timedelta(days=91))
    assert persons.must_change_password(person("ana@example.org"))


@pytest.mark.parametrize(
    "clear",
    ["short", "aaaaaaaaaaaa", "password1", "ana.lima@example.org", "lima@example.org1", "example.org2", "qwertyuiop"],
)
def test_a_password_that_is_easily_guessed_is_refused(clear: str, root: Actor) -> None:
    with pytest.raises((Invalid, InvalidPassword)):
        passwords.chosen(clear, "ana.lima@example.org", "Ana Lima")


@pytest.mark.parametrize(
    "clear", [NEW, "três peixes dançam", "três peixes dançam " * 10, "Ana quer quatro barcos azuis"]
)
def test_a_password_that_is_hard_to_guess_is_taken(clear: str, root: Actor) -> None:
    assert matches(passwords.chosen(clear, "ana.lima@example.org", "Ana Lima"), clear)


def test_superadmins_decide_how_hard_passwords_are(root: Actor, alice: Actor) -> None:
    with pytest.raises(Forbidden):
        policy.set_(alice, password_score=0)
    policy.set_(root, password_score=4)
    with pytest.raises(Invalid):
        passwords.chosen("tram-onion")
    policy.set_(root, password_score=0)
    assert passwords.chosen("tram-onion")
    for values in ({"password_score": 5}, {"password_score": True}, {"everything": 1}, {"idle_minutes": 0}):
        with pytest.raises(Invalid):
            policy.set_(root, **values)
    assert [change.after for change in Change.objects.filter(kind="policy").order_by("number")] == [
        {"password_score": 4},
        {"password_score": 0},
    ]


def test_a_second_factor_is_demanded_by_role_or_domain(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    mailbox(root, "bob@example.org")
    admins.add(root, "ana@example.org", domains=["example.org"])
    admins.add(root, "boss@elsewhere.test", HASH, superadmin=True)
    everybody = ["ana@example.org", "bob@example.org", "boss@elsewhere.test"]

    def demanded() -> list[bool]:
        return [persons.must_have_second_factor(person(address)) for address in everybody]

    assert demanded() == [False, False, False]
    policy.set_(root, second_factor_superadmins=True)
    assert demanded() == [False, False, True]
    policy.set_(root, second_factor_domain_admins=True)
    assert demanded() == [True, False, True]
    domains.set_(root, "example.org", second_factor=True)
    assert demanded() == [True, True, True]


def test_a_forgotten_password_is_replaced_with_a_link_that_is_good_once(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    recovery.ask("ana@example.org", "192.0.2.1")
    assert asked()[-1] == "mail_recovery ana@example.org"
    assert recovery.issue("ana@example.org") is None
    ana = person("ana@example.org")
    recovery.set_address(ana, "Ana@Elsewhere.Test", "test")
    assert asked()[-1] == f"mail_confirmation {ana.pk}"
    assert recovery.issue("ana@example.org") is None, "it is not confirmed yet"
    confirmation = issued(recovery.issue_confirmation(ana.pk)).secret
    recovery.confirm(confirmation, "test")
    letter = issued(recovery.issue("ana@example.org"))
    assert letter.address == "ana@elsewhere.test"
    secret = letter.secret
    assert secret not in str(list(Ticket.objects.values()))
    with pytest.raises((Invalid, InvalidPassword)):
        recovery.recover(secret, "weak", "test")
    recovery.recover(secret, NEW, "test")
    assert matches(mailboxes.get(root, "ana@example.org").password, NEW)
    with pytest.raises(NotFound):
        recovery.recover(secret, "another-good-one-77", "test")
    with pytest.raises(NotFound):
        recovery.confirm(confirmation, "test")


def test_a_link_is_good_for_its_purpose_and_its_time(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    secret = tickets.issue(Ticket.Purpose.RECOVER, person("ana@example.org"))
    for purpose in (Ticket.Purpose.SETUP, Ticket.Purpose.CONFIRM):
        with pytest.raises(NotFound):
            tickets.use(purpose, secret)
    Ticket.objects.update(expires=timezone.now() - timedelta(seconds=1))
    with pytest.raises(NotFound):
        tickets.use(Ticket.Purpose.RECOVER, secret)


def test_a_changed_recovery_address_ends_the_links_to_the_old_one(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    ana = person("ana@example.org")
    recovery.set_address(ana, "ana@elsewhere.test", "test")
    secret = issued(recovery.issue_confirmation(ana.pk)).secret
    recovery.set_address(ana, "ana@third.test", "test")
    with pytest.raises(NotFound):
        recovery.confirm(secret, "test")
    with pytest.raises(Invalid):
        recovery.set_address(ana, "ana@example.org", "test")


def test_an_administrator_sets_a_recovery_address_for_a_user_but_not_for_an_administrator(
    root: Actor, alice: Actor
) -> None:
    mailbox(root, "ana@example.org")
    mailbox(root, "boss@example.org")
    admins.add(root, "boss@example.org", superadmin=True)
    assert recovery.set_for(alice, "ana@example.org", "ana@elsewhere.test").recovery_confirmed is None
    with pytest.raises(Forbidden):
        recovery.set_for(alice, "boss@example.org", "alice@elsewhere.test")


def test_the_first_superadmin_is_made_with_a_link_that_is_good_once(root: Actor) -> None:
    first, second = setup.issue(), setup.issue()
    with pytest.raises(NotFound):
        setup.make_superadmin(first, "boss@elsewhere.test", NEW, "192.0.2.1")
    with pytest.raises((Invalid, InvalidPassword)):
        setup.make_superadmin(second, "boss@elsewhere.test", "weak", "192.0.2.1")
    assert setup.make_superadmin(second, "boss@elsewhere.test", NEW, "192.0.2.1").superadmin
    for secret in (second, setup.issue()):
        with pytest.raises((NotFound, Conflict)):
            setup.make_superadmin(secret, "eve@elsewhere.test", NEW, "192.0.2.1")


def test_a_mailbox_becomes_the_first_superadmin_with_its_own_password(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    secret = setup.issue()
    with pytest.raises(NotSignedIn):
        setup.make_superadmin(secret, "ana@example.org", NEW, "192.0.2.1")
    assert setup.make_superadmin(secret, "ana@example.org", "secret", "192.0.2.1").password == ""


def test_a_hash_of_an_old_host_is_replaced_unless_the_password_was_changed_meanwhile(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    stale = person("ana@example.org")
    mailboxes.set_password(root, "ana@example.org", OTHER_HASH)
    persons.hash_anew(stale, "secret", "test")
    assert mailboxes.get(root, "ana@example.org").password == OTHER_HASH
    persons.hash_anew(person("ana@example.org"), "other", "test")
    assert mailboxes.get(root, "ana@example.org").password.startswith("{ARGON2ID}")
    current = hash_password("secret")
    mailboxes.set_password(root, "ana@example.org", current)
    persons.hash_anew(person("ana@example.org"), "secret", "test")
    assert mailboxes.get(root, "ana@example.org").password == current

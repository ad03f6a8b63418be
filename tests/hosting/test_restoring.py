"""What comes back from the bin besides domains, mailboxes and aliases, and what never does."""

from collections.abc import Callable

import pytest

from carteiro.hosting import (
    admins,
    alias_domains,
    app_passwords,
    domains,
    grants,
    mailboxes,
    relay_recipients,
    transports,
)
from carteiro.hosting.access import Actor
from carteiro.hosting.errors import Exists, Forbidden, Invalid, NotFound
from carteiro.hosting.models import Admin, Binned, Change, SenderGrant, Transport
from carteiro.hosting.wastebin import bin as wastebin
from carteiro.mail.next_hop import NextHop
from tests.hosting.world import HASH, asked, mailbox, told

HOP, OTHER_HOP = NextHop("relay.example", 587), NextHop("mx.example", 25)
ANA = "ana@example.org"


@pytest.fixture
def backup(root: Actor) -> str:
    """A relay domain with one recipient."""
    domains.add(root, "backup.example", kind="relay")
    return relay_recipients.add(root, "ana@backup.example").address


@pytest.fixture
def ana(root: Actor) -> str:
    """A mailbox with a grant."""
    mailbox(root, ANA)
    grants.add(root, ANA, "info@example.org")
    return ANA


@pytest.fixture
def eve(root: Actor) -> str:
    """The administrator of one domain."""
    return admins.add(root, "eve@example.org", HASH, domains=["example.org"]).address


def test_a_removed_administrator_comes_back_with_password_and_domains(root: Actor, eve: str) -> None:
    made = admins.get(root, eve)
    record = made.record()
    admins.remove(root, eve)
    with pytest.raises(NotFound):
        admins.get(root, eve)
    back = admins.restore(root, eve)
    assert (back.password, back.created, back.record()) == (made.password, made.created, record)
    assert told()[-2:] == [f"remove admin {eve}", f"restore admin {eve}"]
    assert not Binned.objects.exists()


def test_a_restored_administrator_gets_no_later_domain_of_an_old_name(root: Actor, eve: str) -> None:
    admins.remove(root, eve)
    domains.remove(root, "example.org")
    domains.add(root, "example.org")
    assert admins.restore(root, eve).record()["domains"] == []


def test_a_restored_administrator_gets_a_domain_that_went_and_came_back_renamed(root: Actor, eve: str) -> None:
    admins.remove(root, eve)
    domains.remove(root, "example.org")
    domains.restore(root, "example.org")
    domains.rename(root, "example.org", "example.com")
    domains.add(root, "example.org")
    assert admins.restore(root, eve).record()["domains"] == ["example.com"]


def test_an_administrator_does_not_come_back_over_another_one(root: Actor, eve: str) -> None:
    admins.remove(root, eve)
    admins.add(root, eve, HASH, superadmin=True)
    with pytest.raises(Exists):
        admins.restore(root, eve)


def test_a_removed_transport_comes_back_with_its_login(root: Actor) -> None:
    transports.set_(root, "far.example", HOP, username="us", password="s3cret")
    transports.remove(root, "far.example")
    assert not Transport.objects.exists()
    back = transports.restore(root, "far.example")
    assert (back.host, back.port, back.username, back.password) == ("relay.example", 587, "us", "s3cret")
    assert told()[-2:] == ["remove transport far.example", "restore transport far.example"]
    assert "s3cret" not in str(list(Change.objects.values_list("before", "after")))


def test_a_transport_does_not_come_back_over_another_one(root: Actor) -> None:
    transports.set_(root, "far.example", HOP)
    transports.remove(root, "far.example")
    transports.set_(root, "far.example", OTHER_HOP)
    with pytest.raises(Exists):
        transports.restore(root, "far.example")
    transports.remove(root, "far.example")
    assert transports.restore(root, "far.example").host == "mx.example"


def test_a_removed_relay_recipient_comes_back(root: Actor, backup: str) -> None:
    assert relay_recipients.get(root, backup).address == backup
    relay_recipients.remove(root, backup)
    with pytest.raises(NotFound):
        relay_recipients.get(root, backup)
    assert relay_recipients.restore(root, backup).address == backup
    assert told()[-1] == "set domain backup.example"
    with pytest.raises(NotFound):
        relay_recipients.restore(root, backup)


def test_a_relay_recipient_is_not_restored_twice(root: Actor, backup: str) -> None:
    relay_recipients.remove(root, backup)
    relay_recipients.add(root, backup)
    with pytest.raises(Exists):
        relay_recipients.restore(root, backup)


def test_a_removed_grant_comes_back(root: Actor, ana: str) -> None:
    grants.remove(root, ana, "info@example.org")
    with pytest.raises(NotFound):
        grants.get(root, ana, "info@example.org")
    back = grants.restore(root, ana, "info@example.org")
    assert grants.get(root, ana, "info@example.org") == back
    assert told()[-1] == f"restore sender_grant {ana}"


def test_a_grant_is_not_restored_twice(root: Actor, ana: str) -> None:
    grants.remove(root, ana, "info@example.org")
    grants.add(root, ana, "info@example.org")
    with pytest.raises(Exists):
        grants.restore(root, ana, "info@example.org")


RESTORE_OF_ANOTHER: dict[str, Callable[[Actor], object]] = {
    "a grant": lambda actor: grants.restore(actor, ANA, "info@example.org"),
    "a relay recipient": lambda actor: relay_recipients.restore(actor, "ana@backup.example"),
}


@pytest.mark.parametrize("thing", RESTORE_OF_ANOTHER)
def test_what_an_earlier_owner_of_the_name_had_does_not_come_back(
    thing: str, root: Actor, ana: str, backup: str
) -> None:
    grants.remove(root, ana, "info@example.org")
    mailboxes.remove(root, ana)
    mailbox(root, ana)
    relay_recipients.remove(root, backup)
    domains.remove(root, "backup.example")
    domains.add(root, "backup.example", kind="relay")
    with pytest.raises(NotFound):
        RESTORE_OF_ANOTHER[thing](root)


def test_nobody_restores_a_grant_of_an_address_that_is_not_theirs(root: Actor, alice: Actor, charlie: Actor) -> None:
    mailbox(root, ANA)
    grants.add(root, ANA, "boss@charlie.example")
    grants.remove(alice, ANA, "boss@charlie.example")
    for actor in (alice, charlie):
        with pytest.raises(Forbidden):
            grants.restore(actor, ANA, "boss@charlie.example")
    grants.restore(root, ANA, "boss@charlie.example")


def test_what_is_in_the_bin_follows_a_renamed_domain(root: Actor, ana: str, eve: str) -> None:
    transports.set_(root, "example.org", HOP)
    alias_domains.add(root, "example.net", "example.org")
    admins.remove(root, eve)
    transports.remove(root, "example.org")
    alias_domains.remove(root, "example.net")
    grants.remove(root, ana, "info@example.org")
    domains.rename(root, "example.org", "example.com")
    assert transports.restore(root, "example.com").domain_name == "example.com"
    assert grants.restore(root, "ana@example.com", "info@example.com").address == "info@example.com"
    assert alias_domains.restore(root, "example.net").record()["target"] == "example.com"
    assert admins.restore(root, eve).record()["domains"] == ["example.com"]
    assert not Binned.objects.exists()


def test_what_is_in_the_bin_follows_a_renamed_relay_domain(root: Actor, backup: str) -> None:
    relay_recipients.remove(root, backup)
    domains.rename(root, "backup.example", "spare.example")
    assert relay_recipients.restore(root, "ana@spare.example").address == "ana@spare.example"


def test_a_grant_in_the_bin_follows_a_renamed_mailbox(root: Actor, ana: str) -> None:
    domains.add(root, "example.com")
    grants.remove(root, ana, "info@example.org")
    mailboxes.rename(root, ana, "anna@example.com")
    assert grants.restore(root, "anna@example.com", "info@example.org").mailbox.address == "anna@example.com"


def test_a_domain_that_takes_anothers_name_takes_its_own_next_hop_along(root: Actor) -> None:
    transports.set_(root, "example.org", HOP)
    transports.set_(root, "example.com", OTHER_HOP)
    domains.rename(root, "example.org", "example.com")
    assert transports.get(root, "example.com").host == "relay.example"
    assert told()[-2:] == ["remove transport example.com", "rename transport example.com"]


def test_two_grants_that_become_one_are_told_of(root: Actor, ana: str) -> None:
    grants.add(root, ana, "info@example.com")
    domains.rename(root, "example.org", "example.com")
    assert [row.address for row in SenderGrant.objects.all()] == ["info@example.com"]
    assert told()[-2:] == ["remove sender_grant ana@example.com", "set sender_grant ana@example.com"]


def test_an_app_password_is_shown_and_changed_but_for_the_password(root: Actor, ana: str) -> None:
    row, _ = app_passwords.add(root, ana, ["imap", "smtp"], label="phone")
    app_passwords.set_(root, ana, row.pk, label="tablet", protocols=["imap", "smtp", "sieve"])
    assert asked() == []
    changed = app_passwords.set_(root, ana, row.pk, protocols=["imap"])
    assert asked() == [f"kick_user {ana}"]
    assert (changed.label, changed.record()["protocols"]) == ("tablet", ["imap"])
    assert app_passwords.get(root, ana, row.pk).digest == row.digest
    assert told()[-1] == f"set app_password {ana}"


def test_setting_nothing_new_on_an_app_password_is_no_change(root: Actor, ana: str) -> None:
    row, _ = app_passwords.add(root, ana, ["imap"], label="phone")
    before = Change.objects.count()
    app_passwords.set_(root, ana, row.pk, label="phone", protocols=["imap"])
    assert Change.objects.count() == before


@pytest.mark.parametrize("fields", [{"protocols": []}, {"protocols": ["ftp"]}, {"label": "a\nb"}])
def test_an_app_password_is_set_to_nothing_wrong(root: Actor, ana: str, fields: dict[str, object]) -> None:
    row, _ = app_passwords.add(root, ana, ["imap"])
    with pytest.raises(Invalid):
        app_passwords.set_(root, ana, row.pk, **fields)  # type: ignore[arg-type]


def test_an_app_password_of_somebody_else_is_not_found(root: Actor, ana: str) -> None:
    mailbox(root, "bob@example.org")
    row, _ = app_passwords.add(root, ana, ["imap"])
    with pytest.raises(NotFound):
        app_passwords.set_(root, "bob@example.org", row.pk, label="mine")


def test_an_app_password_that_was_taken_back_stays_dead(root: Actor, ana: str) -> None:
    row, _ = app_passwords.add(root, ana, ["imap"])
    app_passwords.remove(root, ana, row.pk)
    assert not Binned.objects.exists()
    mailboxes.remove(root, ana)
    mailboxes.restore(root, ana)
    domains.remove(root, "example.org")
    domains.restore(root, "example.org")
    assert app_passwords.list_(root, ana) == []


def test_the_bin_tells_what_can_come_back_and_no_secret(root: Actor, ana: str, eve: str, backup: str) -> None:
    transports.set_(root, "far.example", HOP, username="us", password="s3cret")
    alias_domains.add(root, "example.net", "example.org")
    admins.remove(root, eve)
    transports.remove(root, "far.example")
    relay_recipients.remove(root, backup)
    alias_domains.remove(root, "example.net")
    grants.remove(root, ana, "info@example.org")
    rows = [row.record() for row in wastebin.list_(root)]
    assert [(row["kind"], row["key"]) for row in rows] == [
        ("sender_grant", f"{ana} info@example.org"),
        ("alias_domain", "example.net"),
        ("relay_recipient", backup),
        ("transport", "far.example"),
        ("admin", eve),
    ]
    assert "s3cret" not in str(rows)
    assert HASH not in str(rows)


def test_a_domain_administrator_sees_nothing_of_the_host_in_the_bin(
    root: Actor, alice: Actor, ana: str, eve: str
) -> None:
    transports.set_(root, "example.org", HOP)
    transports.remove(root, "example.org")
    admins.remove(root, eve)
    grants.remove(root, ana, "info@example.org")
    assert [row.kind for row in wastebin.list_(alice, domain="example.org")] == ["sender_grant"]
    assert len(list(wastebin.list_(root, domain="example.org"))) == 3


def test_what_has_left_the_bin_does_not_come_back(root: Actor, eve: str) -> None:
    row = admins.remove(root, eve)
    assert wastebin.purge_due(root, row.purge_after) == 1
    with pytest.raises(NotFound):
        admins.restore(root, eve)
    assert not Admin.objects.exists()

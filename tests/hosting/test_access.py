"""Who may do what."""

from collections.abc import Callable

import pytest

from carteiro.hosting import (
    admins,
    alias_domains,
    aliases,
    app_passwords,
    domains,
    grants,
    mailboxes,
    relay_recipients,
    trail,
    transports,
)
from carteiro.hosting import bin as wastebin
from carteiro.hosting.access import RIGHTS, Actor, Right, Role
from carteiro.hosting.errors import Conflict, Exists, Forbidden, Invalid, NotFound
from carteiro.hosting.models import AppPassword, Change
from carteiro.mail.next_hop import NextHop
from tests.hosting.world import HASH, OTHER_HASH, alias, mailbox

HOP = NextHop("relay.example", 25)


def prepared(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    alias(root, "team@example.org", "ana@example.org")
    grants.add(root, "ana@example.org", "info@example.org")
    grants.add(root, "ana@example.org", "gone@example.org")
    grants.remove(root, "ana@example.org", "gone@example.org")
    app_passwords.add(root, "ana@example.org", ["imap"])
    domains.add(root, "backup.example", kind="relay")
    relay_recipients.add(root, "known@backup.example")
    relay_recipients.add(root, "gone@backup.example")
    relay_recipients.remove(root, "gone@backup.example")
    domains.add(root, "target.example")
    alias_domains.add(root, "alias.example", "target.example")
    transports.set_(root, "gone.example", HOP)
    transports.remove(root, "gone.example")
    admins.add(root, "gone@example.org", HASH, superadmin=True)
    admins.remove(root, "gone@example.org")


def app_password() -> int:
    return AppPassword.objects.get().pk


# What a domain administrator may do in a domain of theirs, and nobody else but superadmins.
OWN: dict[str, Callable[[Actor], object]] = {
    "see the domain": lambda actor: domains.get(actor, "example.org"),
    "see a mailbox": lambda actor: mailboxes.get(actor, "ana@example.org"),
    "add a mailbox": lambda actor: mailbox(actor, "new@example.org"),
    "set a mailbox": lambda actor: mailboxes.set_(actor, "ana@example.org", name="Ana"),
    "set a password": lambda actor: mailboxes.set_password(actor, "ana@example.org", OTHER_HASH),
    "rename a mailbox": lambda actor: mailboxes.rename(actor, "ana@example.org", "anna@example.org"),
    "remove a mailbox": lambda actor: mailboxes.remove(actor, "ana@example.org"),
    "add an alias": lambda actor: alias(actor, "new@example.org", "ana@example.org"),
    "set an alias": lambda actor: aliases.set_(actor, "team@example.org", active=False),
    "rename an alias": lambda actor: aliases.rename(actor, "team@example.org", "crew@example.org"),
    "remove an alias": lambda actor: aliases.remove(actor, "team@example.org"),
    "add an app password": lambda actor: app_passwords.add(actor, "ana@example.org", ["imap"]),
    "list app passwords": lambda actor: app_passwords.list_(actor, "ana@example.org"),
    "grant a sender": lambda actor: grants.add(actor, "ana@example.org", "team@example.org"),
    "show an app password": lambda actor: app_passwords.get(actor, "ana@example.org", app_password()),
    "set an app password": lambda actor: app_passwords.set_(actor, "ana@example.org", app_password(), label="x"),
    "show a grant": lambda actor: grants.get(actor, "ana@example.org", "info@example.org"),
    "restore a grant": lambda actor: grants.restore(actor, "ana@example.org", "gone@example.org"),
    "list the bin of the domain": lambda actor: list(wastebin.list_(actor, domain="example.org")),
    "read the audit log": lambda actor: list(trail.list_(actor, domain="example.org")),
}
# What only superadmins may do.
HOST: dict[str, Callable[[Actor], object]] = {
    "add a domain": lambda actor: domains.add(actor, "new.example"),
    "set a domain": lambda actor: domains.set_(actor, "example.org", max_mailboxes=None, description="x"),
    "rename a domain": lambda actor: domains.rename(actor, "example.org", "example.com"),
    "remove a domain": lambda actor: domains.remove(actor, "example.org"),
    "add an alias domain": lambda actor: alias_domains.add(actor, "example.net", "example.org"),
    "rename an alias domain": lambda actor: alias_domains.rename(actor, "alias.example", "example.net"),
    "add an administrator": lambda actor: admins.add(actor, "eve@example.org", HASH, superadmin=True),
    "restore an administrator": lambda actor: admins.restore(actor, "gone@example.org"),
    "list administrators": lambda actor: list(admins.list_(actor)),
    "set a transport": lambda actor: transports.set_(actor, "example.org", HOP),
    "restore a transport": lambda actor: transports.restore(actor, "gone.example"),
    "list transports": lambda actor: list(transports.list_(actor)),
    "empty the bin": wastebin.purge_due,
    "list the bin": lambda actor: list(wastebin.list_(actor)),
    "add a relay recipient elsewhere": lambda actor: relay_recipients.add(actor, "ana@backup.example"),
    "restore a relay recipient elsewhere": lambda actor: relay_recipients.restore(actor, "gone@backup.example"),
    "see a relay recipient elsewhere": lambda actor: relay_recipients.get(actor, "known@backup.example"),
}


@pytest.mark.parametrize("deed", OWN)
def test_an_administrator_of_the_domain_may(deed: str, root: Actor, alice: Actor) -> None:
    prepared(root)
    OWN[deed](alice)


@pytest.mark.parametrize("deed", [*OWN, *HOST])
def test_an_administrator_of_another_domain_may_not(deed: str, root: Actor, charlie: Actor) -> None:
    prepared(root)
    before = Change.objects.count()
    with pytest.raises(Forbidden):
        (OWN | HOST)[deed](charlie)
    assert Change.objects.count() == before


@pytest.mark.parametrize("deed", HOST)
def test_only_a_superadmin_may(deed: str, root: Actor, alice: Actor) -> None:
    prepared(root)
    with pytest.raises(Forbidden):
        HOST[deed](alice)
    HOST[deed](root)


@pytest.mark.parametrize("deed", [*OWN, *HOST])
def test_an_inactive_superadmin_may_nothing(deed: str, root: Actor) -> None:
    prepared(root)
    admins.add(root, "eve@example.org", HASH, superadmin=True)
    eve = Actor.of(admins.set_(root, "eve@example.org", active=False), "test")
    with pytest.raises(Forbidden):
        (OWN | HOST)[deed](eve)


def test_the_table_of_rights_names_every_right_and_nobody_has_any() -> None:
    assert set(RIGHTS) == set(Right)
    assert not any(Role.NOBODY in roles for roles in RIGHTS.values())
    assert all(Role.SUPERADMIN in roles for roles in RIGHTS.values())


def test_alice_moves_no_mailbox_into_a_domain_of_others(root: Actor, alice: Actor, charlie: Actor) -> None:
    prepared(root)
    with pytest.raises(Forbidden):
        mailboxes.rename(alice, "ana@example.org", "ana@charlie.example")


def test_alice_grants_no_address_of_others_and_none_elsewhere(root: Actor, alice: Actor, charlie: Actor) -> None:
    prepared(root)
    for address in ("boss@charlie.example", "boss@elsewhere.test"):
        with pytest.raises(Forbidden):
            grants.add(alice, "ana@example.org", address)
    grants.add(root, "ana@example.org", "boss@elsewhere.test")
    with pytest.raises(Exists):
        grants.add(root, "ana@example.org", "boss@elsewhere.test")
    assert [row.address for row in grants.list_(alice)] == ["boss@elsewhere.test", "info@example.org"]
    grants.remove(alice, "ana@example.org", "boss@elsewhere.test")
    with pytest.raises(NotFound):
        grants.remove(alice, "ana@example.org", "boss@elsewhere.test")


def test_app_passwords_are_stored_as_digests_and_taken_back_one_by_one(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    row, clear = app_passwords.add(root, "ana@example.org", ["imap", "smtp"], label="phone")
    assert clear not in str(Change.objects.get(number=3).after)
    assert row.digest not in str(Change.objects.get(number=3).after)
    assert row.record()["protocols"] == ["imap", "smtp"]
    app_passwords.remove(root, "ana@example.org", row.pk)
    assert app_passwords.list_(root, "ana@example.org") == []
    with pytest.raises(NotFound):
        app_passwords.remove(root, "ana@example.org", row.pk)


@pytest.mark.parametrize("protocols", [[], ["ftp"], ["imap", "http"]])
def test_an_app_password_is_for_known_protocols(root: Actor, protocols: list[str]) -> None:
    mailbox(root, "ana@example.org")
    with pytest.raises(Invalid):
        app_passwords.add(root, "ana@example.org", protocols)


def test_a_transports_password_is_in_no_record(root: Actor) -> None:
    transports.set_(root, "far.example", HOP, username="u", password="s3cret-s3cret")
    transports.set_(root, "far.example", HOP, username="u", password="n3w-s3cret")
    assert transports.get(root, "far.example").password == "n3w-s3cret"
    told = [(change.before, change.after) for change in Change.objects.filter(kind="transport").order_by("number")]
    assert "s3cret" not in str(told)
    assert told[1] == ({}, {"password": "changed"})
    transports.remove(root, "far.example")
    with pytest.raises(NotFound):
        transports.get(root, "far.example")


@pytest.mark.parametrize(
    ("username", "password"), [("a:b", "secret"), ("a", "se\ncret"), ("a\0", "secret"), ("a", ""), ("", "secret")]
)
def test_a_transports_login_fits_on_one_line_of_a_map(root: Actor, username: str, password: str) -> None:
    with pytest.raises(Invalid):
        transports.set_(root, "far.example", HOP, username=username, password=password)


def test_an_administrator_is_changed_renamed_and_removed(root: Actor) -> None:
    admins.add(root, "eve@example.org", HASH, domains=["example.org"])
    with pytest.raises(Invalid):
        admins.set_(root, "eve@example.org", superadmin=True)
    assert admins.set_(root, "eve@example.org", superadmin=True, domains=[]).superadmin
    admins.set_password(root, "eve@example.org", OTHER_HASH)
    admins.rename(root, "eve@example.org", "eva@example.org")
    assert "SHA256" not in str([(change.before, change.after) for change in Change.objects.all()])
    eva = Actor.of(admins.get(root, "eva@example.org"), "test")
    with pytest.raises(Conflict):
        admins.remove(eva, "eva@example.org")
    admins.remove(root, "eva@example.org")
    with pytest.raises(NotFound):
        admins.get(root, "eva@example.org")


def test_the_audit_log_shows_an_administrator_their_domain_only(root: Actor, charlie: Actor) -> None:
    prepared(root)
    assert {change.domain_name for change in trail.list_(charlie)} == {"charlie.example"}

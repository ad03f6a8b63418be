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
from carteiro.hosting.access import RIGHTS, SWITCHED, Actor, Right, Role
from carteiro.hosting.errors import Exists, Forbidden, Invalid, NotFound
from carteiro.hosting.models import AppPassword, Change, Switch
from carteiro.hosting.models.admin import all_switches
from carteiro.hosting.wastebin import bin as wastebin
from carteiro.mail.next_hop import NextHop
from tests.hosting.world import HASH, OTHER_HASH, alias, mailbox

# Every other module here asks each kind of database; this is about who may.
pytestmark = pytest.mark.database("sqlite")

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
    "read the audit log": lambda actor: list(trail.list_(actor, trail.Filter(domain="example.org"))),
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
    assert RIGHTS[Role.SUPERADMIN] == set(Right)
    assert RIGHTS[Role.NOBODY] == set()
    assert RIGHTS[Role.USER] <= RIGHTS[Role.DOMAIN_ADMIN] < RIGHTS[Role.SUPERADMIN]


def test_every_switch_gives_something_that_no_other_switch_gives() -> None:
    assert set(SWITCHED) == set(Switch)
    given = [right for rights in SWITCHED.values() for right in rights]
    assert len(given) == len(set(given))


# What an administrator of the domain may not do any more when a switch is off.
KEPT: dict[Switch, dict[str, Callable[[Actor], object]]] = {
    Switch.MAILBOXES: {
        "add": lambda actor: mailbox(actor, "new@example.org"),
        "name": lambda actor: mailboxes.set_(actor, "ana@example.org", name="Ana"),
        "password": lambda actor: mailboxes.set_password(actor, "ana@example.org", OTHER_HASH),
        "forwarding": lambda actor: mailboxes.set_(actor, "ana@example.org", forward_to=["a@elsewhere.test"]),
        "app password": lambda actor: app_passwords.add(actor, "ana@example.org", ["imap"]),
    },
    Switch.ALIASES: {"add": lambda actor: alias(actor, "new@example.org", "ana@example.org")},
    Switch.QUOTAS: {
        "set": lambda actor: mailboxes.set_(actor, "ana@example.org", quota=5),
        "messages": lambda actor: mailboxes.set_(actor, "ana@example.org", quota_messages=5),
        "add": lambda actor: mailbox(actor, "new@example.org", quota=5),
    },
    Switch.SENDING: {
        "set": lambda actor: mailboxes.set_(actor, "ana@example.org", smtp=False),
        "add": lambda actor: mailbox(actor, "new@example.org", smtp=False),
    },
    Switch.LOG: {"read": lambda actor: list(trail.list_(actor, trail.Filter(domain="example.org")))},
}


@pytest.mark.parametrize(("switch", "deed"), [(switch, deed) for switch, deeds in KEPT.items() for deed in deeds])
def test_a_switch_that_is_off_keeps_its_rights_back(switch: Switch, deed: str, root: Actor, alice: Actor) -> None:
    prepared(root)
    others = sorted(set(Switch) - {switch})
    without = Actor.of(admins.set_(root, "alice@example.org", domains={"example.org": others}), "test")
    with pytest.raises(Forbidden):
        KEPT[switch][deed](without)
    only = Actor.of(admins.set_(root, "alice@example.org", domains={"example.org": [switch]}), "test")
    if (switch, deed) not in {(Switch.QUOTAS, "add"), (Switch.SENDING, "add")}:  # these need two switches
        KEPT[switch][deed](only)
    assert mailboxes.get(without, "ana@example.org").address == "ana@example.org"


def test_the_owner_of_a_mailbox_may_change_what_is_theirs_and_nothing_else(root: Actor) -> None:
    prepared(root)
    ana = Actor.person(mailboxes.get(root, "ana@example.org"), None, "test")
    mailboxes.set_password(ana, "ana@example.org", OTHER_HASH)
    mailboxes.set_(ana, "ana@example.org", forward_to=["ana@elsewhere.test"], keep_copy=True)
    app_passwords.add(ana, "ana@example.org", ["imap"])
    mailbox(root, "bob@example.org")
    for deed in (
        lambda: mailboxes.set_(ana, "ana@example.org", quota=0),
        lambda: mailboxes.set_(ana, "ana@example.org", smtp=True),
        lambda: mailboxes.set_password(ana, "bob@example.org", OTHER_HASH),
        lambda: mailboxes.set_password(ana, "nobody@example.org", OTHER_HASH),
        lambda: mailboxes.get(ana, "bob@example.org"),
        lambda: domains.get(ana, "example.org"),
        lambda: aliases.set_(ana, "ana@example.org", targets=["x@elsewhere.test"]),
    ):
        with pytest.raises(Forbidden):
            deed()
    assert list(trail.list_(ana)) == []
    assert list(mailboxes.list_(ana)) == []


# What the administrator of a domain could make themselves another administrator with.
TAKEOVERS: dict[str, Callable[[Actor], object]] = {
    "password": lambda actor: mailboxes.set_password(actor, "eve@example.org", OTHER_HASH),
    "app password": lambda actor: app_passwords.add(actor, "eve@example.org", ["imap"]),
    "forwarding": lambda actor: mailboxes.set_(actor, "eve@example.org", forward_to=["x@elsewhere.test"]),
    "forwarding as an alias": lambda actor: alias(actor, "eve@example.org", "x@elsewhere.test"),
    "removal": lambda actor: mailboxes.remove(actor, "eve@example.org"),
    "switching off": lambda actor: mailboxes.set_(actor, "eve@example.org", active=False),
    "renaming": lambda actor: mailboxes.rename(actor, "eve@example.org", "eva@example.org"),
    "taking the name": lambda actor: mailboxes.rename(actor, "ana@example.org", "boss@example.org"),
    "a new mailbox": lambda actor: mailbox(actor, "boss@example.org"),
    "an alias in its place": lambda actor: alias(actor, "boss@example.org", "ana@example.org"),
    "an alias renamed": lambda actor: aliases.rename(actor, "team@example.org", "boss@example.org"),
    "an old mailbox": lambda actor: mailboxes.restore(actor, "boss@example.org"),
}


@pytest.mark.parametrize("deed", TAKEOVERS)
def test_nobody_below_a_superadmin_lays_hands_on_an_administrator(deed: str, root: Actor, alice: Actor) -> None:
    prepared(root)
    mailbox(root, "boss@example.org")
    mailboxes.remove(root, "boss@example.org")
    mailbox(root, "eve@example.org")
    admins.add(root, "eve@example.org", superadmin=True)
    admins.add(root, "boss@example.org", HASH, superadmin=True)
    with pytest.raises(Forbidden):
        TAKEOVERS[deed](alice)
    assert mailboxes.get(alice, "eve@example.org").active
    TAKEOVERS[deed](root)


def test_an_administrator_changes_their_own_mailbox(root: Actor, alice: Actor) -> None:
    mailbox(alice, "alice@example.org")
    mailboxes.set_password(alice, "alice@example.org", OTHER_HASH)
    mailboxes.rename(alice, "alice@example.org", "alix@example.org")
    assert admins.get(root, "alix@example.org").held() == {"example.org": sorted(all_switches())}


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

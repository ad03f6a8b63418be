"""Administrators and their switches, and the audit log that they read."""

from typing import Any

import pytest
from django.utils import timezone

from carteiro.hosting import admins, domains, trail, transports
from carteiro.hosting.access import Actor
from carteiro.hosting.errors import Conflict, Forbidden, Invalid, NotFound
from carteiro.hosting.models import Change
from carteiro.mail.next_hop import NextHop
from tests.hosting.world import HASH, OTHER_HASH, mailbox

HOP = NextHop("relay.example", 25)


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


def test_the_last_superadmin_stays_unless_the_machines_owner_says_otherwise(root: Actor) -> None:
    eve = Actor.of(admins.add(root, "eve@example.org", HASH, superadmin=True), "test")
    admins.add(root, "zoe@example.org", HASH, superadmin=True)
    admins.set_(eve, "zoe@example.org", active=False)
    stale = Actor("zoe@example.org", superadmin=True)
    for deed in (
        lambda: admins.remove(stale, "eve@example.org"),
        lambda: admins.set_(stale, "eve@example.org", active=False),
        lambda: admins.set_(stale, "eve@example.org", superadmin=False),
        lambda: admins.set_(eve, "eve@example.org", active=False),
        lambda: admins.remove(eve, "eve@example.org"),
    ):
        with pytest.raises(Conflict):
            deed()
    admins.set_(root, "eve@example.org", active=False)


def test_nobody_gives_themselves_rights(root: Actor, alice: Actor) -> None:
    eve = Actor.of(admins.add(root, "eve@example.org", HASH, superadmin=True), "test")
    with pytest.raises(Conflict):
        admins.set_(eve, "eve@example.org", superadmin=False, domains=["example.org"])
    with pytest.raises(Forbidden):
        admins.set_(alice, "alice@example.org", domains={"example.org": ["dkim"]})


def test_an_administrator_with_a_mailbox_has_the_password_of_the_mailbox(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    assert admins.add(root, "ana@example.org", OTHER_HASH, domains=["example.org"]).password == ""
    with pytest.raises(Conflict):
        admins.set_password(root, "ana@example.org", OTHER_HASH)
    with pytest.raises(Invalid):
        admins.add(root, "bob@example.org", superadmin=True)


def test_switches_are_kept_in_the_bin_and_where_domains_are_named_again(root: Actor) -> None:
    domains.add(root, "example.net")
    held = {"example.org": ["log"], "example.net": ["aliases", "dkim"]}
    admins.add(root, "ana@example.org", HASH, domains=held)
    assert admins.get(root, "ana@example.org").record()["switches"] == held
    admins.remove(root, "ana@example.org")
    assert admins.restore(root, "ana@example.org").held() == held
    domains.remove(root, "example.net")
    domains.restore(root, "example.net")
    assert admins.get(root, "ana@example.org").held() == held
    admins.set_(root, "ana@example.org", domains=["example.net"])
    assert admins.get(root, "ana@example.org").held() == {"example.net": ["aliases", "dkim"]}
    with pytest.raises(Invalid):
        admins.set_(root, "ana@example.org", domains={"example.org": ["everything"]})


def test_the_audit_log_tells_no_domain_administrator_of_other_domains(root: Actor, charlie: Actor) -> None:
    admins.add(root, "ana@charlie.example", HASH, domains=["example.org", "charlie.example"])
    transports.set_(root, "charlie.example", HOP)
    assert {change.kind for change in trail.list_(charlie)} == {"domain"}


def test_the_audit_log_outlives_a_domain_and_its_next_owner_sees_nothing_of_the_first(
    root: Actor, charlie: Actor
) -> None:
    mailbox(root, "dora@charlie.example")
    domains.remove(root, "charlie.example")
    domains.add(root, "charlie.example")
    again = Actor.of(admins.set_(root, "charlie@charlie.example", domains=["charlie.example"]), "test")
    assert [change.action for change in trail.list_(again)] == ["add"]
    everything = list(trail.list_(root, trail.Filter(domain="charlie.example")))
    assert {change.key for change in everything} >= {"dora@charlie.example", "charlie.example"}
    domains.remove(root, "charlie.example")
    assert list(trail.list_(root, trail.Filter(domain="charlie.example", kind="mailbox", action="add")))


def test_the_audit_log_is_filtered(root: Actor, alice: Actor) -> None:
    mailbox(alice, "ana@example.org")
    mailbox(root, "bob@example.org")

    def keys(**wanted: Any) -> list[str]:
        return [change.key for change in trail.list_(root, trail.Filter(kind="mailbox", **wanted))]

    assert keys() == ["bob@example.org", "ana@example.org"]
    assert keys(actor="alice@example.org") == ["ana@example.org"]
    assert keys(text="ANA@") == ["ana@example.org"]
    assert keys(key="bob@example.org") == ["bob@example.org"]
    now = timezone.now()
    assert keys(since=now) == []
    assert keys(until=now) == keys()
    newest = next(trail.list_(root, trail.Filter(kind="mailbox"))).number
    older = trail.list_(root, trail.Filter(kind="mailbox"), before=newest, limit=1)
    assert [change.key for change in older] == ["ana@example.org"]


def test_the_audit_log_shows_an_administrator_their_domain_only(root: Actor, charlie: Actor) -> None:
    transports.set_(root, "gone.example", HOP)
    assert {change.domain_name for change in trail.list_(charlie)} == {"charlie.example"}

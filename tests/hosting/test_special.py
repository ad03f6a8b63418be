"""Default aliases, addresses left behind for a term, the first letter, tags and pauses."""

from datetime import timedelta

import pytest
from django.utils import timezone

from carteiro.hosting import admins, aliases, domains, mailboxes, quotas, welcome
from carteiro.hosting.access import Actor
from carteiro.hosting.errors import Dangling, Exists, Forbidden, Invalid, Limit
from carteiro.hosting.mailboxes import NewMailbox
from carteiro.hosting.models import Admin, Alias, Delegation, Domain, Mailbox, Usage
from tests.hosting.world import HASH, alias, asked, mailbox, told

SPECIAL = ["abuse", "hostmaster", "postmaster", "webmaster"]


def test_a_domain_is_made_with_the_addresses_that_it_should_have(root: Actor) -> None:
    domains.add(root, "new.example", special_to="root@elsewhere.test")
    made = {row.address: row.addresses() for row in Alias.objects.all()}
    assert made == {f"{name}@new.example": ["root@elsewhere.test"] for name in SPECIAL}
    assert told()[1:] == ["add domain new.example", *(f"add alias {name}@new.example" for name in SPECIAL)]


def test_a_domain_whose_default_aliases_lead_nowhere_is_not_made(root: Actor) -> None:
    with pytest.raises(Dangling):
        domains.add(root, "new.example", special_to="ghost@example.org")
    with pytest.raises(Limit):
        domains.add(root, "new.example", max_aliases=3, special_to="root@elsewhere.test")
    assert not Domain.objects.filter(name="new.example").exists()


def test_default_aliases_are_not_the_domain_administrators(root: Actor, alice: Actor) -> None:
    alias(root, "postmaster@example.org", "root@elsewhere.test")
    alias(alice, "team@example.org", "x@elsewhere.test")
    for deed in (
        lambda: aliases.set_(alice, "postmaster@example.org", targets=["x@elsewhere.test"]),
        lambda: aliases.remove(alice, "postmaster@example.org"),
        lambda: aliases.rename(alice, "postmaster@example.org", "other@example.org"),
        lambda: aliases.rename(alice, "team@example.org", "abuse@example.org"),
        lambda: alias(alice, "webmaster@example.org", "x@elsewhere.test"),
    ):
        with pytest.raises(Forbidden):
            deed()


def test_the_switch_gives_default_aliases_to_a_domain_administrator(root: Actor, alice: Actor) -> None:
    Delegation.objects.update(switches=["aliases", "special_aliases"])
    trusted = Actor.of(Admin.objects.get(address=alice.name), "test")
    assert alias(trusted, "postmaster@example.org", "x@elsewhere.test").active


def test_an_address_is_left_behind_for_a_term_and_then_goes(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    alias(root, "team@example.org", "ana@example.org")
    mailboxes.rename(root, "ana@example.org", "ana.lima@example.org", alias_for=timedelta(days=30))
    left = Alias.objects.get(address="ana@example.org")
    assert left.addresses() == ["ana.lima@example.org"]
    assert aliases.remove_expired(root, timezone.now() + timedelta(days=29)) == 0
    assert aliases.remove_expired(root, timezone.now() + timedelta(days=31)) == 1
    assert told()[-1] == "remove alias ana@example.org"
    assert Alias.objects.get().addresses() == ["ana.lima@example.org"]


def test_an_address_is_left_behind_in_the_old_domain_if_that_has_room(root: Actor) -> None:
    domains.add(root, "other.example")
    domains.set_(root, "example.org", max_aliases=0)
    mailbox(root, "ana@example.org")
    with pytest.raises(Limit):
        mailboxes.rename(root, "ana@example.org", "ana@other.example", alias_for=timedelta(days=1))
    domains.set_(root, "example.org", max_aliases=1)
    mailboxes.rename(root, "ana@example.org", "ana@other.example", alias_for=timedelta(days=1))
    assert Alias.objects.get().domain.name == "example.org"
    with pytest.raises(Exists):
        mailbox(root, "ana@example.org")


def test_the_term_of_an_alias_is_changed_and_taken_away(root: Actor) -> None:
    until = timezone.now() + timedelta(days=5)
    alias(root, "team@example.org", "x@elsewhere.test")
    assert aliases.set_(root, "team@example.org", expires=until).expires == until
    assert aliases.set_(root, "team@example.org", comment="x").expires == until
    assert aliases.set_(root, "team@example.org", forever=True).expires is None


def test_the_term_and_all_else_come_back_from_the_bin(root: Actor) -> None:
    until = timezone.now() + timedelta(days=5)
    aliases.add(root, aliases.NewAlias("team@example.org", ["x@elsewhere.test"], expires=until))
    mailbox(root, "ana@example.org", must_change_password=True)
    fields = {"paused": True, "tags": ["north"], "password_days": 90, "second_factor": True, "own_aliases": 3}
    domains.set_(root, "example.org", **fields)  # type: ignore[arg-type]
    domains.remove(root, "example.org")
    back = domains.restore(root, "example.org")
    assert {name: getattr(back, name) for name in fields} == fields
    assert Alias.objects.get().expires == until
    assert Mailbox.objects.get().must_change_password


@pytest.mark.parametrize(
    "fields",
    [
        {"tags": ["two words"]},
        {"tags": ["x" * 33]},
        {"tags": ["a\nb"]},
        {"tags": [f"t{n}" for n in range(21)]},
        {"password_days": -1},
        {"password_days": 4000},
        {"own_aliases": -1},
    ],
)
def test_odd_fields_of_a_domain_are_refused(root: Actor, fields: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        domains.set_(root, "example.org", **fields)  # type: ignore[arg-type]


def test_tags_are_lower_case_once_and_in_order(root: Actor) -> None:
    assert domains.set_(root, "example.org", tags=["South", "north", "SOUTH"]).tags == ["north", "south"]


def test_what_a_domain_has_left(root: Actor) -> None:
    domains.set_(root, "example.org", quota=10_000, max_mailbox_quota=6000, max_mailboxes=3)
    ana = mailbox(root, "ana@example.org", quota=5000)
    mailbox(root, "bob@example.org", quota=2000)
    Usage.objects.create(mailbox=ana, size=700, at=timezone.now())
    room = quotas.of(root, "example.org")
    assert (room.given, room.used, room.left, room.allowed, room.mailboxes_left) == (7000, 700, 3000, 3000, 1)
    assert quotas.of(root, "example.org", besides="ana@example.org").allowed == 6000
    domains.add(root, "free.example")
    assert quotas.of(root, "free.example").allowed is None


def test_a_first_letter_is_asked_for_in_a_language(root: Actor) -> None:
    made = mailboxes.add(root, NewMailbox("ana@example.org", HASH, welcome="pt-br"))
    mailboxes.add(root, NewMailbox("bob@example.org", HASH))
    assert asked() == [f"send_welcome {made.home} pt-br"]


def test_the_first_letter_has_places(root: Actor) -> None:
    ana = mailbox(root, "ana@example.org", name="Ana {host}")
    ours = welcome.compose(ana, "en", host="mx.test", panel="https://mx.test/")
    assert (ours.subject, "ana@example.org" in ours.body) == ("Welcome to mx.test", True)
    welcome.set_(root, "en", subject="Hi {name}", body="{address} {Not} { } https://x/{panel}")
    letter = welcome.compose(ana, "fr", host="mx.test", panel="P")
    assert (letter.subject, letter.body) == ("Hi Ana {host}", "ana@example.org {Not} { } https://x/P")
    with pytest.raises(Invalid, match="password"):
        welcome.set_(root, "en", subject="Hi", body="{password}")
    welcome.set_(root, "en", subject="", body="")
    assert welcome.compose(ana, "en", host="mx.test", panel="P").subject == "Welcome to mx.test"


def test_only_superadmins_write_the_first_letter(root: Actor, alice: Actor) -> None:
    with pytest.raises(Forbidden):
        welcome.set_(alice, "en", subject="Hi", body="x")
    eve = Actor.of(admins.add(root, "eve@elsewhere.test", HASH, superadmin=True), "test")
    welcome.set_(eve, "en", subject="Hi", body="x")
    assert told()[-1] == "set text welcome en"

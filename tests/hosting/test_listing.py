"""Lists for pages: what is seen, what is counted, and how many queries that takes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from carteiro.hosting import alias_domains, aliases, domains, listing, mailboxes
from carteiro.hosting.access import Actor
from carteiro.hosting.models import Login, Mailbox, Usage, Vacation
from carteiro.hosting.status import Mark
from tests.hosting.world import alias, mailbox


def rows_of(actor: Actor) -> dict[str, listing.MailboxRow]:
    found = list(listing.mailboxes(actor).order_by("address"))
    return {row.mailbox.address: row for row in listing.mailbox_rows(found)}


def marks_of(actor: Actor) -> dict[str, list[Mark]]:
    found = list(listing.aliases(actor).order_by("address"))
    return {row.alias.address: list(row.marks) for row in listing.alias_rows(found)}


def test_a_domain_is_listed_with_what_is_in_it(root: Actor) -> None:
    ana = mailbox(root, "ana@example.org", quota=5000)
    mailbox(root, "bob@example.org", quota=1000)
    mailboxes.set_(root, "ana@example.org", forward_to=["x@elsewhere.test"])
    alias(root, "team@example.org", "ana@example.org")
    alias_domains.add(root, "example.net", "example.org")
    Usage.objects.create(mailbox=ana, size=600, at=timezone.now())
    domains.set_(root, "example.org", quota=6000)
    (row,) = listing.domain_rows(list(listing.domains(root)))
    assert (row.mailboxes, row.given, row.used, row.aliases, row.alias_domains) == (2, 6000, 600, 1, 1)
    assert row.full == pytest.approx(0.1)


def test_domains_are_found_by_name_description_and_tag(root: Actor) -> None:
    domains.set_(root, "example.org", description="Example Ltd.", tags=["North", "clientes-é"])
    domains.add(root, "bücher.example", tags=["south"])
    for word, expected in (
        ("exAmple.o", 1),
        ("ltd", 1),
        ("north", 1),
        ("nort", 0),
        ("clientes-é", 1),
        ("bücher.example", 1),
    ):
        assert listing.domains(root).filter(listing.domain_searched(word)).count() == expected, word
    assert listing.domains(root).filter(listing.tagged("South")).get().name == "xn--bcher-kva.example"
    assert listing.tags(root) == ["clientes-é", "north", "south"]


def test_everybody_sees_their_own_and_no_more(root: Actor, alice: Actor, charlie: Actor) -> None:
    mailbox(root, "ana@example.org")
    alias(root, "team@example.org", "x@elsewhere.test")
    domains.set_(root, "example.org", tags=["north"])
    assert [row.name for row in listing.domains(alice)] == ["example.org"]
    assert (rows_of(charlie), marks_of(charlie), listing.tags(charlie)) == ({}, {}, [])
    assert rows_of(alice).keys() == {"ana@example.org"}


def test_a_mailbox_is_listed_with_its_use_and_last_log_in(root: Actor) -> None:
    ana = mailbox(root, "ana@example.org", quota=1000)
    mailbox(root, "bob@example.org")
    now = timezone.now()
    Usage.objects.create(mailbox=ana, size=250, messages=3, at=now)
    for protocol, at in (("imap", now), ("pop3", now - timedelta(days=1))):
        Login.objects.create(mailbox=ana, protocol=protocol, network="192.0.2.1", at=at)
    rows = rows_of(root)
    row = rows["ana@example.org"]
    assert (row.used, row.messages, row.last_login, row.full) == (250, 3, now, 0.25)
    assert (rows["bob@example.org"].used, rows["bob@example.org"].last_login) == (None, None)


def test_the_marks_of_a_mailbox(root: Actor) -> None:
    now = timezone.now()
    for name in ("off", "full", "old", "mute", "away", "back", "sent", "lost", "fine"):
        mailbox(root, f"{name}@example.org", quota=1000, active=name != "off", smtp=name != "mute")
    box = {row.address.partition("@")[0]: row for row in Mailbox.objects.all()}
    domains.set_(root, "example.org", password_days=30)
    Mailbox.objects.filter(pk=box["old"].pk).update(password_changed=now - timedelta(days=31))
    Usage.objects.create(mailbox=box["full"], size=1000, at=now)
    Vacation.objects.create(mailbox=box["away"], active=True)
    Vacation.objects.create(mailbox=box["back"], active=True, ends=now - timedelta(days=1))
    mailboxes.set_(root, "sent@example.org", forward_to=["x@elsewhere.test"], keep_copy=True)
    mailboxes.set_(root, "lost@example.org", forward_to=["fine@example.org"])
    mailboxes.set_(root, "fine@example.org", active=False)
    marks = {address.partition("@")[0]: list(row.marks) for address, row in rows_of(root).items()}
    assert marks == {
        "off": [Mark.DISABLED],
        "full": [Mark.FULL],
        "old": [Mark.EXPIRED],
        "mute": [Mark.NO_SENDING],
        "away": [Mark.VACATION],
        "back": [],
        "sent": [Mark.FORWARDS, Mark.ELSEWHERE],
        "lost": [Mark.UNDELIVERABLE, Mark.FORWARDS],
        "fine": [Mark.DISABLED],
    }


def test_the_marks_of_an_alias(root: Actor) -> None:
    full = mailbox(root, "ana@example.org", quota=1000)
    Usage.objects.create(mailbox=full, size=1000, at=timezone.now())
    mailbox(root, "gone@example.org")
    alias_domains.add(root, "example.net", "example.org")
    alias(root, "here@example.org", "ana+tag@example.net")
    alias(root, "away@example.org", "x@elsewhere.test")
    alias(root, "dead@example.org", "gone@example.org")
    alias(root, "nested@example.org", "dead@example.org")
    mailboxes.remove(root, "gone@example.org")
    aliases.set_(root, "away@example.org", active=False, expires=timezone.now() + timedelta(days=1))
    assert marks_of(root) == {
        "away@example.org": [Mark.DISABLED, Mark.ELSEWHERE, Mark.EXPIRES],
        "dead@example.org": [Mark.UNDELIVERABLE],
        "here@example.org": [Mark.FULL],
        "nested@example.org": [],
    }


def test_a_forwarding_is_listed_with_its_mailbox_and_not_among_aliases(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    mailboxes.set_(root, "ana@example.org", forward_to=["x@elsewhere.test"])
    assert marks_of(root) == {}
    assert listing.mailboxes(root).filter(listing.MAILBOX_STATES["forwarding"]).count() == 1


def test_aliases_are_found_by_address_comment_and_target(root: Actor) -> None:
    alias(root, "team@example.org", "far@elsewhere.test")
    aliases.set_(root, "team@example.org", comment="Sales and support")
    for word in ("TEAM", "support", "far@else"):
        assert listing.aliases(root).filter(listing.alias_searched(word)).count() == 1, word
    assert not listing.aliases(root).filter(listing.alias_searched("ana")).exists()


@pytest.mark.parametrize("count", [2, 60])
def test_the_number_of_queries_does_not_grow_with_the_page(root: Actor, count: int) -> None:
    for number in range(count):
        mailbox(root, f"m{number}@example.org")
        mailboxes.set_(root, f"m{number}@example.org", forward_to=[f"x{number}@elsewhere.test"])
        alias(root, f"a{number}@example.org", f"m{number}@example.org", "y@elsewhere.test")
        domains.add(root, f"d{number}.example")
    for most, show in (
        (4, lambda: listing.domain_rows(list(listing.domains(root)))),
        (4, lambda: rows_of(root)),
        (4, lambda: marks_of(root)),
    ):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert show()
        assert len(queries) <= most


def test_the_bin_shows_what_went_from_the_own_domains(root: Actor, alice: Actor, charlie: Actor) -> None:
    mailbox(root, "ana@example.org")
    mailboxes.remove(root, "ana@example.org")
    domains.remove(root, "charlie.example")
    assert [row.key for row in listing.binned(alice)] == ["ana@example.org"]
    assert not listing.binned(charlie).exists()
    assert listing.binned(root).count() == 2

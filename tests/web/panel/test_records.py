"""The audit log speaks of fields and values in the reader's words."""

import pytest
from django.conf import settings
from django.utils import translation

from carteiro.hosting import admins, broadcasts, transports
from carteiro.hosting.models import Change
from carteiro.hosting.owner import external_accounts, filters
from carteiro.hosting.people import policy
from carteiro.mail.filter_rule import parse_rule
from carteiro.mail.next_hop import NextHop
from carteiro.mail.sealing import make_key
from carteiro.web.panel import records
from tests.accounts import ALL_KINDS
from tests.web.conftest import Browser, World

# It has filters of its own.
pytestmark = pytest.mark.database(*ALL_KINDS)


def test_every_field_that_is_kept_has_a_name(furnished: World) -> None:
    root, bob = furnished.root, furnished.bob
    settings.CARTEIRO_SEALING_KEY.parent.mkdir(parents=True)
    settings.CARTEIRO_SEALING_KEY.write_bytes(make_key()[1])
    transports.set_(root, "example.org", NextHop("mx.example.net", 25))
    rule = parse_rule([{"field": "from", "test": "contains", "value": "shop"}], [{"do": "file", "value": "Shops"}])
    filters.add(root, bob, rule)
    fetched = external_accounts.NewAccount("imap", "imap.example.net", bob, "secret")
    external_accounts.add(root, bob, fetched)
    broadcasts.add(root, broadcasts.NewBroadcast("Works", "At night.", bob, domains=["example.org"]))
    policy.set_(root, idle_minutes=30, session_hours=2, password_score=3, second_factor_users=True)
    kept = {name for change in Change.objects.all() for name in [*change.before, *change.after]}
    assert len(kept) > 40
    assert kept - records.LABELS.keys() == set()


@pytest.mark.parametrize(
    ("name", "held", "english", "portuguese"),
    [
        ("active", True, "yes", "sim"),
        ("active", False, "no", "não"),
        ("quota", 5 * 2**30, "5\u00a0GB", "5\u00a0GB"),
        ("quota", 1536 * 2**20, "1.5\u00a0GB", "1,5\u00a0GB"),
        ("quota", 0, "no limit", "sem limite"),
        ("created", "2026-12-20T08:00:00+00:00", "20 Dec 2026, 08:00", "20/12/2026, 08:00"),
        ("expires", "some day", "some day", "some day"),
        ("password", "changed", "changed", "alterada"),
        ("tags", [], "–", "–"),
        ("tags", ["aliases", "south"], "aliases, south", "aliases, south"),
        ("switches", {"a.example": ["aliases"], "b.example": []}, "a.example: Aliases; b.example: –", None),
        (
            "conditions",
            [{"field": "from", "test": "contains", "value": "x"}, {"field": "spam", "test": "is"}],
            "Sender contains “x”; Spam filter’s verdict says junk",
            "Remetente contém “x”; Veredito do filtro de spam indica lixo eletrônico",
        ),
        ("conditions", [{"field": "of tomorrow", "test": "is", "value": "x"}, 3], "of tomorrow is “x”; 3", None),
        (
            "actions",
            [{"do": "file", "value": "Shops"}, {"do": "flag", "value": "seen"}, {"do": "stop"}],
            "Move to folder “Shops”; Mark as read; Apply no further rule",
            None,
        ),
        ("match", "any", "any of these holds", None),
        ("of_tomorrow", 3, "3", "3"),
    ],
)
def test_a_value_is_written_as_its_reader_does(name: str, held: object, english: str, portuguese: str | None) -> None:
    assert records.value(name, held) == english
    if portuguese is not None:
        with translation.override("pt-br"):
            assert records.value(name, held) == portuguese


def test_a_field_of_another_release_keeps_its_own_name() -> None:
    assert records.label("of_tomorrow") == "of tomorrow"


def test_the_rights_of_an_administrator_are_named(browser: Browser, world: World) -> None:
    admins.set_(world.root, world.charlie, domains={"other.example": ["log"]})
    page = browser(world.superadmin).get("/log/?kind=admin&action=set").content.decode()
    assert "other.example: Reading the audit log" in page


def test_what_was_empty_is_left_out(browser: Browser, world: World) -> None:
    (entry,) = browser(world.superadmin).get(f"/log/?kind=mailbox&action=add&key={world.bob}").context["entries"]
    names = [name for name, _before, _after in entry.differences]
    assert "Address" in names
    assert "Name" not in names

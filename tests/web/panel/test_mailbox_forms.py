"""Mailboxes and aliases in the browser, one by one and many at once."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from carteiro.hosting import admins, domains, mailboxes
from carteiro.hosting.models import Admin, Alias, Delegation, Domain, Mailbox, Person
from carteiro.jobs.models import Request
from carteiro.mail.verify import matches
from tests.web.conftest import Browser, World

GOOD = "correct-horse-battery-17"


@pytest.fixture
def client(full: World, browser: Browser) -> Client:
    return browser(full.alice)


def once(client: Client, path: str) -> dict[str, str]:
    """The token of a form that is carried out once."""
    found = re.search(r'name="once" value="([^"]+)"', client.get(path).content.decode())
    assert found
    return {"once": found[1]}


def new(client: Client, **fields: str) -> dict[str, str]:
    switched = {"imap": "on", "pop3": "on", "smtp": "on", "sieve": "on"}
    return {"address": "new@example.org", **switched, **once(client, "/mailboxes/add/"), **fields}


def test_a_mailbox_is_made_and_its_password_shown_once(client: Client) -> None:
    answer = client.post("/mailboxes/add/", new(client, name="New", quota="1G", welcome="en"))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    shown = re.search(r"<output[^>]*>([^<]+)</output>", answer.content.decode())
    made = Mailbox.objects.get(address="new@example.org")
    assert shown
    assert matches(made.password, shown[1])
    assert (made.name, made.quota, made.smtp) == ("New", 1024**3, True)
    assert shown[1] not in client.get("/mailboxes/new@example.org/").content.decode()
    assert Request.objects.filter(kind="send_welcome").count() == 1


def test_the_local_part_is_enough_in_a_domain(client: Client) -> None:
    data = new(client, address="short", password=GOOD)
    answer = client.post("/mailboxes/add/?domain=example.org", data)
    assert answer["Location"] == "/mailboxes/short@example.org/"


def test_the_same_form_sent_twice_makes_one(client: Client) -> None:
    data = new(client)
    client.post("/mailboxes/add/", data)
    password = Mailbox.objects.get(address="new@example.org").password
    answer = client.post("/mailboxes/add/", data | {"address": "second@example.org"})
    assert answer.status_code == 422
    assert not Mailbox.objects.filter(address="second@example.org").exists()
    assert Mailbox.objects.get(address="new@example.org").password == password


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": ""},
        {"address": "bob@example.org"},
        {"address": "team@example.org"},
        {"address": "x+tag@example.org"},
        {"address": "x@example.org\r\nBcc: y@far.test"},
        {"address": "<b>@example.org"},
        {"address": "x" * 65 + "@example.org"},
        {"name": "two\r\nlines"},
        {"name": "x" * 256},
        {"quota": "lots"},
        {"password": "short"},
        {"password": "x" * 2000},
        {"password": "password123"},
        {"recovery": "nonsense"},
        {"recovery": "new@example.org"},
        {"welcome": "xx"},
        {"home": "00000000000000000000000000000000"},
        {"domain": "2"},
    ],
)
def test_a_wrong_value_gives_the_form_back(client: Client, wrong: dict[str, str]) -> None:
    before = Mailbox.objects.count()
    answer = client.post("/mailboxes/add/", new(client, **{"name": "Kept as typed", "password": GOOD, **wrong}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Kept as typed" in page or "name" in wrong
    assert GOOD not in page
    assert Mailbox.objects.count() == before


@pytest.mark.parametrize("address", ["x@other.example", "x@nowhere.test"])
def test_no_mailbox_is_made_in_a_domain_of_others(client: Client, address: str) -> None:
    assert client.post("/mailboxes/add/", new(client, address=address)).status_code == 403
    assert not Mailbox.objects.filter(address=address).exists()


def test_a_mailbox_is_changed_and_what_was_not_touched_stays(client: Client) -> None:
    edit = {
        "name": "Bob",
        "active": "on",
        "quota": "3G",
        "quota_messages": "0",
        "imap": "on",
        "sieve": "on",
        "smtp": "on",
    }
    client.post(
        "/mailboxes/bob@example.org/edit/", edit | {"recovery": "bob@far.test", "forward_to": "a@far.test b@far.test"}
    )
    bob = Mailbox.objects.get(address="bob@example.org")
    assert (bob.name, bob.quota, bob.pop3, bob.imap) == ("Bob", 3 * 1024**3, False, True)
    assert Alias.objects.get(address="bob@example.org").addresses() == ["a@far.test", "b@far.test"]
    assert Person.objects.get(home=bob.home).recovery_address == "bob@far.test"
    client.post("/mailboxes/bob@example.org/edit/", edit)
    assert not Alias.objects.filter(address="bob@example.org").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"quota": ""},
        {"quota_messages": "-1"},
        {"forward_to": "nonsense"},
        {"forward_to": "ghost@example.org"},
        {"z": "1"},
    ],
)
def test_a_wrong_change_changes_nothing(client: Client, wrong: dict[str, str]) -> None:
    fields = {"name": "Changed", "active": "on", "quota": "3G", "quota_messages": "0", "imap": "on"}
    answer = client.post("/mailboxes/bob@example.org/edit/", fields | wrong)
    assert answer.status_code == 422
    assert "Changed" in answer.content.decode()
    assert Mailbox.objects.get(address="bob@example.org").name == ""


def test_without_the_switches_the_fields_are_not_there(full: World, browser: Browser) -> None:
    Delegation.objects.filter(domain__name="example.org").update(switches=["mailboxes"])
    client = browser(full.alice)
    page = client.get("/mailboxes/bob@example.org/edit/").content.decode()
    assert 'name="name"' in page
    assert not re.search(r'name="(quota|smtp)"', page)
    fields = {"name": "Bob", "active": "on", "imap": "on", "pop3": "on", "sieve": "on", "forward_to": "bob@far.test"}
    assert client.post("/mailboxes/bob@example.org/edit/", fields | {"quota": "0"}).status_code == 422
    client.post("/mailboxes/bob@example.org/edit/", fields | {"keep_copy": "on"})
    assert Mailbox.objects.get(address="bob@example.org").smtp


def test_another_password_is_set_or_made_up(client: Client) -> None:
    path = "/mailboxes/bob@example.org/password/"
    shown = client.post(path, once(client, path)).content.decode()
    assert re.search(r"<output[^>]*>[^<]+</output>", shown)
    client.post(path, once(client, path) | {"password": GOOD, "must_change_password": "on"})
    bob = Mailbox.objects.get(address="bob@example.org")
    assert matches(bob.password, GOOD)
    assert bob.must_change_password
    assert client.post(path, once(client, path) | {"password": "bob"}).status_code == 422


def test_a_mailbox_moves_and_leaves_its_address_behind(full: World, browser: Browser) -> None:
    client = browser(full.superadmin)
    path = "/mailboxes/bob@example.org/move/"
    assert client.post(path, {"new_address": "dora@other.example"}).status_code == 422
    assert client.post(path, {"new_address": "bob@other.example", "alias_days": "0"}).status_code == 422
    client.post(path, {"new_address": "bob@other.example", "alias_days": "30"})
    left = Alias.objects.get(address="bob@example.org")
    assert left.addresses() == ["bob@other.example"]
    assert left.expires
    assert timedelta(days=29) < left.expires - timezone.now() < timedelta(days=31)


def test_an_administrators_own_mailbox_is_not_another_administrators(full: World, browser: Browser) -> None:
    charlie = Admin.objects.get(address=full.charlie)
    Delegation.objects.create(admin=charlie, domain=Domain.objects.get(name="example.org"))
    client = browser(full.charlie)
    assert client.get("/mailboxes/alice@example.org/").status_code == 200
    path = "/mailboxes/alice@example.org/password/"
    assert client.post(path, once(client, path)).status_code == 403
    assert client.post("/mailboxes/alice@example.org/remove/").status_code == 403


def test_a_removed_mailbox_comes_back_by_undo(client: Client) -> None:
    page = client.post("/mailboxes/bob@example.org/remove/", follow=True).content.decode()
    assert "/bin/restore/?kind=mailbox&amp;key=bob%40example.org" in page
    assert "bob@example.org" in client.get("/bin/").content.decode()
    answer = client.post("/bin/restore/?kind=mailbox&key=bob%40example.org")
    assert answer["Location"] == "/mailboxes/bob@example.org/"
    assert Mailbox.objects.filter(address="bob@example.org").exists()


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("mailbox", "dora@other.example"),
        ("mailbox", "ghost@example.org"),
        ("domain", "other.example"),
        ("x", "y"),
        ("", ""),
        ("sender_grant", "nospace"),
        ("admin", "root@host.example"),
        ("mailbox", "x" * 5000),
    ],
)
def test_nothing_of_others_comes_back(full: World, client: Client, kind: str, key: str) -> None:
    mailboxes.remove(full.root, full.dora)
    answer = client.post("/bin/restore/", {"kind": kind, "key": key})
    assert answer["Location"] == "/bin/"
    assert not Mailbox.objects.filter(address=full.dora).exists()


def test_many_are_changed_at_once_and_faults_named(client: Client) -> None:
    chosen = ["bob@example.org", "dora@other.example", "ghost@example.org"]
    answer = client.post("/mailboxes/bulk/", {"action": "forbid_sending", "chosen": chosen})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "dora@other.example" in page
    assert not Mailbox.objects.get(address="bob@example.org").smtp
    assert Mailbox.objects.get(address="dora@other.example").smtp


def test_removing_many_asks_first(client: Client) -> None:
    data = {"action": "remove", "chosen": ["bob@example.org"]}
    assert "Remove 1 mailbox?" in client.post("/mailboxes/bulk/", data).content.decode()
    assert Mailbox.objects.filter(address="bob@example.org").exists()
    client.post("/mailboxes/bulk/", data | {"sure": "on"})
    assert not Mailbox.objects.filter(address="bob@example.org").exists()


def test_the_quota_of_many_is_asked_for(client: Client) -> None:
    data = {"action": "quota", "chosen": ["bob@example.org"]}
    assert 'name="quota"' in client.post("/mailboxes/bulk/", data).content.decode()
    client.post("/mailboxes/bulk/", data | {"quota": "7G"})
    assert Mailbox.objects.get(address="bob@example.org").quota == 7 * 1024**3


@pytest.mark.parametrize(
    ("switches", "acts"),
    [
        (["quotas"], ["quota"]),
        (["sending"], ["allow_sending", "forbid_sending"]),
        (["mailboxes"], ["activate", "deactivate", "remove"]),
        (["aliases"], []),
    ],
)
@pytest.mark.parametrize("page", ["/mailboxes/", "/domains/example.org/mailboxes/"])
def test_a_list_offers_what_the_switches_give(
    full: World, browser: Browser, page: str, switches: list[str], acts: list[str]
) -> None:
    admins.set_(full.root, full.charlie, domains={"example.org": switches})
    shown = browser(full.charlie).get(page).content.decode()
    assert re.findall(r'name="action" value="(\w+)"', shown) == acts
    assert ('name="chosen"' in shown) == bool(acts)


@pytest.mark.parametrize("data", [{}, {"action": "remove"}, {"action": "explode", "chosen": ["bob@example.org"]}])
def test_a_bulk_form_without_sense_changes_nothing(client: Client, data: dict[str, object]) -> None:
    for path in ("/mailboxes/bulk/", "/aliases/bulk/"):
        assert client.post(path, data).status_code == 302
    assert Mailbox.objects.filter(address="bob@example.org").exists()


def test_an_alias_is_made_changed_renamed_and_removed(client: Client) -> None:
    client.post(
        "/aliases/add/", {"address": "desk@example.org", "targets": "bob@example.org\nx@far.test", "active": "on"}
    )
    assert Alias.objects.get(address="desk@example.org").addresses() == ["bob@example.org", "x@far.test"]
    fields = {"address": "office@example.org", "targets": "x@far.test", "comment": "New", "until": "2099-12-31"}
    client.post("/aliases/desk@example.org/", fields)
    moved = Alias.objects.get(address="office@example.org")
    assert (moved.active, moved.comment, moved.expires is not None) == (False, "New", True)
    client.post("/aliases/office@example.org/remove/")
    client.post("/bin/restore/", {"kind": "alias", "key": "office@example.org"})
    assert Alias.objects.filter(address="office@example.org").exists()


def test_a_catch_all_has_a_page(client: Client) -> None:
    client.post("/aliases/add/", {"address": "@example.org", "targets": "bob@example.org", "active": "on"})
    assert client.get("/aliases/@example.org/").status_code == 200
    assert "@example.org" in client.get("/aliases/?state=catch-all").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "team@example.org"},
        {"address": "nonsense"},
        {"targets": ""},
        {"targets": "ghost@example.org"},
        {"targets": "new@example.org"},
        {"targets": "x@far.test, <script>"},
        {"targets": "x@far.test\r\nBcc: y"},
        {"comment": "x" * 256},
        {"until": "tomorrow"},
        {"until": "9999-99-99"},
        {"owner": "1"},
    ],
)
def test_a_wrong_alias_gives_the_form_back(client: Client, wrong: dict[str, str]) -> None:
    fields = {"address": "new@example.org", "targets": "x@far.test", "active": "on", **wrong}
    answer = client.post("/aliases/add/", fields)
    assert answer.status_code == 422
    assert not Alias.objects.filter(address="new@example.org").exists()


def test_default_aliases_are_not_the_domain_administrators(client: Client) -> None:
    fields = {"address": "postmaster@example.org", "targets": "x@far.test", "active": "on"}
    assert client.post("/aliases/postmaster@example.org/", fields).status_code == 403
    assert client.post("/aliases/postmaster@example.org/remove/").status_code == 403


def test_what_is_still_allowed_is_told_before_a_mailbox_is_made(browser: Browser, world: World) -> None:
    domains.set_(world.root, "example.org", quota=3 * 2**30)
    mailboxes.set_(world.root, world.bob, quota=2**30)
    shown = browser(world.superadmin).get("/mailboxes/add/?domain=example.org").content.decode()
    assert "The domain has" in shown
    assert "Empty: what the domain gives." in shown
    assert browser(world.superadmin).get("/mailboxes/add/?domain=nowhere.example").status_code == 200

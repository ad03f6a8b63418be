"""Domains in the browser: made, changed, paused, renamed, removed, had back; and what is typed in a wrong way."""

import pytest
from django.test import Client

from carteiro.hosting import domains, transports
from carteiro.hosting.models import Alias, Domain, Mailbox, RelayRecipient, Transport
from carteiro.mail.next_hop import NextHop
from tests.web.conftest import Browser, World

NEW = {"name": "new.example", "special": "on", "special_to": "root@far.test", "relay": ""}


@pytest.fixture
def client(full: World, browser: Browser) -> Client:
    return browser(full.superadmin)


def said(client: Client, path: str, data: dict[str, object], **more: object) -> str:
    """The page that comes back with a fault."""
    answer = client.post(path, data, **more)  # type: ignore[arg-type]
    assert answer.status_code == 422, answer.status_code
    return answer.content.decode()


def test_a_domain_is_made_with_all_that_was_typed(client: Client) -> None:
    fields = {"description": "Ltd.", "tags": "North, big", "quota": "5G", "max_mailboxes": "7", "own_aliases": "2"}
    answer = client.post("/domains/add/", NEW | fields)
    assert (answer.status_code, answer["Location"]) == (302, "/domains/new.example/")
    made = Domain.objects.get(name="new.example")
    assert (made.description, made.tags, made.quota, made.max_mailboxes) == ("Ltd.", ["big", "north"], 5 * 1024**3, 7)
    assert Alias.objects.filter(domain=made).count() == 4
    assert "new.example is there" in client.get(answer["Location"]).content.decode()


def test_a_backup_mx_is_made_with_its_recipients(client: Client) -> None:
    client.post("/domains/add/", {"name": "held.example", "relay": "list"})
    assert Domain.objects.get(name="held.example").kind == "relay"
    client.post("/domains/held.example/recipients/", {"address": "ana@held.example"})
    assert RelayRecipient.objects.get().address == "ana@held.example"
    said(client, "/domains/held.example/recipients/", {"address": "ana@elsewhere.test"})
    client.post("/recipients/ana@held.example/remove/")
    assert not RelayRecipient.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "no spaces.example"},
        {"name": "x" * 300 + ".example"},
        {"name": "<b>x</b>.example"},
        {"name": "new.example\r\nBcc: x@y.test"},
        {"name": "example.org"},
        {"description": "two\nlines"},
        {"description": "x" * 256},
        {"tags": "<script>"},
        {"tags": " ".join(f"t{number}" for number in range(30))},
        {"quota": "much"},
        {"quota": "-1"},
        {"quota": "99999999999999999999P"},
        {"max_mailboxes": "-1"},
        {"max_mailboxes": "1.5"},
        {"max_mailboxes": "9" * 30},
        {"default_mailbox_quota": "2G", "max_mailbox_quota": "1G"},
        {"password_days": "99999"},
        {"relay": "other"},
        {"special_to": ""},
        {"special_to": "ghost@example.org"},
        {"unknown": "1"},
        {"kind": "alias"},
        {"target": "1"},
    ],
)
def test_a_wrong_value_gives_the_form_back_with_all_that_was_typed(client: Client, wrong: dict[str, str]) -> None:
    before = Domain.objects.count()
    page = said(client, "/domains/add/", {"description": "kept as typed", **NEW, **wrong})
    assert "kept as typed" in page or "description" in wrong
    assert 'role="alert"' in page
    assert "<script>" not in page.replace("<script src", "")
    assert Domain.objects.count() == before


def test_a_fault_stands_at_its_field(client: Client) -> None:
    page = said(client, "/domains/add/", NEW | {"name": "example.org"})
    assert 'id="id_name_error"' in page
    assert "here already" in page


def test_what_is_typed_as_html_is_shown_as_text(client: Client) -> None:
    client.post("/domains/example.org/edit/", {"description": "<img src=x onerror=alert(1)>"})
    page = client.get("/domains/").content.decode()
    assert "&lt;img src=x" in page
    assert "<img src=x" not in page


def test_settings_are_changed_and_emptied(client: Client) -> None:
    client.post("/domains/example.org/edit/", {"quota": "2G", "second_factor": "on", "tags": "a b"})
    stored = Domain.objects.get(name="example.org")
    assert (stored.quota, stored.second_factor, stored.tags, stored.max_mailboxes) == (
        2 * 1024**3,
        True,
        ["a", "b"],
        None,
    )


def test_a_limit_below_what_is_there_is_refused_at_its_field(client: Client) -> None:
    page = said(client, "/domains/example.org/edit/", {"max_mailboxes": "1"})
    assert 'id="id_max_mailboxes_error"' in page


def test_a_domain_is_paused_and_resumed_switched_off_and_on(client: Client) -> None:
    for act, field, value in (
        ("pause", "paused", True),
        ("resume", "paused", False),
        ("off", "active", False),
        ("on", "active", True),
    ):
        assert client.post(f"/domains/example.org/switch/{act}/").status_code == 302
        assert getattr(Domain.objects.get(name="example.org"), field) is value
    assert client.get("/domains/example.org/switch/pause/").status_code == 405
    assert client.post("/domains/example.org/switch/destroy/").status_code == 404


def test_a_domain_is_renamed_with_its_mailboxes(client: Client) -> None:
    said(client, "/domains/example.org/rename/", {"new_name": "other.example"})
    answer = client.post("/domains/example.org/rename/", {"new_name": "renamed.example"})
    assert answer["Location"] == "/domains/renamed.example/"
    assert Mailbox.objects.filter(address="bob@renamed.example").exists()


def test_a_removed_domain_comes_back_by_undo(client: Client) -> None:
    said_no = client.post("/domains/example.org/remove/")  # example.net stands for it
    assert said_no.status_code == 409
    client.post("/alias-domains/example.net/remove/")
    answer = client.post("/domains/example.org/remove/", follow=True)
    page = answer.content.decode()
    assert not Domain.objects.filter(name="example.org").exists()
    assert "/bin/restore/?kind=domain&amp;key=example.org" in page
    client.post("/bin/restore/?kind=domain&key=example.org")
    assert Mailbox.objects.filter(address="bob@example.org").exists()


def test_the_next_hop_is_set_and_its_password_kept(client: Client) -> None:
    path = "/domains/example.org/next-hop/"
    client.post(path, {"hop": "mx.far.test:587", "username": "us", "password": "hidden-word"})
    client.post(path, {"hop": "mx2.far.test:587", "username": "us", "password": ""})
    row = Transport.objects.get()
    assert (row.host, row.username, row.password) == ("mx2.far.test", "us", "hidden-word")
    assert "hidden-word" not in client.get(path).content.decode()
    said(client, path, {"hop": "not a host"})
    said(client, path, {"hop": "mx.far.test", "username": "us\nx", "password": "y"})
    client.post(path, {"hop": ""})
    assert not Transport.objects.exists()


def test_an_administrator_of_the_domain_changes_none_of_it(full: World, browser: Browser) -> None:
    client = browser(full.alice)
    for path, data in (
        ("/domains/example.org/edit/", {"quota": "9G"}),
        ("/domains/example.org/switch/pause/", {}),
        ("/domains/example.org/rename/", {"new_name": "mine.example"}),
        ("/domains/example.org/remove/", {}),
        ("/domains/example.org/next-hop/", {"hop": "mx.far.test"}),
        ("/domains/add/", NEW),
        ("/alias-domains/add/", {"name": "mine.example", "target": "example.org"}),
    ):
        assert client.post(path, data).status_code == 403, path
    assert Domain.objects.get(name="example.org").quota == 10**9


def test_dangerous_pages_ask_who_it_is_first(full: World, browser: Browser) -> None:
    client = browser(full.superadmin, confirmed=False)
    for path in (
        "/domains/example.org/remove/",
        "/domains/example.org/rename/",
        "/mailboxes/bob@example.org/password/",
        "/domains/example.org/next-hop/",
    ):
        assert client.post(path)["Location"].startswith("/sudo/"), path


def test_a_form_without_its_token_does_nothing(full: World, browser: Browser) -> None:
    client = browser(full.superadmin, csrf=True)
    assert client.post("/domains/example.org/switch/pause/").status_code == 403
    assert not Domain.objects.get(name="example.org").paused


def test_alias_domains_are_made_changed_and_removed(client: Client) -> None:
    client.post("/alias-domains/add/", {"name": "mirror.example", "target": "example.org", "active": "on"})
    assert Domain.objects.get(name="mirror.example").target == Domain.objects.get(name="example.org")
    for wrong in (
        {"target": "backup.example"},
        {"target": "nowhere.test"},
        {"name": "other.example"},
        {"active": "x", "z": "1"},
    ):
        said(client, "/alias-domains/add/", {"name": "m2.example", "target": "example.org", **wrong})
    client.post("/alias-domains/mirror.example/", {"name": "mirror2.example", "target": "other.example"})
    moved = Domain.objects.get(name="mirror2.example")
    assert (str(moved.target), moved.active) == ("other.example", False)
    page = client.post("/alias-domains/mirror2.example/remove/", follow=True).content.decode()
    assert "kind=alias_domain&amp;key=mirror2.example" in page
    client.post("/bin/restore/?kind=alias_domain&key=mirror2.example")
    assert Domain.objects.filter(name="mirror2.example").exists()


def test_a_stale_page_tells_that_the_thing_is_gone(full: World, client: Client) -> None:
    domains.add(full.root, "gone.example")
    transports.set_(full.root, "gone.example", NextHop("mx.far.test", 25))
    domains.remove(full.root, "gone.example")
    for path in ("edit/", "rename/", "remove/", "next-hop/", "switch/pause/"):
        assert client.post(f"/domains/gone.example/{path}").status_code == 404, path

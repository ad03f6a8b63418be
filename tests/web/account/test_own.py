"""Forwarding, aliases, app passwords: what somebody does for the own mailbox."""

import pytest
from django.urls import reverse

from carteiro.hosting import domains
from carteiro.hosting.models import Alias, AppPassword
from tests.web.conftest import Browser, World

ADD_KEY = "/account/app-passwords/add/"


def _once(page: str) -> str:
    return page.partition('name="once" value="')[2].partition('"')[0]


def test_forwarding_is_set_and_ended(browser: Browser, world: World) -> None:
    client, path = browser(world.bob), "/account/forwarding/"
    client.post(path, {"targets": "x@far.test\r\ny@far.test", "keep_copy": "on"})
    assert Alias.objects.get(address=world.bob).addresses() == [world.bob, "x@far.test", "y@far.test"]
    assert "x@far.test\ny@far.test" in client.get(path).content.decode()
    client.post(path, {"targets": ""})
    assert not Alias.objects.filter(address=world.bob).exists()


@pytest.mark.parametrize("targets", ["nobody", "x@far.test\nRCPT TO:<a>", "no-such@example.org", "a@b.test " * 21])
def test_a_strange_target_is_told_at_its_field(browser: Browser, world: World, targets: str) -> None:
    answer = browser(world.bob).post("/account/forwarding/", {"targets": targets})
    assert answer.status_code == 422
    assert targets.split(maxsplit=1)[0] in answer.content.decode()
    assert not Alias.objects.filter(address=world.bob).exists()


def test_own_aliases_as_many_as_the_domain_allows(browser: Browser, world: World) -> None:
    client, path = browser(world.bob), "/account/aliases/"
    assert client.post(path, {"address": "bobby@example.org"}).status_code == 422
    domains.set_(world.root, "example.org", own_aliases=1)
    assert client.post(path, {"address": "bobby@example.org"}).status_code == 302
    assert client.post(path, {"address": "bobbie@example.org"}).status_code == 422
    for strange in ("alice@example.org", "x@other.example", "postmaster@example.org", "", "a b"):
        assert client.post(path, {"address": strange}).status_code in {403, 422}
    assert Alias.objects.filter(owner__address=world.bob).count() == 1
    assert client.post(reverse("account-alias-remove", args=["bobby@example.org"])).status_code == 302
    assert not Alias.objects.filter(address="bobby@example.org").exists()


def test_an_app_password_is_shown_once_and_made_once(browser: Browser, world: World) -> None:
    client = browser(world.bob)
    form = {"label": "Phone <1>", "protocols": ["imap", "smtp"], "once": _once(client.get(ADD_KEY).content.decode())}
    made = client.post(ADD_KEY, form).content.decode()
    secret = made.partition('<output id="secret">')[2].partition("<")[0]
    assert len(secret) > 15
    assert "Phone &lt;1&gt;" in made
    assert secret not in client.get("/account/app-passwords/").content.decode()
    assert client.post(ADD_KEY, form).status_code == 422
    assert AppPassword.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"), [("label", "a\r\nb"), ("label", ""), ("protocols", []), ("protocols", "ftp")]
)
def test_a_strange_app_password_is_refused(browser: Browser, world: World, field: str, value: str) -> None:
    client = browser(world.bob)
    form = {"label": "Phone", "protocols": ["imap"], "once": _once(client.get(ADD_KEY).content.decode())}
    assert client.post(ADD_KEY, form | {field: value}).status_code == 422
    assert not AppPassword.objects.exists()


def test_making_one_asks_who_it_is(browser: Browser, world: World) -> None:
    assert browser(world.bob, confirmed=False).get(ADD_KEY)["Location"].startswith("/sudo/")

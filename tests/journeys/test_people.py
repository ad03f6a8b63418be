"""People and their rights, second factors, and what they choose for the eye."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.lab.instance import Instance, Person, Town
from tests.web.people.app import code_now

from .browsing import Reader

Open = Callable[..., Reader]


@pytest.fixture(scope="module")
def dora(host: Instance, superadmin: Person) -> Person:
    """Administers harbour.test alone, where she has a mailbox."""
    made = host.add_town("harbour.test", names=("dora", "emil")).people["dora"]
    host.cli("admin", "add", made.address, "--domains", "harbour.test")
    return made


def test_an_administrator_sees_the_own_domain_and_learns_nothing_of_anothers(open_: Open, dora: Person) -> None:
    window = open_()
    window.sign_in(dora, "/domains/")
    assert window.says("harbour.test")
    assert not window.says("town.test")
    assert window.go("/mailboxes/emil@harbour.test/edit/") == 200
    refused = {}
    for domain in ("town.test", "nowhere.test"):
        status = window.go(f"/domains/{domain}/mailboxes/")
        refused[domain] = (status, window.page.locator("main").inner_text().replace(domain, "THAT"))
    assert refused["town.test"] == refused["nowhere.test"]
    assert refused["town.test"][0] == 403
    assert window.go("/administrators/") == 403
    window.told.clear()  # Chromium's console calls every 403 an error


def test_a_user_has_pages_of_the_own_mailbox_alone(open_: Open, town: Town, superadmin: Person) -> None:
    window = open_()
    window.sign_in(town.charlie)
    assert window.path == "/account/"
    assert window.go("/domains/") == 403
    assert window.go(f"/mailboxes/{town.bob.address}/vacation/") == 403
    window.told.clear()


def test_a_password_and_a_code_of_an_app(open_: Open, town: Town, superadmin: Person) -> None:
    window = open_()
    window.sign_in(town.charlie, "/account/security/app/")
    secret = window.page.locator(".steps code").inner_text()
    window.page.locator("#id_code").fill(code_now(secret))
    window.press("Set up")
    recovery = window.page.locator(".codes code").first.inner_text()
    window.context.clear_cookies()
    window.sign_in(town.charlie, "/account/security/")
    assert window.path == "/sign-in/second/"
    window.page.locator("#id_code").fill("000000")
    window.press("Go on")
    assert window.path == "/sign-in/second/"
    window.page.locator("#id_code").fill(recovery)
    window.press("Go on")
    assert window.path == "/account/security/"
    window.press("Remove")
    assert window.says("None is set up.")
    window.told.clear()  # the 422 of the wrong code


def test_a_password_and_a_security_key(open_: Open, town: Town, superadmin: Person) -> None:
    window = open_()
    plug_in_a_key(window)
    window.sign_in(town.bob, "/account/security/key/")
    window.page.get_by_label("Name of the key").fill("Yellow key")
    window.page.get_by_role("button", name="Set up").click()
    window.page.get_by_role("link", name="I have them").click()
    expect(window.page.get_by_text("Yellow key")).to_be_visible()
    window.context.clear_cookies()
    window.sign_in(town.bob, "/account/security/")
    window.page.get_by_role("button", name="Use the security key").click()
    window.page.wait_for_url("**/account/security/")
    window.press("Remove")
    assert window.says("None is set up.")


def test_language_and_theme_are_chosen_and_stay(open_: Open, town: Town, superadmin: Person) -> None:
    window = open_()
    window.sign_in(town.charlie)
    light = background(window)
    window.page.locator(".account summary").click()
    window.press("Dark")
    assert background(window) != light
    window.page.locator(".account summary").click()
    window.press("Português Brasileiro")
    assert window.page.locator("html").get_attribute("lang") == "pt-br"
    window.go("/account/vacation/")
    assert background(window) != light
    assert window.page.locator("html").get_attribute("lang") == "pt-br"


@pytest.mark.parametrize(("locale", "shown"), [("pt-BR", "pt-br"), ("en-GB", "en"), ("de-DE", "en")])
def test_the_language_is_the_browsers_where_there_is_it(open_: Open, locale: str, shown: str) -> None:
    window = open_(locale=locale)
    window.go("/sign-in/")
    assert window.page.locator("html").get_attribute("lang") == shown


def test_signing_in_with_the_keyboard_alone(open_: Open, town: Town, superadmin: Person) -> None:
    window = open_()
    window.go("/sign-in/")
    window.type_into("id_address", town.charlie.address)
    window.type_into("id_password", town.charlie.password)
    window.send()
    assert window.path == "/account/"
    window.page.keyboard.press("Tab")
    assert re.search("Skip", window.page.evaluate("document.activeElement.innerText"))
    window.page.keyboard.press("Enter")
    assert window.page.evaluate("document.activeElement.id") == "main"


def plug_in_a_key(window: Reader) -> None:
    """A virtual authenticator (https://chromedevtools.github.io/devtools-protocol/tot/WebAuthn/)."""
    session = window.context.new_cdp_session(window.page)
    session.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "usb", "automaticPresenceSimulation": True, "isUserVerified": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": key | {"hasUserVerification": True}})


def background(window: Reader) -> str:
    return str(window.page.evaluate("getComputedStyle(document.body).backgroundColor"))

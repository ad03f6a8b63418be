"""Signing in and keeping an account safe, in Debian's Chromium: keys and codes."""

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.web.conftest import PASSWORD

ADDRESS = "127.0.45.1"
NAME = "mail.carteiro.test"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The site's address, and its certificate's fingerprint."""
    place = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "tests.web.people.serve", str(place), ADDRESS]
    log = place / "server.log"
    with (
        log.open("w") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, log.read_text()
        port, fingerprint = line.split()
        yield f"https://{NAME}:{port}", fingerprint
        process.terminate()


@pytest.fixture(scope="module")
def chromium(server: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    trust = f"--ignore-certificate-errors-spki-list={server[1]}"
    names = f"--host-resolver-rules=MAP {NAME} {ADDRESS}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", trust, names])
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser, server: tuple[str, str]) -> Iterator[BrowserContext]:
    context = chromium.new_context(base_url=server[0], locale="en")
    yield context
    context.close()


def page_with_key(context: BrowserContext) -> tuple[Page, list[str]]:
    """A page in a browser that has a key plugged in, and what its console complains of."""
    context.set_default_timeout(15_000)
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    key = {"protocol": "ctap2", "transport": "usb", "automaticPresenceSimulation": True, "isUserVerified": True}
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": key | {"hasUserVerification": True}})
    return page, told


def sign_in(page: Page, address: str = "bob@example.org") -> None:
    page.goto("/sign-in/?next=/account/security/")
    page.get_by_label("E-mail address").fill(address)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile("/account/security/|/second/"))


def test_a_security_key_is_set_up_asked_for_and_removed(context: BrowserContext) -> None:
    page, told = page_with_key(context)
    sign_in(page)
    page.goto("/account/security/key/")
    page.get_by_label("Name of the key").fill("Yellow key")
    page.get_by_role("button", name="Set up").click()
    codes = page.locator(".codes code")
    codes.first.wait_for()
    assert codes.count() == 10
    page.get_by_role("link", name="I have them").click()
    assert page.get_by_text("Yellow key").is_visible()
    context.clear_cookies()
    sign_in(page)
    assert "/sign-in/second/" in page.url
    page.goto("/account/security/")
    assert "/sign-in/" in page.url, "the password alone is not enough"
    sign_in(page)
    page.get_by_role("button", name="Use the security key").click()
    page.wait_for_url("**/account/security/")
    page.get_by_role("button", name="Remove").click()
    page.get_by_text("None is set up.").wait_for()
    assert told == []


def test_another_key_lets_nobody_in(context: BrowserContext, chromium: Browser, server: tuple[str, str]) -> None:
    page, _ = page_with_key(context)
    sign_in(page)
    page.goto("/account/security/key/")
    page.get_by_role("button", name="Set up").click()
    page.locator(".codes code").first.wait_for()
    stranger = chromium.new_context(base_url=server[0], locale="en")
    other, _ = page_with_key(stranger)
    sign_in(other)
    other.get_by_role("button", name="Use the security key").click()
    other.get_by_text("The browser got no answer from a key").wait_for()
    other.goto("/account/security/")
    assert "/sign-in/" in other.url
    stranger.close()
    page.goto("/account/security/")
    page.get_by_role("button", name="Remove").click()
    page.get_by_text("None is set up.").wait_for()

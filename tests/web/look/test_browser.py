"""The gallery in Debian's Chromium: nothing is blocked, nothing is too wide, axe finds no serious fault."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

GALLERY = "/gallery/?q=ali"
OTHERS = ("/gallery/part/?name=bare", "/gallery/part/?name=error", "/gallery/part/?name=question")
SEEN = [(GALLERY, width, scheme) for width in (360, 1280) for scheme in ("light", "dark")]
SEEN += [(path, width, scheme) for path in OTHERS for width, scheme in ((360, "dark"), (1280, "light"))]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the gallery is: in a process of its own, since Playwright's event loop keeps Django's queries off."""
    command = [sys.executable, "-m", "tests.web.look.serve", "127.0.44.1:0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip().removesuffix("/gallery/")
        process.terminate()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


def opened(chromium: Browser, url: str, **options: object) -> tuple[Page, list[str]]:
    page = chromium.new_context(**options).new_page()  # type: ignore[arg-type]
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on(
        "request", lambda request: told.append(request.url) if not request.url.startswith("http://127.0.44.1") else None
    )
    page.goto(url)
    page.wait_for_load_state("networkidle")
    return page, told


@pytest.mark.parametrize(("path", "width", "scheme"), SEEN)
def test_pages_are_for_everybody(chromium: Browser, address: str, path: str, width: int, scheme: str) -> None:
    size = {"width": width, "height": 800}
    page, told = opened(chromium, address + path, viewport=size, color_scheme=scheme)
    assert told == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.context.close()
    page, _told = opened(chromium, address + path, viewport=size, color_scheme=scheme, bypass_csp=True)
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    faults = [each for each in Axe().run(page).response["violations"] if each["impact"] in {"serious", "critical"}]
    assert [(each["id"], each["nodes"][0]["html"]) for each in faults] == []
    page.context.close()


def test_a_search_is_live_and_in_the_address(chromium: Browser, address: str) -> None:
    page, told = opened(chromium, f"{address}/gallery/")
    with page.expect_response(lambda answer: "q=car" in answer.url):
        page.fill("[type=search]", "carla")
    page.wait_for_url("**/gallery/?q=carla")
    assert page.evaluate("document.activeElement.name") == "q"
    assert page.locator("#listing tbody tr").count() == 11
    page.go_back()
    page.wait_for_url("**/gallery/")
    assert told == []
    page.context.close()


def test_whoever_is_signed_out_meanwhile_is_not_shown_a_page_within_the_page(chromium: Browser, address: str) -> None:
    page, _told = opened(chromium, f"{address}/gallery/")
    page.route("**/gallery/?q=carla", lambda route: route.fulfill(body="<!doctype html><title>Sign in</title>"))
    page.fill("[type=search]", "carla")
    expect(page).to_have_title("Sign in")
    page.context.close()


def test_without_scripts_a_search_and_a_choice_of_rows_work(chromium: Browser, address: str) -> None:
    page, _told = opened(chromium, f"{address}/gallery/", java_script_enabled=False)
    page.fill("[type=search]", "carla")
    page.click(".filters .go")
    assert page.url.endswith("/gallery/?q=carla&state=")
    assert not page.locator(".bulk").is_visible()
    page.locator(".pick input[name=chosen]").first.check()
    assert page.locator(".bulk").is_visible()
    page.context.close()


def test_a_question_opens_above_the_page_and_leaves_it_again(chromium: Browser, address: str) -> None:
    page, told = opened(chromium, f"{address}/gallery/?q=ali")
    page.locator("td.act summary").first.click()
    page.locator("a[data-dialog]").first.click()
    page.wait_for_selector("dialog[open]")
    assert "/part/" in (page.locator("dialog form").get_attribute("action") or "")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog", state="detached")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    assert told == []
    page.context.close()


def test_the_menu_of_a_telephone_opens_and_closes(chromium: Browser, address: str) -> None:
    page, told = opened(chromium, f"{address}/gallery/", viewport={"width": 360, "height": 740})
    assert not page.locator("#navigation").is_visible()
    page.locator(".opener").click()
    assert page.locator("#navigation").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#navigation").is_visible()
    assert told == []
    page.context.close()


def test_a_form_is_sent_once_however_often_it_is_clicked(chromium: Browser, address: str) -> None:
    page, _told = opened(chromium, f"{address}/gallery/?q=ali")
    page.fill("#id_address", "a@example.org")
    page.fill("#id_password", "x")
    page.fill("#id_quota", "2G")
    page.locator("form.form .submit button").dblclick()
    page.wait_for_selector(".toast")
    assert "The mailbox is in the bin" in page.locator(".toasts").inner_text()
    page.context.close()

"""Debian's Chromium in front of an instance, and what it complains of."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request

from tests.lab.certificate import fingerprint
from tests.lab.instance import Instance, Person

QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run")
SECONDS = 15


@contextmanager
def chromium_for(playwright: Playwright, host: Instance) -> Iterator[Browser]:
    """A browser that trusts the instance's certificate and finds its name."""
    trust = f"--ignore-certificate-errors-spki-list={fingerprint(host.directory / 'tls' / 'host.crt')}"
    names = f"--host-resolver-rules=MAP {host.hostname} {host.address}"
    browser = playwright.chromium.launch(
        executable_path="/usr/bin/chromium", args=["--no-sandbox", *QUIET, trust, names]
    )
    try:
        yield browser
    finally:
        browser.close()


@dataclass
class Reader:
    """Somebody in front of one browser window; `told` is what should never be: errors, violations, strangers."""

    context: BrowserContext
    page: Page
    host: str
    told: list[str] = field(default_factory=list)

    def go(self, path: str) -> int:
        """Open a page; gives its status."""
        answer = self.page.goto(path)
        assert answer is not None, path
        return answer.status

    def wait_for_parts(self) -> None:
        """Until what the page asks for by itself (htmx) is there."""
        self.page.wait_for_function("document.readyState === 'complete' && !document.querySelector('.htmx-request')")

    def press(self, name: str) -> None:
        """Press the button of that name and wait for the page that answers."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).click()

    def type_into(self, field: str, text: str) -> None:
        """With the keyboard alone: go on with Tab as far as the field of that id, and type."""
        for _ in range(20):
            if self.page.evaluate("document.activeElement.id") == field:
                self.page.keyboard.type(text)
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {field}")

    def send(self) -> None:
        """Press Enter in a form and wait for the page that answers."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def sign_in(self, person: Person, goal: str = "/") -> None:
        """Give address and password."""
        self.go(f"/sign-in/?next={goal}")
        self.page.locator("#id_address").fill(person.address)
        self.page.locator("#id_password").fill(person.password)
        self.press("Sign in")

    def says(self, text: str) -> bool:
        """Whether the page shows that text."""
        return text in self.page.locator("body").inner_text()

    @property
    def path(self) -> str:
        """The page that is open."""
        return urlsplit(self.page.url).path

    @property
    def too_wide(self) -> bool:
        """Whether the page scrolls sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))

    def faults(self, *rules: str) -> list[tuple[str, str]]:
        """What axe finds serious on the open page, by all of its rules or by these."""
        options: dict[str, Any] = {"resultTypes": ["violations"]}
        if rules:
            options["runOnly"] = {"type": "rule", "values": list(rules)}
        # Its script is half a megabyte; once in a page is enough.
        axe = Axe("0") if self.page.evaluate("'axe' in window") else Axe()
        found = axe.run(self.page, options=options).response["violations"]
        return [(each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in {"serious", "critical"}]

    def _note(self, message: ConsoleMessage) -> None:
        # Chromium's own page about one that did not load: `go` raises for that, and this message may come late.
        if message.type == "error" and not self.page.url.startswith("chrome-error:"):
            self.told.append(f"{self.page.url}: {message.text}")

    def _look_at(self, request: Request) -> None:
        if urlsplit(request.url).netloc != self.host:
            self.told.append(f"{self.page.url}: asks {request.url}")


@contextmanager
def reader(chromium: Browser, host: Instance, **options: Any) -> Iterator[Reader]:
    """A window without any cookies, in English unless said otherwise."""
    options = {"locale": "en", "color_scheme": "light", "reduced_motion": "reduce"} | options
    context = chromium.new_context(base_url=f"https://{host.hostname}", **options)
    context.set_default_timeout(SECONDS * 1000)
    made = Reader(context, context.new_page(), host.hostname)
    made.page.on("console", made._note)
    made.page.on("pageerror", lambda error: made.told.append(f"{made.page.url}: {error}"))
    made.page.on("request", made._look_at)
    try:
        yield made
    finally:
        context.close()

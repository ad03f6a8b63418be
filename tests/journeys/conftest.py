"""One instance with its panel, a town on it, and a browser."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.lab.dns import ADDRESS as NAMESERVER
from tests.lab.dns import LabDNS
from tests.lab.instance import Instance, Person, Town, running

from .browsing import Reader, chromium_for, reader

# Playwright keeps an event loop in this thread from the first browser to the last, and Django would refuse the database
# to whatever tests come after in the same run.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

HERE = Path(__file__).parent
NAME = "mail.journeys.test"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of this directory are lab tests."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.lab)


@pytest.fixture(scope="session")
def host(lab_dns: LabDNS) -> Iterator[Instance]:
    """The instance whose panel is visited."""
    lab_dns.add_host(NAME, "127.0.43.1")
    with running(Instance("127.0.43.1", NAME, NAMESERVER, web=True)) as instance:
        yield instance


@pytest.fixture(scope="module")
def chromium(host: Instance) -> Iterator[Browser]:
    """No longer than a module: while Playwright's event loop is there, Django does no query in this thread."""
    with sync_playwright() as playwright, chromium_for(playwright, host) as browser:
        yield browser


@pytest.fixture
def open_(chromium: Browser, host: Instance) -> Iterator[Callable[..., Reader]]:
    """Opens windows; at the end nothing may have been told in any of them."""
    with ExitStack() as stack:
        opened: list[Reader] = []

        def one(**options: Any) -> Reader:
            opened.append(stack.enter_context(reader(chromium, host, **options)))
            return opened[-1]

        yield one
        assert [told for each in opened for told in each.told] == []


@pytest.fixture(scope="session")
def town(host: Instance, lab_dns: LabDNS) -> Town:
    """Alice, Bob and Charlie."""
    lab_dns.add_mail_domain("town.test", NAME)
    return host.add_town("town.test")


@pytest.fixture(scope="session")
def link(host: Instance) -> list[str]:
    """The link for the first superadmin, as long as nobody took it."""
    return [host.cli("admin", "link")["link"]]


@pytest.fixture(scope="module")
def superadmin(town: Town, link: list[str], host: Instance, chromium: Browser) -> Person:
    """Alice, who took the link that the machine's owner was shown: with the keyboard alone."""
    alice = town.alice
    if not link:
        return alice
    place = link.pop()
    with reader(chromium, host) as window:
        window.go(place)
        for name, text in (("address", alice.address), ("new", alice.password), ("again", alice.password)):
            window.type_into(f"id_{name}", text)
        window.send()
        assert window.path == "/", window.page.inner_text("body")
        assert window.go(place) == 404
        window.go("/administrators/")
        assert window.says(alice.address)
    return alice


@pytest.fixture(scope="module")
def signed_in(superadmin: Person, host: Instance, chromium: Browser) -> Any:
    """The superadmin's cookies."""
    with reader(chromium, host) as window:
        window.sign_in(superadmin)
        assert window.path == "/"
        return window.context.storage_state()

"""Every page there is: for everybody, on every screen, and light."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import playwright.sync_api
import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from carteiro.web.people.pages import NEEDS
from tests.lab.clients import deliver, letter
from tests.lab.dns import LabDNS
from tests.lab.instance import Instance, Person, Town
from tests.web import rights

from .browsing import Reader, reader

PAGES = rights.patterns()
OPEN = ("sign-in", "forgotten")
# Files, not pages.
FILES = {"export", "log-export", "account-profile"}
FIRST_BYTES, LATER_BYTES = 60_000, 15_000
ADMIN = "warden@town.test"
PLACES: dict[str, Any] = {
    "domain": "town.test",
    "address": "bob@town.test",
    "admin": ADMIN,
    "name": "postfix",
    "act": "pause",
    "alias": "nick@town.test",
}
# Where a page is about something else than its route's parameter says.
OTHERS = {
    "alias": {"address": "team@town.test"},
    "alias-remove": {"address": "team@town.test"},
    "alias-domain": {"domain": "village.test"},
    "alias-domain-remove": {"domain": "village.test"},
    "domain-recipients": {"domain": "far.test"},
    "recipient-remove": {"address": "someone@far.test"},
}


# It takes forms alone, and answers a link with an empty page, which Chromium calls a failure.
_FORMS_ALONE = "ERR_HTTP_RESPONSE_CODE_FAILURE"


@dataclass(frozen=True)
class Things:
    """What there is one of: the message that waits in the queue, and numbers by the beginnings of pages' names."""

    queue_id: str
    numbers: Mapping[str, int]

    def path(self, name: str) -> str:
        """The address of the page of that name, about one of these things."""
        number = next((number for begin, number in self.numbers.items() if name.startswith(begin)), 1)
        places = PLACES | {"queue_id": self.queue_id, "number": number} | OTHERS.get(name, {})
        wanted = re.findall(r"<(?:\w+:)?(\w+)>", str(PAGES[name].pattern))
        return reverse(name, kwargs={each: places[each] for each in wanted})


@pytest.fixture(scope="module")
def things(host: Instance, town: Town, superadmin: Person, lab_dns: LabDNS) -> Things:
    """One of each thing that a page may be about."""
    host.cli("alias", "add", "team@town.test", town.bob.address, town.charlie.address)
    host.cli("alias-domain", "add", "village.test", "town.test")
    lab_dns.add_host("mx.far.test", "127.0.43.9")  # where nobody listens
    lab_dns.add_mail_domain("far.test", "mx.far.test")
    host.cli("domain", "add", "far.test", "--relay", "list")
    host.cli("relay-recipient", "add", "someone@far.test")
    host.cli("admin", "add", ADMIN, "--domains", "town.test", "--password-stdin", stdin="four small words\n")
    deliver(host, letter("It has to wait", "a@world.test", "someone@far.test"), "a@world.test", "someone@far.test")
    deadline = time.monotonic() + 20
    while not (waiting := [each for each in host.cli("queue", "list") if "someone@far.test" in str(each)]):
        assert time.monotonic() < deadline, host.log("mail.log")
        time.sleep(0.2)
    command = (sys.executable, "-m", "tests.journeys.furnishing", str(host.directory))
    made = subprocess.run((*command, superadmin.address, town.bob.address), capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return Things(str(waiting[0]["id"]), json.loads(made.stdout))


@pytest.fixture(scope="module", params=["en", "pt-BR"])
def window(request: pytest.FixtureRequest, chromium: Browser, host: Instance, signed_in: Any) -> Iterator[Reader]:
    with reader(chromium, host, locale=request.param, storage_state=signed_in) as made:
        yield made


@pytest.mark.parametrize("name", sorted(NEEDS.keys() - FILES))
def test_a_page_is_for_everybody(window: Reader, name: str, things: Things) -> None:
    window.told.clear()
    look_in_light(window)
    try:
        status = window.go(things.path(name))
    except playwright.sync_api.Error as error:
        assert _FORMS_ALONE in str(error)
        return
    assert status == 200
    window.wait_for_parts()
    assert window.told == []
    window.page.evaluate("document.querySelectorAll('details:not(.menu)').forEach((each) => (each.open = true))")
    assert window.faults() == []
    look_in_the_dark_on_a_telephone(window)
    assert window.faults("color-contrast", "scrollable-region-focusable", "target-size") == []
    assert not window.too_wide


def look_in_light(window: Reader) -> None:
    window.page.emulate_media(color_scheme="light")
    window.page.set_viewport_size({"width": 1280, "height": 800})


def look_in_the_dark_on_a_telephone(window: Reader) -> None:
    window.page.emulate_media(color_scheme="dark")
    window.page.set_viewport_size({"width": 360, "height": 740})


@pytest.mark.parametrize("name", OPEN)
@pytest.mark.parametrize("locale", ["en", "pt-BR"])
def test_the_entrance_is_for_everybody(open_: Callable[..., Reader], name: str, locale: str) -> None:
    window = open_(locale=locale)
    window.go(reverse(name))
    assert window.faults() == []
    look_in_the_dark_on_a_telephone(window)
    assert window.faults("color-contrast") == []
    assert not window.too_wide


@pytest.mark.parametrize("name", ["start", "domains", "mailboxes", "mailbox", "mailbox-add", "log", "account"])
def test_a_page_is_light(open_: Callable[..., Reader], name: str, things: Things, signed_in: Any) -> None:
    window = open_(storage_state=signed_in)
    sizes: list[int] = []
    session = window.context.new_cdp_session(window.page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    window.go(things.path(name))
    window.page.wait_for_load_state("networkidle")
    first = sum(sizes)
    sizes.clear()
    window.go(things.path(name))
    window.page.wait_for_load_state("networkidle")
    assert 0 < first < FIRST_BYTES
    assert 0 < sum(sizes) < LATER_BYTES

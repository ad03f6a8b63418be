"""Every page against every role: who may not gets 403, and nothing leaks."""

import re

import pytest
from django.urls import reverse

from carteiro.hosting.access import ALWAYS, OWN, SWITCHED, Right
from carteiro.hosting.models import Change, Switch
from carteiro.web.people.pages import NEEDS
from carteiro.web.people.urls import ENTRANCE
from tests.web import rights
from tests.web.conftest import Browser, World

# Every page asks every database in its own tests; this is about rights.
pytestmark = pytest.mark.database("sqlite")

# What a route is about: the domain of Alice, and the mailbox of Bob in it.
PLACES = {
    "domain": "example.org",
    "address": "bob@example.org",
    "admin": "alice@example.org",
    "number": 1,
    "secret": "x",
}
ELSEWHERE = PLACES | {"domain": "nowhere.example", "address": "nobody@nowhere.example"}
# For anybody: the entrance, what a reader chooses for the eye, and what mail programs ask before they know a password.
OPEN = {pattern.name for pattern in ENTRANCE} | {"look-theme", "look-language"}
OPEN |= {"autoconfig", "autoconfig-below", "autodiscover", "autodiscover-capital"}
_DOMAIN_ADMIN = ALWAYS.union(*(rights for switch, rights in SWITCHED.items() if switch != Switch.SPECIAL_ALIASES))
PAGES = rights.patterns()


def path(name: str, places: dict[str, object] = PLACES) -> str:
    needed = re.findall(r"<(?:\w+:)?(\w+)>", str(PAGES[name].pattern))
    return reverse(name, kwargs={place: places.get(place, "x") for place in needed})


def is_about_something(name: str) -> bool:
    return bool({"domain", "address"} & set(re.findall(r"<(?:\w+:)?(\w+)>", str(PAGES[name].pattern))))


def allowed(role: str, name: str) -> bool:
    """Whether a role may open a page, said once more and in other words than the program does."""
    right = NEEDS[name]
    if right is None or role == "superadmin":
        return True
    if role == "alice":
        return right in _DOMAIN_ADMIN
    if role == "charlie":  # administers another domain
        return right in _DOMAIN_ADMIN and not is_about_something(name)
    own = "address" in re.findall(r"<(?:\w+:)?(\w+)>", str(PAGES[name].pattern)) or not is_about_something(name)
    return right in OWN and own


def test_every_address_has_a_right_or_is_known_to_be_open() -> None:
    assert set(PAGES) == set(NEEDS) | OPEN
    assert not set(NEEDS) & OPEN


@pytest.mark.parametrize("role", ["superadmin", "alice", "charlie", "bob"])
def test_a_role_opens_its_pages_and_no_others(role: str, browser: Browser, world: World) -> None:
    client = browser(getattr(world, role))
    client.raise_request_exception = False  # a page that breaks is named like one that is open to the wrong ones
    before = Change.objects.count()
    wrong = []
    for name in sorted(NEEDS):
        # Who may not, may not by POST either; who may is asked with GET alone, which changes nothing.
        answers = [client.get(path(name))]
        if not allowed(role, name):
            answers.append(client.post(path(name)))
        for answer in answers:
            refused = answer.status_code in {403, 404} if not allowed(role, name) else answer.status_code != 403
            if not refused or answer.status_code >= 500:
                wrong.append((name, answer.status_code))
    assert wrong == []
    assert Change.objects.count() == before


def test_nobody_gets_past_the_sign_in(browser: Browser, world: World) -> None:
    for name in sorted(NEEDS):
        for answer in (browser().get(path(name)), browser().post(path(name))):
            assert answer.status_code == 302, name
            assert answer["Location"].startswith("/sign-in/?next="), name


@pytest.mark.parametrize("role", ["charlie", "bob"])
def test_what_is_not_ones_own_looks_as_if_it_were_not_there(role: str, browser: Browser, world: World) -> None:
    client = browser(getattr(world, role))
    for name in sorted(NEEDS):
        if not is_about_something(name) or allowed(role, name):
            continue
        there, not_there = (client.get(path(name, places)) for places in (PLACES, ELSEWHERE))
        shown = [
            re.sub(r'value="\w{64}"', "", answer.content.decode())
            .replace("bob@example.org", "THING")
            .replace("nobody@nowhere.example", "THING")
            .replace("example.org", "THING")
            .replace("nowhere.example", "THING")
            for answer in (there, not_there)
        ]
        assert there.status_code == not_there.status_code, name
        if role == "charlie":
            assert shown[0] == shown[1], name


@pytest.mark.parametrize("document", list(rights.DOCUMENTS), ids=lambda document: document.name)
def test_the_table_in_the_documents_is_that_of_the_program(document: "rights.Path") -> None:
    assert rights.written(document) == rights.table(rights.DOCUMENTS[document])


def test_every_right_of_a_page_is_one_that_somebody_below_a_superadmin_can_lack() -> None:
    assert {right for right in NEEDS.values() if right is not None} <= set(Right)

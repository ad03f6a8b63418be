"""Every link of every page leads to a page that the person may open: nobody is offered what is refused."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import resolve

from carteiro.hosting import admins
from carteiro.hosting.models import Switch
from tests.web.conftest import Browser, World
from tests.web.test_language import ASK_THE_WORKER

# One page of a kind is enough for what only differs by what is asked for in the address.
_MOST_OF_A_KIND = 6


class _Links(HTMLParser):
    """Where the links of a page lead."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and (place := dict(attrs).get("href")):
            self.found.append(place)


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("switch", [*Switch.values, "none", "all"])
def test_an_administrator_is_offered_what_the_switches_give(browser: Browser, furnished: World, switch: str) -> None:
    switches = {"none": [], "all": Switch.values}.get(switch, [switch])
    admins.set_(furnished.root, furnished.charlie, domains={"example.org": switches})
    assert dead_ends(browser(furnished.charlie)) == {}


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("person", ["superadmin", "alice", "bob"])
def test_nobody_is_offered_what_is_refused(browser: Browser, furnished: World, person: str) -> None:
    assert dead_ends(browser(getattr(furnished, person))) == {}


def dead_ends(client: Client) -> dict[str, str]:
    """The links that lead nowhere with the page that has them and what is answered, from the first page on."""
    client.raise_request_exception = False
    wrong: dict[str, str] = {}
    kinds: dict[str, int] = {}
    seen, waiting = {"/"}, [("/", "")]
    while waiting:
        place, origin = waiting.pop(0)
        name = resolve(place.partition("?")[0]).url_name or ""
        kinds[name] = kinds.get(name, 0) + 1
        if name in ASK_THE_WORKER or kinds[name] > _MOST_OF_A_KIND:
            continue
        answer = client.get(place, follow=True)
        if answer.status_code != 200:
            wrong[place] = f"{answer.status_code} from {origin}"
            continue
        for link in links_of(answer.getvalue().decode(), place) - seen:
            seen.add(link)
            waiting.append((link, place))
    assert len(seen) > 10
    return wrong


def links_of(page: str, place: str) -> set[str]:
    """The pages of ours that a page leads to."""
    reader = _Links()
    reader.feed(page)
    path = place.partition("?")[0]
    found = (path + each if each.startswith("?") else each for each in reader.found)
    return {each for each in found if re.match(r"/(?!static/)", each)}

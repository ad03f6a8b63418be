"""Every form of every page with what it should not get: nothing breaks, and nothing that was typed is lost."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from carteiro.web import live
from carteiro.web.people.pages import NEEDS
from tests.web.conftest import Browser, World
from tests.web.forms_of_pages import PageForm, forms_of
from tests.web.test_language import PAGES, PLACES

# What databases differ in.
STORED = {
    "too long": "x" * 70_000,
    "a zero byte": "a\0b",
    "a wrong number": "-99999999999999999999",
    "strange letters": "\u202e\U0001f600\ufffe\u0085\u2028x",
}
SHOWN = {
    "HTML": "<script>alert(1)</script>\"'><b>",
    "a header": "Good day\r\nBcc: everybody@example.org",
    "nothing": "",
    "places of templates": "%s %(x)s {0} {x} ${7*7} {{ 7*7 }} \\",
    "a path": "../../../etc/passwd",
}
# Of the frame, what ends what the other forms need, and what waits long for a worker.
LEFT_OUT = re.compile(r"^/look/|^/sign-out/|/remove/|/reset/|/sessions/|/restart/")


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live.answer_to, "__defaults__", (0.05,))


@pytest.mark.parametrize("person", ["superadmin", "bob"])
@pytest.mark.parametrize("kind", STORED)
def test_no_form_breaks_what_is_stored(browser: Browser, world: World, person: str, kind: str) -> None:
    assert what_goes_wrong(browser(getattr(world, person)), STORED[kind]) == {}


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("person", ["superadmin", "bob"])
@pytest.mark.parametrize("kind", SHOWN)
def test_no_form_breaks_and_none_forgets_what_was_typed(browser: Browser, world: World, person: str, kind: str) -> None:
    assert what_goes_wrong(browser(getattr(world, person)), SHOWN[kind]) == {}


def what_goes_wrong(client: Client, value: str) -> dict[str, str]:
    """What should not be, by the addresses of forms, when that is typed into every field of every page."""
    client.raise_request_exception = False
    forms = [each for name in sorted(NEEDS) for each in forms_at(client, path(name))]
    assert len(forms) > 10
    told = {address: what_is_wrong(client, address, form, value) for address, form in forms}
    return {address: wrong for address, wrong in told.items() if wrong}


def path(name: str) -> str:
    """The address of the page of that name, about something that is there."""
    wanted = re.findall(r"<(?:\w+:)?(\w+)>", str(PAGES[name].pattern))
    return reverse(name, kwargs={place: PLACES.get(place, "x") for place in wanted})


def forms_at(client: Client, address: str) -> list[tuple[str, PageForm]]:
    """The forms of a page, each with where it is sent to; none where there is no such page for this person."""
    answer = client.get(address)
    if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
        return []
    found = [(form.action or address, form) for form in forms_of(answer.content.decode())]
    return [(place, form) for place, form in found if not LEFT_OUT.search(place)]


def what_is_wrong(client: Client, address: str, form: PageForm, value: str) -> str:
    """What should not be after a value was typed into every field and the form was sent; empty if all is well."""
    answer = client.post(address, form.kept | dict.fromkeys(form.typed, value))
    page = answer.content.decode()
    if answer.status_code >= 500:
        return f"it breaks with {answer.status_code}"
    if "<script>alert" in page:
        return "what was typed is part of the page"
    if answer.status_code != 422:
        return ""
    back = [each for each in forms_of(page) if form.typed.keys() <= each.typed.keys()]
    shown = back[0].typed if back else {}
    lost = sorted(name for name in form.typed.keys() - form.passwords if plain(shown.get(name)) != plain(value))
    return f"it lost {lost}" if lost else ""


def plain(text: str | None) -> str | None:
    """A text as HTML carries it: line ends are all the same, and the first one in a field does not count."""
    return None if text is None else text.replace("\r\n", "\n").strip("\n")

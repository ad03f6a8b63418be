"""Broadcasts and the message of the day: superadmins' alone, with previews, progress and a stop."""

import pytest

from carteiro.hosting import broadcasts
from carteiro.hosting.models import Broadcast, Text
from tests.web.conftest import Browser, World

ADD = "/broadcasts/add/"
GOOD = {
    "subject": "Maintenance",
    "text": "Tonight.",
    "from_name": "The host",
    "from_address": "alice@example.org",
    "domains": "example.org",
}


def _form(client: object, **changed: str) -> dict[str, str]:
    page = client.get(ADD).content.decode()  # type: ignore[attr-defined]
    return GOOD | {"once": page.partition('name="once" value="')[2].partition('"')[0]} | changed


def test_one_is_handed_to_the_worker_and_stopped(browser: Browser, world: World) -> None:
    client = browser(world.superadmin)
    answer = client.post(ADD, _form(client))
    row = Broadcast.objects.get()
    assert answer["Location"] == f"/broadcasts/{row.pk}/"
    assert row.total == 2
    list(broadcasts.under_way())
    assert "Is being sent" in client.get(f"/broadcasts/{row.pk}/").content.decode()
    client.post(f"/broadcasts/{row.pk}/stop/")
    row.refresh_from_db()
    assert row.state == "stopped"
    assert client.post(f"/broadcasts/{row.pk}/stop/").status_code == 409
    client.post(f"/broadcasts/{row.pk}/resume/")
    assert "Maintenance" in client.get("/broadcasts/").content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", "a\r\nBcc: b@example.org"),
        ("subject", ""),
        ("text", "  "),
        ("from_name", "a\nb"),
        ("from_address", "stranger@far.test"),
        ("from_address", "no-such@example.org"),
        ("domains", "no-such.example"),
        ("domains", "a b <c>"),
        ("domains", ""),
        ("state", "done"),
    ],
)
def test_a_fault_comes_back_at_its_field_with_what_was_typed(
    browser: Browser, world: World, field: str, value: str
) -> None:
    client = browser(world.superadmin)
    answer = client.post(ADD, _form(client, **{field: value}))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field if field in GOOD else "__all__"]
    assert not Broadcast.objects.exists()


def test_a_double_click_sends_it_once(browser: Browser, world: World) -> None:
    client = browser(world.superadmin)
    form = _form(client)
    assert [client.post(ADD, form).status_code for _ in range(2)] == [302, 422]
    assert Broadcast.objects.count() == 1


@pytest.mark.parametrize("path", ["/broadcasts/", ADD, "/broadcasts/1/", "/notice/"])
def test_they_are_for_superadmins(browser: Browser, world: World, path: str) -> None:
    for person in (world.alice, world.bob, world.charlie):
        assert browser(person).get(path).status_code == 403


def test_the_message_of_the_day_stands_on_the_pages_of_its_readers(browser: Browser, world: World) -> None:
    client = browser(world.superadmin)
    typed = {
        "subject_user": "<b>Hello</b>",
        "body_user": "See https://example.org/",
        "subject_superadmin": "",
    }
    preview = client.post("/notice/?language=en", typed | {"preview": "yes"})
    assert "&lt;b&gt;Hello" in preview.content.decode()
    assert not Text.objects.exists()
    assert client.post("/notice/?language=en", typed).status_code == 302
    assert "&lt;b&gt;Hello&lt;/b&gt;" in browser(world.bob).get("/account/").content.decode()
    assert "Hello" not in browser(world.charlie).get("/domains/").content.decode()
    client.post("/notice/?language=en", dict.fromkeys(typed, ""))
    assert "Hello" not in browser(world.bob).get("/account/").content.decode()
    assert client.post("/notice/", {"subject_user": "a\r\nb"}).status_code == 422

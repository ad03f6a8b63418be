"""The page on which superadmins write the first letter of a new mailbox."""

import pytest

from carteiro.hosting import welcome
from carteiro.hosting.models import Mailbox, Text
from tests.web.conftest import Browser, World

PAGE = "/welcome/?language=pt-br"


def test_the_letter_of_the_program_is_there_to_begin_with(browser: Browser, world: World) -> None:
    shown = browser(world.superadmin).get("/welcome/").content.decode()
    assert 'value="Welcome to {host}"' in shown
    assert all(f"{{{place}}}" in shown for place in welcome.PLACES)


def test_a_letter_is_looked_at_without_being_kept_and_then_kept(browser: Browser, world: World) -> None:
    client = browser(world.superadmin)
    typed = {"subject": "Olá {name}", "body": "<b>{address}</b> {Not}"}
    preview = client.post(PAGE, typed | {"preview": "yes"}).content.decode()
    assert "<h2>Olá root@host.example</h2>" in preview
    assert "&lt;b&gt;" in preview
    assert not Text.objects.exists()
    assert client.post(PAGE, typed).status_code == 302
    bob = Mailbox.objects.get(address=world.bob)
    letter = welcome.compose(bob, "pt-br", host="mx.test", panel="P")
    assert (letter.subject, letter.body) == ("Olá bob@example.org", "<b>bob@example.org</b> {Not}")
    client.post(PAGE, {"subject": "", "body": ""})
    assert not Text.objects.exists()


@pytest.mark.parametrize("button", [{}, {"preview": "yes"}])
@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"subject": "Hi {nobody}", "body": "x"}, "subject"),
        ({"subject": "Hi", "body": "{password}"}, "body"),
        ({"subject": "Hi", "body": ""}, "body"),
        ({"subject": "", "body": "x"}, "subject"),
    ],
)
def test_a_letter_that_cannot_be_sent_comes_back(
    browser: Browser, world: World, typed: dict[str, str], field: str, button: dict[str, str]
) -> None:
    answer = browser(world.superadmin).post(PAGE, typed | button)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert answer.context["form"].data["subject"] == typed["subject"]
    assert not Text.objects.exists()


def test_the_page_is_closed_to_others(browser: Browser, world: World) -> None:
    assert browser(world.alice).get("/welcome/").status_code == 403
    assert browser(world.bob).post("/welcome/", {"subject": "Hi", "body": "x"}).status_code == 403
    assert not Text.objects.exists()

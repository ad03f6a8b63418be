"""What a mailbox may send as: shown, granted, taken back and given again."""

import pytest

from carteiro.hosting import aliases, grants, mailboxes
from tests.web.conftest import Browser, World

PAGE = "/mailboxes/bob@example.org/senders/"


def granted(world: World) -> list[str]:
    return [row.address for row in grants.list_(world.root, world.bob)]


def test_the_page_tells_what_reaches_the_mailbox(world: World, browser: Browser) -> None:
    aliases.add(world.root, aliases.NewAlias("team@example.org", [world.bob]))
    page = browser(world.alice).get(PAGE).content.decode()
    assert "team@example.org" in page
    assert "Nothing is granted besides." in page


@pytest.mark.parametrize("sender", ["info@example.org", "@example.org"])
def test_an_address_is_granted_taken_back_and_given_again(world: World, browser: Browser, sender: str) -> None:
    client = browser(world.alice)
    assert client.post(PAGE, {"sender": sender.upper()}).status_code == 302
    assert granted(world) == [sender]
    assert f'value="{sender}"' in client.get(PAGE).content.decode()
    gone = client.post(f"{PAGE}remove/", {"sender": sender}, follow=True)
    assert granted(world) == []
    undo = next(line for line in gone.content.decode().split('"') if line.startswith("/bin/restore/?"))
    back = client.post(undo.replace("&amp;", "&"))
    assert back["Location"] == PAGE
    assert granted(world) == [sender]


@pytest.mark.parametrize("sender", ["no address", "@"])
def test_what_is_no_sender_comes_back_with_the_fault(world: World, browser: Browser, sender: str) -> None:
    answer = browser(world.alice).post(PAGE, {"sender": sender})
    assert answer.status_code == 422
    assert f'value="{sender}"' in answer.content.decode()
    assert granted(world) == []


@pytest.mark.parametrize("sender", ["boss@other.example", "@other.example", "boss@elsewhere.test"])
def test_nobody_gives_away_what_is_not_theirs(world: World, browser: Browser, sender: str) -> None:
    assert browser(world.alice).post(PAGE, {"sender": sender}).status_code == 403
    assert granted(world) == []


def test_a_second_grant_of_the_same_is_told_at_the_field(world: World, browser: Browser) -> None:
    grants.add(world.root, world.bob, "info@example.org")
    answer = browser(world.alice).post(PAGE, {"sender": "info@example.org"})
    assert answer.status_code == 422
    assert "may send as info@example.org already" in answer.content.decode()


def test_a_mailbox_that_may_not_send_says_so(world: World, browser: Browser) -> None:
    mailboxes.set_(world.root, world.bob, smtp=False)
    assert "may not send at all" in browser(world.superadmin).get(PAGE).content.decode()

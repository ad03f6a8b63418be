"""Letters that the panel has sent, as their readers get them: links that work, a broadcast, a first letter."""

import re
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from playwright.sync_api import expect

from tests.lab.clients import letters, wait_for_letter
from tests.lab.instance import Instance, Person, Town

from .browsing import Reader

Open = Callable[..., Reader]
ANOTHER = "violet anchor meadow 9"


@pytest.fixture
def greta(host: Instance, town: Town) -> Person:
    """Somebody who forgets passwords; her other mailbox is Charlie's."""
    return host.add_person("greta@town.test")


def test_a_forgotten_password_is_chosen_anew_by_a_letter_to_the_confirmed_address(
    open_: Open, host: Instance, town: Town, greta: Person
) -> None:
    elsewhere = town.charlie
    window = open_()
    window.sign_in(greta, "/account/security/recovery/")
    window.page.locator("#id_address").fill(elsewhere.address)
    window.press("Save")
    assert window.says("not confirmed yet")
    ask_for_a_link(open_(), greta)
    stranger = open_()
    stranger.go(link_in(wait_for_letter(host, elsewhere, "Is this address yours?")))
    stranger.press("It is mine")
    assert stranger.says("The recovery address is confirmed")
    assert not [each for each in letters(host, elsewhere) if "Another password" in str(each["Subject"])]
    ask_for_a_link(stranger, greta)
    link = link_in(wait_for_letter(host, elsewhere, f"Another password for {greta.address}"))
    stranger.go(link)
    assert link not in stranger.page.content()
    stranger.page.locator("#id_new").fill(ANOTHER)
    stranger.page.locator("#id_again").fill(ANOTHER)
    stranger.press("Change it")
    assert stranger.path == "/account/"
    assert letters(host, Person(greta.address, ANOTHER)) == []
    window.go("/account/")
    assert window.path == "/sign-in/"
    late = open_()
    assert late.go(link) == 404
    late.told.clear()  # Chromium's console calls every 404 an error


def test_who_is_nobody_gets_the_same_page_and_no_letter(open_: Open, town: Town) -> None:
    window = open_()
    ask_for_a_link(window, town.bob)
    known = window.page.locator("main").inner_text()
    ask_for_a_link(window, Person("nobody@nowhere.test", ""))
    assert window.page.locator("main").inner_text() == known


def test_a_broadcast_reaches_the_mailboxes_of_the_chosen_domain(
    open_: Open, host: Instance, superadmin: Person
) -> None:
    reader = host.add_town("readers.test", names=("rita", "rui")).people
    window = open_()
    window.sign_in(superadmin, "/broadcasts/add/")
    window.page.locator("#id_subject").fill("Works tonight")
    window.page.locator("#id_text").fill("From ten to eleven.")
    window.page.locator("#id_from_address").fill(superadmin.address)
    window.page.locator("#id_domains").fill("readers.test")
    window.press("Send it")
    for person in reader.values():
        got = wait_for_letter(host, person, "Works tonight")
        assert got.get_content().strip() == "From ten to eleven."
        assert got["Auto-Submitted"] == "auto-generated"
    expect(window.page.get_by_text("2 of 2")).to_be_visible()
    expect(window.page.get_by_text("Sent", exact=True)).to_be_visible()


def test_a_first_letter_awaits_the_owner_of_a_new_mailbox(open_: Open, host: Instance, superadmin: Person) -> None:
    window = open_()
    window.sign_in(superadmin, "/mailboxes/add/")
    window.page.locator("#id_address").fill("novo@town.test")
    window.page.get_by_label("First letter").select_option("Português Brasileiro")
    window.press("Add mailbox")
    owner = Person("novo@town.test", window.page.locator("output").inner_text())
    assert f"https://{host.hostname}" in wait_for_letter(host, owner, "Boas-vindas").get_content()


def ask_for_a_link(window: Reader, person: Person) -> None:
    window.go("/forgotten/")
    window.page.locator("#id_address").fill(person.address)
    window.press("Send the link")
    assert window.says("a link is on its way there")


def link_in(letter: EmailMessage) -> str:
    found = re.search(r"https://\S+", letter.get_content())
    assert found, letter.get_content()
    return found[0]

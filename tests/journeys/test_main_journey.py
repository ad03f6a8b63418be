"""What a newcomer does first, in the browser alone; and the same where scripts are off."""

from collections.abc import Callable

import pytest

from tests.lab.clients import letter, submit, wait_for_letter
from tests.lab.instance import Instance, Person, Town

from .browsing import Reader

PASSWORD = "tram gravel onion 42"


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_domain_a_mailbox_and_a_vacation_notice_that_answers(
    scripts: bool, open_: Callable[..., Reader], superadmin: Person, host: Instance, town: Town
) -> None:
    domain = f"scripts-{'on' if scripts else 'off'}.test"
    owner = Person(f"olga@{domain}", PASSWORD)
    window = open_(java_script_enabled=scripts)
    window.sign_in(superadmin, "/domains/")
    make_domain(window, domain)
    make_mailbox(window, owner)
    sign_out(window)
    window.sign_in(owner)
    set_vacation(window, subject=f"Away from {domain}", text="Back on Monday.\nOlga")
    submit(host, town.bob, letter("Are you there?", town.bob.address, owner.address), owner.address)
    wait_for_letter(host, owner, "Are you there?")
    answer = wait_for_letter(host, town.bob, f"Away from {domain}")
    assert owner.address in str(answer["From"])
    assert "Back on Monday." in answer.get_content()


def make_domain(window: Reader, domain: str) -> None:
    window.page.get_by_role("link", name="Add domain").first.click()
    window.page.locator("#id_name").fill(domain)
    window.press("Add domain")
    assert window.path == f"/domains/{domain}/", window.page.inner_text("body")
    assert window.says(f"{domain} is there.")


def make_mailbox(window: Reader, owner: Person) -> None:
    window.page.get_by_role("link", name="Mailboxes").last.click()
    window.page.wait_for_url("**/mailboxes/")
    window.page.get_by_role("link", name="Add mailbox").first.click()
    window.page.wait_for_url("**/mailboxes/add/**")
    window.page.locator("#id_address").fill(owner.address)
    window.page.locator("#id_password").fill(owner.password)
    window.press("Add mailbox")
    assert window.path == f"/mailboxes/{owner.address}/", window.page.inner_text("body")


def sign_out(window: Reader) -> None:
    window.page.locator(".account summary").click()
    window.press("Sign out")
    assert window.path == "/sign-in/"


def set_vacation(window: Reader, subject: str, text: str) -> None:
    window.page.get_by_role("link", name="Vacation").first.click()
    window.page.wait_for_url("**/account/vacation/")
    window.page.locator("#id_active").check()
    window.page.locator("#id_subject").fill(subject)
    window.page.locator("#id_text").fill(text)
    window.press("Save")
    assert window.page.locator(".heading .badge").inner_text() == "On"

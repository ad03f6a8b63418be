"""What is renamed, moved, removed and brought back in the browser keeps its mail."""

from collections.abc import Callable

import pytest

from tests.lab.clients import ask_recipient, letter, subjects, submit, wait_for_letter
from tests.lab.instance import Instance, Person, Town

from .browsing import Reader

Open = Callable[..., Reader]
KEPT = "Worth keeping"


@pytest.fixture
def admin(open_: Open, superadmin: Person) -> Reader:
    """The superadmin's window."""
    window = open_()
    window.sign_in(superadmin)
    return window


def settled(host: Instance, town: Town, domain: str) -> Person:
    """Somebody with a letter, in a domain of their own."""
    person = host.add_town(domain, names=("zoe",)).people["zoe"]
    submit(host, town.bob, letter(KEPT, town.bob.address, person.address), person.address)
    wait_for_letter(host, person, KEPT)
    return person


def test_a_renamed_domain_keeps_mail_and_passwords_and_counts_it_by_folder(
    open_: Open, admin: Reader, host: Instance, town: Town
) -> None:
    old = settled(host, town, "before.test")
    admin.go("/domains/before.test/rename/")
    admin.page.locator("#id_new_name").fill("after.test")
    admin.press("Rename")
    assert admin.path == "/domains/after.test/"
    new = Person("zoe@after.test", old.password)
    assert subjects(host, new) == [KEPT]
    window = open_()
    window.sign_in(new, "/account/folders/")
    assert window.page.locator("tbody tr").inner_text().split()[:2] == ["INBOX", "1"]


def test_a_mailbox_moves_to_another_domain_and_leaves_its_address_behind(
    admin: Reader, host: Instance, town: Town
) -> None:
    old = settled(host, town, "leaving.test")
    host.cli("domain", "add", "arriving.test")
    admin.go(f"/mailboxes/{old.address}/move/")
    admin.page.locator("#id_new_address").fill("zoe@arriving.test")
    admin.press("Rename")
    new = Person("zoe@arriving.test", old.password)
    assert subjects(host, new) == [KEPT]
    submit(host, town.bob, letter("To the old address", town.bob.address, old.address), old.address)
    wait_for_letter(host, new, "To the old address")


def test_a_removed_mailbox_comes_back_from_the_bin_with_its_mail(admin: Reader, host: Instance, town: Town) -> None:
    person = settled(host, town, "removed.test")
    admin.go(f"/mailboxes/{person.address}/remove/")
    admin.press("Remove")
    assert admin.says(f"{person.address} is in the bin.")
    assert ask_recipient(host, person.address).code == 550
    admin.go(f"/bin/?q={person.address}")
    admin.press(f"Restore {person.address}")
    assert subjects(host, person) == [KEPT]

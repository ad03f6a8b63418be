"""user+folder@ is stored in that folder if there is one, else in the inbox."""

from .clients import deliver, imap, letter, subjects, wait_for_letter
from .instance import Instance, Town


def test_a_detail_names_a_folder_that_exists(host: Instance, town: Town) -> None:
    with imap(host, town.alice) as client:
        client.create("lists")
        client.create("lists/python")
    for detail, folder in (("lists", "lists"), ("lists/python", "lists/python"), ("nothing", "INBOX")):
        address = town.at(f"alice+{detail}")
        deliver(host, letter(f"In {detail}", "eve@world.test", address), "eve@world.test", address)
        wait_for_letter(host, town.alice, f"In {detail}", folder)
    with imap(host, town.alice) as client:
        assert not any(b"nothing" in line for line in client.list()[1] if isinstance(line, bytes))
    assert subjects(host, town.alice) == ["In nothing"]


def test_an_address_with_a_detail_cannot_leave_the_mailbox(host: Instance, town: Town) -> None:
    address = town.at("bob+../../alice")
    try:
        deliver(host, letter("Climbing", "eve@world.test", address), "eve@world.test", address)
    except OSError:
        return
    wait_for_letter(host, town.bob, "Climbing")

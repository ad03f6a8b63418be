"""Dovecot keeps for seconds what it has looked up; a changed account counts before the command answers all the same."""

import imaplib

from .clients import deliver, imap, letter, submit, wait_for_letter
from .instance import Instance, Person, Town, ask


def _refused(host: Instance, person: Person) -> bool:
    try:
        with imap(host, person):
            return False
    except imaplib.IMAP4.error:
        return True


def test_a_new_password_counts_at_once_and_the_old_one_no_longer(host: Instance, town: Town) -> None:
    person = host.add_person(town.at("changing"))
    for number in range(3):
        with imap(host, person):
            pass
        fresh = Person(person.address, f"a new password {number}")
        assert _refused(host, fresh)
        host.cli("mailbox", "passwd", person.address, "--password-stdin", stdin=f"{fresh.password}\n")
        assert _refused(host, person)
        with imap(host, fresh):
            pass
        person = fresh


def test_a_wrong_password_is_refused_right_after_the_right_one(host: Instance, town: Town) -> None:
    for _ in range(2):
        with imap(host, town.alice):
            pass
        assert _refused(host, Person(town.alice.address, "four wrong small words"))


def test_a_mailbox_that_was_let_in_is_locked_out_and_let_in_at_once(host: Instance, town: Town) -> None:
    person = host.add_person(town.at("in-and-out"))
    for _ in range(2):
        submit(host, person, letter("Out", person.address, town.bob.address), town.bob.address)
        with imap(host, person):
            pass
        host.cli("mailbox", "set", person.address, "--active", "no")
        assert _refused(host, person)
        host.cli("mailbox", "set", person.address, "--active", "yes")


def test_mail_goes_to_the_new_mailbox_of_an_address_that_was_made_again(host: Instance, town: Town) -> None:
    person = host.add_person(town.at("again"))
    deliver(host, letter("To the first", "eve@far.test", person.address), "eve@far.test", person.address)
    wait_for_letter(host, person, "To the first")
    host.cli("mailbox", "remove", person.address, "--yes")
    host.add_person(person.address)
    deliver(host, letter("To the second", "eve@far.test", person.address), "eve@far.test", person.address)
    wait_for_letter(host, person, "To the second")
    with imap(host, person) as client:
        assert client.select("INBOX")[1] == [b"1"]


def test_silence_of_dovecots_auth_keeps_no_command_from_its_work(host: Instance, town: Town) -> None:
    address = town.at("meanwhile")
    auth = [process for process in host.processes() if ask(process.name, "") == "auth"]
    assert auth
    for process in auth:
        process.suspend()
    try:
        host.cli("mailbox", "add", address, "--password-stdin", stdin="four small words\n")
    finally:
        for process in auth:
            process.resume()
    with imap(host, Person(address, "four small words")):
        pass

"""Mail fetched from accounts on another host, with the certificates and addresses that this may not be done with."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from .clients import deliver, letter, subjects, wait_for_letter
from .dns import ADDRESS as NAMESERVER
from .instance import Instance, Person, Town, running, settings_text

ADDRESS, NAME = "127.0.6.1", "mail.six.test"


class Fetching(Instance):
    """A host whose C library knows some names of the lab, as getmail asks it: it has an /etc/hosts of its own."""

    def __init__(self, settings: str) -> None:
        super().__init__(ADDRESS, NAME, NAMESERVER)
        self.settings_file.write_text(settings_text(NAME, ADDRESS, NAMESERVER, settings))
        self.hosts = self.directory / "hosts"
        self.hosts.write_text("127.0.0.1 localhost\n127.0.1.1 mail.one.test other.one.test\n127.0.6.1 own.six.test\n")

    def command(self, *words: str) -> tuple[str, ...]:
        bind = 'mount --bind "$0" /etc/hosts && exec "$@"'
        return ("unshare", "--mount", "sh", "-c", bind, str(self.hosts), *super().command(*words))


@pytest.fixture(scope="module")
def far(town: Town) -> Person:
    """Somebody whose mail is elsewhere."""
    return town.bob


@pytest.fixture(scope="module")
def near(host: Instance, lab_dns: object) -> Iterator[Instance]:
    """The host that fetches; it trusts the authority of the other one."""
    settings = f'\n[fetch]\nprivate_networks = true\nauthorities = "{host.authority}"\n'
    with running(Fetching(settings)) as instance:
        instance.cli("domain", "add", "six.test")
        yield instance


def _add(near: Instance, mailbox: str, far: Person, *options: str, server: str = "mail.one.test") -> int:
    words = ("--host", server, "--username", far.address, "--password-stdin", *options)
    return int(near.cli("external-account", "add", mailbox, *words, stdin=f"{far.password}\n")["id"])


def _ended(near: Instance, mailbox: str, number: int) -> dict[str, Any]:
    """The account when its turn is over."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        told: dict[str, Any] = near.cli("external-account", "show", mailbox, str(number))
        if told["well"] is not None:
            return told
        time.sleep(0.5)
    raise AssertionError(f"never looked at: {near.log('worker.log')[-3000:]}")


def _again(near: Instance, mailbox: str, number: int) -> dict[str, Any]:
    """The account after another turn, which tells something new."""
    before = near.cli("external-account", "show", mailbox, str(number))["result"]
    near.cli("external-account", "fetch", mailbox, str(number))
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        told: dict[str, Any] = near.cli("external-account", "show", mailbox, str(number))
        if told["result"] != before:
            return told
        time.sleep(0.5)
    raise AssertionError(f"nothing new: {told} {near.log('worker.log')[-3000:]}")


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_mail_is_fetched_once_and_kept_there(host: Instance, near: Instance, town: Town, protocol: str) -> None:
    there = host.add_person(town.at(f"there-{protocol}"))
    here = near.add_person(f"here-{protocol}@six.test")
    for number in range(3):
        deliver(host, letter(f"Number {number}", "eve@world.test", there.address), "eve@world.test", there.address)
        wait_for_letter(host, there, f"Number {number}")
    account = _add(near, here.address, there, "--protocol", protocol)
    assert _ended(near, here.address, account)["result"] == "3 messages"
    assert _again(near, here.address, account)["result"] == "0 messages"
    assert sorted(subjects(near, here)) == ["Number 0", "Number 1", "Number 2"]
    assert len(subjects(host, there)) == 3


def test_fetched_mail_passes_the_filters(host: Instance, near: Instance, far: Person) -> None:
    here = near.add_person("filtered@six.test")
    near.cli("vacation", "set", here.address, "--active", "yes", "--text", "Away.")
    deliver(host, letter("To be taken along", "eve@world.test", far.address), "eve@world.test", far.address)
    wait_for_letter(host, far, "To be taken along")
    account = _add(near, here.address, far, "--keep", "no")
    assert _ended(near, here.address, account)["well"] is True
    wait_for_letter(near, here, "To be taken along")
    assert subjects(host, far) == []


@pytest.mark.parametrize(
    ("server", "said"),
    [
        ("other.one.test", "certificate"),
        ("own.six.test", "this host itself"),
        ("nowhere.one.test", "no server"),
    ],
)
def test_a_server_that_is_not_who_it_says_is_refused(near: Instance, far: Person, server: str, said: str) -> None:
    here = near.add_person(f"{server.partition('.')[0]}@six.test")
    told = _ended(near, here.address, _add(near, here.address, far, server=server))
    assert (told["well"], said in told["result"]) == (False, True), told


def test_a_wrong_password_is_told(near: Instance, far: Person) -> None:
    here = near.add_person("forgetful@six.test")
    told = _ended(near, here.address, _add(near, here.address, Person(far.address, "not this one")))
    assert "name and password" in told["result"]


def test_no_process_and_no_file_shows_the_password(near: Instance, far: Person) -> None:
    here = near.add_person("secretive@six.test")
    _ended(near, here.address, _add(near, here.address, far))
    found = [
        file
        for file in near.directory.rglob("*")
        if file.is_file() and not file.is_symlink() and far.password.encode() in file.read_bytes()
    ]
    assert found == []


def test_a_folder_that_is_not_there_is_told(near: Instance, far: Person) -> None:
    here = near.add_person("lost@six.test")
    told = _ended(near, here.address, _add(near, here.address, far, "--folder", "Nowhere/At all"))
    assert "no folder" in told["result"]

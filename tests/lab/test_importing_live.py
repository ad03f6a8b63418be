"""Imports into a mailbox that is in use: sessions, deliveries, quotas and search go on, and nothing is lost."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.importers.building import Courier

from .clients import deliver, imap, letter, subjects, wait_for_letter
from .instance import Instance, Person, Town


def _source(place: Path, count: int, *, first: int = 0) -> Courier:
    box = Courier(place)
    for number in range(first, first + count):
        content = f"From: eve@world.test\nSubject: old {number}\nMessage-ID: <{number}@old.test>\n\ncontent{number}\n"
        box.add(f"{1_200_000_000 + number}.M{number}.old", "S", content=content.encode())
    return box


@pytest.fixture
def used(host: Instance, town: Town, request: pytest.FixtureRequest) -> Iterator[Person]:
    """A mailbox that has got a message here, and was read."""
    person = host.add_person(f"p{abs(hash(request.node.name)) % 10**8}@{town.domain}", "--quota", "1M")
    deliver(host, letter("new here", "eve@world.test", person.address), "eve@world.test", person.address)
    wait_for_letter(host, person, "new here")
    assert subjects(host, person) == ["new here"]
    yield person


def test_mail_of_this_host_stays_and_sessions_see_what_came(host: Instance, used: Person, tmp_path: Path) -> None:
    box = _source(tmp_path / "box", 5)
    with imap(host, used) as client:
        client.select("INBOX")
        host.cli("import", "maildir", str(box.path), used.address)
    assert sorted(subjects(host, used)) == ["new here", *(f"old {number}" for number in range(5))]
    with imap(host, used) as client:
        client.select("INBOX")
        assert client.response("UIDVALIDITY")[1] == [str(box.validity).encode()]
        assert client.uid("SEARCH", 'SUBJECT "new here"')[1] == [b"6"]
        # This session stays while more comes: it is told of it.
        _source(tmp_path / "box", 2, first=5)
        box.write()
        host.cli("import", "maildir", str(tmp_path / "box"), used.address)
        client.noop()
        found = client.uid("SEARCH", "ALL")[1][0].split()
    assert len(found) == 8 and len(set(found)) == 8


def test_deliveries_during_an_import_all_arrive(host: Instance, used: Person, tmp_path: Path) -> None:
    box = _source(tmp_path / "box", 3000)
    argv = host.command("import", "maildir", str(box.path), used.address)
    run = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
    sent = 0
    while run.poll() is None and sent < 40:
        deliver(host, letter(f"during {sent}", "eve@world.test", used.address), "eve@world.test", used.address)
        sent += 1
    assert run.wait() == 0
    deadline = time.monotonic() + 60
    while (found := _count(host, used, "ALL")) < 3001 + sent and time.monotonic() < deadline:
        time.sleep(0.2)
    assert found == 3001 + sent
    assert _count(host, used, 'SUBJECT "during"') == sent
    assert _count(host, used, 'SUBJECT "old 2999"') == 1
    assert host.cli("import", "maildir", str(box.path), used.address, "--verify")["differences"] == []


def _count(host: Instance, person: Person, what: str) -> int:
    with imap(host, person) as client:
        client.select("INBOX", readonly=True)
        return len(client.uid("SEARCH", what)[1][0].split())


def test_the_quota_counts_what_was_imported(host: Instance, used: Person, tmp_path: Path) -> None:
    box = Courier(tmp_path / "box")
    box.add("1.large", content=b"Subject: large\n\n" + b"x" * 900_000)
    host.cli("import", "maildir", str(box.path), used.address)
    with imap(host, used) as client:
        told = b" ".join(part for part in client.getquotaroot("INBOX")[1][1] if isinstance(part, bytes))
    used_kilobytes = int(told.split(b"STORAGE ")[1].split()[0])
    assert 875 < used_kilobytes < 885, told


def test_what_was_imported_is_found_by_search(host: Instance, used: Person, tmp_path: Path) -> None:
    with imap(host, used) as client:
        client.select("INBOX")
        client.search(None, "TEXT", "content3")
    host.cli("import", "maildir", str(_source(tmp_path / "box", 5).path), used.address)
    with imap(host, used) as client:
        client.select("INBOX")
        assert client.uid("SEARCH", "TEXT", "content3")[1] == [b"4"]

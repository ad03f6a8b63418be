"""Messages of 12 and 200 MB come whole, in bounded memory, and are told where they do not fit; so do many accounts."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.importers.building import Courier

from .instance import Instance, Person, Town

MANY = 30_000  # mailboxes, each with the alias of its own that PostfixAdmin gives it
MOST = 200_000  # kilobytes, of the process that imports
# A process counts what its parent had when it was made (getrusage(2)), and pytest has much.
_SMALL_PARENT = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""
SIZES = {"12": 12_000_000, "200": 200_000_000}


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Courier:
    """A Maildir of Courier's with both of them."""
    made = Courier(tmp_path_factory.mktemp("large") / "box")
    line = b"All work and no play makes Jack a dull boy, said the postman to the dull boy.\n"
    for number, size in enumerate(SIZES.values()):
        file = made.add(f"12000000{number:02}.M{number}.old", "S")
        with file.open("ab") as message:
            for _ in range(size // (len(line) * 1000)):
                message.write(line * 1000)
    return made


def _measured(host: Instance, *words: str, stdin: str = "") -> tuple[dict[str, Any], int]:
    """What a command answers, and the most memory that it had, in kilobytes."""
    run = (sys.executable, "-c", _SMALL_PARENT, *host.command("--json", *words))
    done = subprocess.run(run, input=stdin, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer, int(done.stderr.split()[-1])


def _files(host: Instance, person: Person) -> list[Path]:
    return sorted(host.home(person).glob("Maildir/cur/*"), key=lambda file: file.stat().st_size)


def _are_same(host: Instance, person: Person, box: Courier) -> None:
    theirs = sorted((box.path / "cur").iterdir(), key=lambda file: file.stat().st_size)
    for one, other in zip(theirs, _files(host, person), strict=True):
        assert subprocess.run(("cmp", one, other), check=False).returncode == 0


def test_large_messages_arrive_whole_in_bounded_memory(host: Instance, town: Town, box: Courier) -> None:
    person = host.add_person(town.at("large"), "--quota", "0")
    told, peak = _measured(host, "import", "maildir", str(box.path), person.address, "--verify")
    assert (told["copied"], told["refused"], told["differences"]) == (2, [], [])
    assert peak < MOST
    _are_same(host, person, box)

    other = host.add_person(town.at("over-imap"), "--quota", "0")
    words = ("import", "imap", host.address, other.address, "--user", person.address, "--password-stdin")
    told, peak = _measured(host, *words, "--ca-file", str(host.authority), stdin=f"{person.password}\n")
    assert (told["copied"], told["refused"]) == (2, [])
    assert peak < MOST
    _are_same(host, other, box)


def test_a_quota_that_is_too_small_is_told_and_nothing_is_left_out(host: Instance, town: Town, box: Courier) -> None:
    person = host.add_person(town.at("small"), "--quota", "20M")
    told = host.cli("import", "maildir", str(box.path), person.address)
    assert told["copied"] == 2
    (remark,) = told["refused"]
    assert remark["name"] == person.address and "quota of 20M" in remark["reason"]
    _are_same(host, person, box)


def _write_many(file: Path) -> None:
    dated = "created text, modified text, active integer"
    then = ("2009-11-03 12:00:00", "2010-01-02 12:00:00", 1)
    addresses = [(f"person{number}@d{number % 300}.test", f"d{number % 300}.test") for number in range(MANY)]
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(f"CREATE TABLE domain (domain text, {dated})")
        database.execute(f"CREATE TABLE mailbox (username text, password text, maildir text, quota integer, {dated})")
        database.execute(f"CREATE TABLE alias (address text, goto text, {dated})")
        database.execute(f"CREATE TABLE admin (username text, password text, {dated})")
        database.execute("CREATE TABLE domain_admins (username text, domain text)")
        names = sorted({name for _, name in addresses})
        database.executemany("INSERT INTO domain VALUES (?, ?, ?, ?)", ((name, *then) for name in names))
        password = "$1$aseMhtWe$jpUOeECWi795KeQFEXv8N."
        rows = ((address, password, f"{name}/x/", 0, *then) for address, name in addresses)
        database.executemany("INSERT INTO mailbox VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        aliases = ((address, address, *then) for address, _ in addresses)
        database.executemany("INSERT INTO alias VALUES (?, ?, ?, ?, ?)", aliases)


def test_a_host_of_many_mailboxes_is_planned_in_bounded_memory(host: Instance, tmp_path: Path) -> None:
    _write_many(tmp_path / "old.db")
    words = ("import", "postfixadmin", "--source", "many", "--database", f"sqlite://{tmp_path / 'old.db'}", "--plan")
    told, peak = _measured(host, *words)
    assert told["steps"]["mailbox"] == {"add": MANY}
    assert told["tables"]["alias"]["imported"] == MANY
    assert peak < MOST

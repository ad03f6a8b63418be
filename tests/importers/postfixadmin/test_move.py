"""The whole move of the fixture's host into a running instance, through the command line, as its owner would do it."""

import csv
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.importers.old_host import snapshot
from tests.lab.clients import ask_recipient, deliver, letter
from tests.lab.dns import ADDRESS as NAMESERVER
from tests.lab.dns import LabDNS
from tests.lab.instance import Instance, Person, running

pytestmark = pytest.mark.lab
INACTIVE = "antigo@empresa.test"


@pytest.fixture(scope="module")
def expected(fixtures: Path) -> dict[str, Any]:
    made: dict[str, Any] = json.loads((fixtures / "expected.json").read_text())
    return made


@pytest.fixture(scope="module")
def host(lab_dns: LabDNS, fixtures: Path, expected: dict[str, Any]) -> Iterator[Instance]:
    """An instance to which everything was brought."""
    if shutil.which("mariadbd") is None:
        pytest.skip("needs MariaDB's server: apt-get install mariadb-server-core mariadb-client-core")
    lab_dns.add_host("mail.seven.test", "127.0.7.1")
    with running(Instance("127.0.7.1", "mail.seven.test", NAMESERVER)) as instance:
        subprocess.run(("tar", "-xpf", fixtures / "vmail.tar.gz", "-C", instance.directory), check=True)
        with known(instance).open("w") as file:
            writer = csv.writer(file)
            writer.writerows((address, row["password"]) for address, row in expected["mailboxes"].items())
        known(instance).chmod(0o600)
        # --verify compares only, but there is nothing to compare with yet.
        first = move(instance, fixtures, "--verify", "--report", str(instance.directory / "first.html"))
        assert first["clean"], first
        yield instance


def known(instance: Instance) -> Path:
    return instance.directory / "known.csv"


def words(instance: Instance, fixtures: Path, *more: str) -> tuple[str, ...]:
    return (
        *("import", "postfixadmin", "--dump", str(fixtures / "postfix.sql")),
        *("--maildirs", str(instance.directory / "vmail"), "--squirrelmail", str(fixtures / "squirrelmail")),
        *more,
    )


def move(instance: Instance, fixtures: Path, *more: str) -> dict[str, Any]:
    """Run the import; its report."""
    told: dict[str, Any] = instance.cli(*words(instance, fixtures, "--passwords", str(known(instance)), *more))
    return told


def persons(expected: dict[str, Any]) -> dict[str, Person]:
    """By the Maildir that is theirs on the old host."""
    return {
        str(row["maildir"]).rstrip("/"): Person(address.lower(), row["password"])
        for address, row in expected["mailboxes"].items()
    }


def wait_for_file(host: Instance, person: Person, subject: str, seconds: float = 20) -> None:
    """Until a message of that subject lies in the mailbox: one password is beyond what imaplib can send."""
    home = host.home(person)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if any(f"Subject: {subject}\n" in file.read_text(errors="replace") for file in home.glob("Maildir/new/*")):
            return
        time.sleep(0.1)
    raise AssertionError(f"{person.address} has no {subject!r}: {host.log('mail.log')[-3000:]}")


def test_every_row_is_accounted_for(host: Instance, fixtures: Path) -> None:
    told = move(host, fixtures)
    assert all(sums["rows"] == sums["imported"] for sums in told["tables"].values())
    assert {table: sums["rows"] for table, sums in told["tables"].items()} == {
        "domain": 4,
        "mailbox": 12,
        "alias": 22,
        "admin": 4,
        "domain_admins": 5,
        "vacation": 2,
        "log": 40,
    }


def test_known_passwords_open_imap_pop3_and_smtp(host: Instance, fixtures: Path) -> None:
    told = move(host, fixtures, "--verify")
    assert told["verification"] == {"missing": [], "log_ins": 12, "failed": []}


def test_a_wrong_password_is_told_and_the_exit_status_is_1(host: Instance, fixtures: Path, tmp_path: Path) -> None:
    file = tmp_path / "known.csv"
    file.write_text("ana@empresa.test,wrong password\n")
    file.chmod(0o600)
    done = host.run("--json", *words(host, fixtures, "--verify", "--passwords", str(file)))
    assert done.returncode == 1
    failed = json.loads(done.stdout)["verification"]["failed"]
    assert {each["protocol"] for each in failed} == {"IMAP", "POP3", "SMTP"}


def test_a_second_run_changes_nothing(host: Instance, fixtures: Path) -> None:
    told = move(host, fixtures)
    assert {act for acts in told["steps"].values() for act in acts} == {"same"}
    assert told["log_lines"] == 0
    assert all(each["copied"] == each["deleted"] == each["flagged"] == 0 for each in told["mail"])


def test_the_source_is_never_changed(host: Instance, fixtures: Path) -> None:
    before = snapshot(host.directory / "vmail")
    move(host, fixtures)
    assert snapshot(host.directory / "vmail") == before


def test_mail_goes_where_it_went_on_the_old_host(host: Instance, expected: dict[str, Any]) -> None:
    people = persons(expected)
    for address, places in expected["delivery"].items():
        if address == "velho@empresa.test":
            continue
        subject = f"to {address}"
        deliver(host, letter(subject, "someone@world.test", address), "someone@world.test", address)
        for place in places:
            wait_for_file(host, people[place], subject)


@pytest.mark.parametrize("address", ["velho@empresa.test", INACTIVE])
def test_what_is_switched_off_is_refused_by_decision(address: str, host: Instance) -> None:
    assert ask_recipient(host, address).code == 550


def test_the_plan_changes_nothing_and_writes_report_and_decisions(
    host: Instance, fixtures: Path, tmp_path: Path
) -> None:
    before = host.cli("mailbox", "list")
    page, decisions = tmp_path / "plan.html", tmp_path / "decisions.toml"
    told = host.cli(*words(host, fixtures, "--plan", "--report", str(page), "--decisions", str(decisions)))
    assert told["planned_only"]
    assert INACTIVE in page.read_text()
    assert 'conflict = "inactive-mailbox"' in decisions.read_text()
    assert host.cli("mailbox", "list") == before


def test_the_reports_speak_portuguese(
    host: Instance, fixtures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "pt_BR.UTF-8")
    page = tmp_path / "plan.html"
    done = host.run(*words(host, fixtures, "--plan", "--report", str(page)))
    assert "O que ele realmente fazia" in done.stdout
    assert '<html lang="pt-BR">' in page.read_text()
    assert "está desativada na tabela" in page.read_text()


def test_a_decision_lets_what_was_off_go_on(host: Instance, fixtures: Path, tmp_path: Path) -> None:
    decisions = tmp_path / "decisions.toml"
    decisions.write_text(
        '[[decision]]\nconflict = "inactive-alias"\nof = "*"\nanswer = "active"\n'
        '[[decision]]\nconflict = "inactive-mailbox"\nof = "*"\nanswer = "active"\n'
    )
    try:
        told = move(host, fixtures, "--decisions", str(decisions))
        assert told["clean"]
        assert ask_recipient(host, "velho@empresa.test").code == 250
        assert ask_recipient(host, INACTIVE).code == 250
    finally:
        move(host, fixtures)
    assert ask_recipient(host, INACTIVE).code == 550

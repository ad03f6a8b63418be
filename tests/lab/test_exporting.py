"""What is exported can be taken back with nothing missing."""

import itertools
import re
from pathlib import Path

import pytest
import yaml

from .clients import imap, letter, wire
from .instance import Instance, Person, Town

NUMBERS = itertools.count(1)
SIEVE = 'require "fileinto";\nif header :contains "Subject" "bill" { fileinto "Bills"; }\n'


@pytest.fixture
def full(host: Instance) -> Town:
    """A domain with something of everything."""
    number = next(NUMBERS)
    town = host.add_town(f"full{number}.test")
    host.cli("domain", "set", town.domain, "--description", "Tudo, até ç")
    host.cli("alias-domain", "add", f"also-{town.domain}", town.domain)
    host.cli("alias", "add", town.at("team"), town.alice.address, "eve@world.test")
    host.cli("mailbox", "set", town.bob.address, "--forward-to", "eve@world.test", "--keep-copy", "yes")
    host.cli("grant", "add", town.bob.address, town.at("team"))
    host.cli("app-password", "add", town.alice.address, "--for", "imap", "--label", "telephone")
    host.cli(
        "vacation", "set", town.alice.address, "--active", "yes", "--subject", "Férias", "--text", "Volto já.\nAna"
    )
    with imap(host, town.alice) as client:
        for folder in ("INBOX", "Work", "Work/S&AOM-o Paulo"):
            client.create(f'"{folder}"')
            client.subscribe(f'"{folder}"')
            for number, flags in enumerate((r"(\Seen)", r"(\Flagged \Answered $Label1)", "", r"(\Draft \Deleted)")):
                text = wire(
                    letter(f"{folder} {number}", "eve@world.test", town.alice.address, "From here on\n\nOlá.\n")
                )
                client.append(f'"{folder}"', flags, f'"0{number + 1}-Mar-2009 10:00:00 +0000"', text)
            client.select(f'"{folder}"')
            client.store("1", "+FLAGS", r"(\Deleted)")
            client.uid("EXPUNGE", "1")
    return town


@pytest.mark.parametrize("form", ["maildir", "mbox"])
def test_a_domain_comes_back_whole(host: Instance, full: Town, tmp_path: Path, form: str) -> None:
    scripts = host.home(full.alice) / "sieve"
    scripts.mkdir(exist_ok=True)
    (scripts / "own.sieve").write_text(SIEVE)
    (host.home(full.alice) / ".dovecot.sieve").symlink_to("sieve/own.sieve")
    before = _account(host, full.alice)
    assert host.cli("export", "domain", full.domain, "--to", str(tmp_path / "one"), "--format", form)["refused"] == []
    for name in (f"also-{full.domain}", full.domain):
        noun = "alias-domain" if name.startswith("also") else "domain"
        host.cli(noun, "remove", name, "--yes")

    done = host.cli("import", "domain", str(tmp_path / "one"))
    assert {row["address"]: row["copied"] for row in done["mailboxes"]}[full.alice.address] == 9
    assert _account(host, full.alice) == before
    host.cli("export", "domain", full.domain, "--to", str(tmp_path / "two"), "--format", form)
    assert _told(tmp_path / "two") == _told(tmp_path / "one")
    again = host.cli("import", "domain", str(tmp_path / "one"))
    assert not any(row["copied"] for row in again["mailboxes"])


def test_files_are_for_their_owner_alone_and_hold_no_clear_password(host: Instance, full: Town, tmp_path: Path) -> None:
    host.cli("export", "domain", full.domain, "--to", str(tmp_path / "out"))
    for path in (tmp_path / "out", *(tmp_path / "out").rglob("*")):
        assert not path.stat().st_mode & 0o077, path
        if path.is_file():
            assert full.alice.password.encode() not in path.read_bytes()


def test_a_mailbox_can_be_taken_under_another_address(host: Instance, full: Town, tmp_path: Path) -> None:
    host.cli("export", "mailbox", full.alice.address, "--to", str(tmp_path / "out"))
    host.cli("import", "mailbox", str(tmp_path / "out"), full.at("ana"))
    other = Person(full.at("ana"), full.alice.password)
    assert _account(host, other) == _account(host, full.alice)


def test_a_directory_without_an_export_is_refused(host: Instance, tmp_path: Path) -> None:
    assert host.refused("import", "domain", str(tmp_path))["code"] == "unreadable"
    (tmp_path / "mailbox.yaml").write_text("- !!python/object/apply:os.system ['true']\n")
    assert host.refused("import", "mailbox", str(tmp_path))["code"] == "unreadable"


def _told(directory: Path) -> dict[str, object]:
    """All but the mail."""
    found: dict[str, object] = {}
    for file in directory.rglob("*"):
        if file.suffix == ".yaml":
            found[str(file.relative_to(directory))] = yaml.safe_load(file.read_text())
        elif file.suffix in (".sieve", ".vcf"):
            found[str(file.relative_to(directory))] = file.read_text()
    return found


def _account(host: Instance, person: Person) -> dict[str, object]:
    found: dict[str, object] = {}
    with imap(host, person) as client:
        found["subscribed"] = sorted(client.lsub()[1], key=str)
        for folder in ("INBOX", "Work", "Work/S&AOM-o Paulo"):
            client.select(f'"{folder}"', readonly=True)
            _, told = client.uid("FETCH", "1:*", "(FLAGS INTERNALDATE BODY.PEEK[])")
            rows = []
            for part in told:
                if isinstance(part, tuple):
                    flags = re.search(rb"FLAGS \(([^)]*)\)", part[0])
                    uid, date = re.search(rb"UID (\d+)", part[0]), re.search(rb'INTERNALDATE "([^"]+)"', part[0])
                    assert flags and uid and date
                    rows.append((uid[1], sorted(set(flags[1].split()) - {b"\\Recent"}), date[1], part[1]))
            found[folder] = (client.response("UIDVALIDITY")[1], client.response("UIDNEXT")[1], rows)
    return found

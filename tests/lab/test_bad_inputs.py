"""What goes wrong on real machines: each gets a clear error and nothing half done."""

import imaplib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from .clients import ask_recipient, deliver, imap, letter, wait_for_letter
from .instance import Instance, Person, Town

BAD_ADDRESSES = {
    "control character": "a\x07b@{domain}",
    "newline": "a\nb@{domain}",
    "quotes": '"a b"@{domain}',
    "single quote": "a' OR '1'='1@{domain}",
    "320 characters": "a" * 320 + "@{domain}",
    "path": "../../etc/passwd@{domain}",
    "percent": "a%b@{domain}",
    "leading dash": "-a@{domain}",
    "mixed scripts": "a@раypal.test",
    "domain is an IP address": "a@127.0.0.1",
    "bracketed IP address": "a@[127.0.0.1]",
    "no domain": "a",
    "empty local part": "@{domain}",
    "two at signs": "a@b@{domain}",
    "non-ASCII local part": "ä@{domain}",
    "tag": "a+b@{domain}",
    "dots": "a..b@{domain}",
}


@pytest.mark.parametrize("kind", BAD_ADDRESSES)
def test_a_bad_address_is_refused_in_one_line(host: Instance, town: Town, kind: str) -> None:
    address = BAD_ADDRESSES[kind].format(domain=town.domain)
    done = host.run("mailbox", "add", "--password-stdin", "--", address, stdin="four small words\n")
    assert done.returncode == 1, done.stdout + done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert done.stderr.strip().isprintable()


def test_a_file_of_bad_addresses_is_refused_and_changes_nothing(host: Instance, town: Town) -> None:
    before = host.cli("mailbox", "list", "--domain", town.domain)
    rows = ["kind,address", *(f'mailbox,"{quoted}"' for quoted in _as_csv(town.domain))]
    file = host.directory / "bad.csv"
    file.write_text("\n".join((*rows, "")))
    done = host.run("--json", "bulk", "import", str(file))
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    listed = host.cli("mailbox", "list", "--domain", town.domain)
    assert listed == before
    assert {person.address for person in town.people.values()} <= {row["address"] for row in listed}
    assert not any(set(row["address"]) & set("%'\" /\\+") for row in listed)


def _as_csv(domain: str) -> list[str]:
    addresses = [address.format(domain=domain) for kind, address in BAD_ADDRESSES.items() if kind != "newline"]
    return [address.replace('"', '""') for address in addresses]


@pytest.mark.parametrize(
    "name", ["127.0.0.1", "::1", "localhost", "-a.test", "a..test", "x" * 64 + ".test", "a b.test"]
)
def test_a_bad_domain_is_refused(host: Instance, name: str) -> None:
    done = host.run("--json", "domain", "add", "--", name)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_misspelt_name_gets_a_suggestion(host: Instance, town: Town) -> None:
    error = host.refused("mailbox", "show", town.at("alcie"))
    assert error["code"] == "not_found"
    assert town.alice.address in error["message"] + error["remedy"]


def test_a_wrong_command_has_exit_status_2(host: Instance) -> None:
    assert host.run("mailbox", "fly").returncode == 2
    assert host.run("mailbox", "add").returncode == 2


def test_a_second_instance_on_the_same_directory_is_refused(host: Instance, town: Town) -> None:
    done = host.run("run", seconds=30)
    assert done.returncode == 1, done.stdout + done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert str(host.directory) in done.stderr
    assert ask_recipient(host, town.alice.address).code == 250
    assert host.cli("status")["well"] is True


def test_a_busy_port_is_named_before_anything_starts(new_instance: Callable[..., Instance]) -> None:
    instance = new_instance()
    with socket.create_server((instance.address, 143)):
        done = instance.run("up", "--hostname", instance.hostname, "--detach")
    assert done.returncode == 1, done.stdout
    assert "143" in done.stderr
    assert instance.processes() == []
    instance.start()


@pytest.mark.parametrize("damage", ["garbage", "truncated", "removed"])
def test_a_damaged_projection_is_told_and_repaired(host: Instance, town: Town, damage: str) -> None:
    file = host.directory / "state" / "directory" / "directory.sqlite3"
    told_before = host.log("projector.log").count("made anew")
    _write_back(file)
    if damage == "garbage":
        with file.open("r+b") as database:
            database.write(os.urandom(file.stat().st_size))
    elif damage == "truncated":
        os.truncate(file, 100)
    else:
        file.unlink()
    if not _repairs_itself(host, told_before):
        checked = host.run("directory", "check")
        assert checked.returncode == 1
        assert "Traceback" not in checked.stderr
        host.cli("directory", "rebuild")
    assert host.run("directory", "check").returncode == 0
    deliver(host, letter(f"After {damage}", "eve@world.test", town.alice.address), "eve@world.test", town.alice.address)
    wait_for_letter(host, town.alice, f"After {damage}")
    late = host.add_person(town.at(f"late-{damage}"))
    _wait_until_known(host, late)
    with imap(host, late) as client:
        assert client.noop()[0] == "OK"
    assert ask_recipient(host, late.address).code == 250


def _wait_until_known(host: Instance, person: Person) -> None:
    """Engines that run read the damaged file until the worker, told by the projector, has them open the new one."""
    deadline = time.monotonic() + 20
    while ask_recipient(host, person.address).code != 250 and time.monotonic() < deadline:
        time.sleep(0.2)
    while time.monotonic() < deadline:
        with suppress(imaplib.IMAP4.error), imap(host, person):
            return
        time.sleep(0.2)


def _write_back(file: Path) -> None:
    """Empty the write-ahead log, from which SQLite would otherwise read what the damaged file has lost."""
    code = "import sys, apsw; apsw.Connection(sys.argv[1]).execute('PRAGMA wal_checkpoint(TRUNCATE)')"
    subprocess.run((sys.executable, "-c", code, str(file)), check=True)


def _repairs_itself(host: Instance, told_before: int, seconds: float = 3) -> bool:
    """Whether the projector has met the damage; some pages nobody reads for a while."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if host.log("projector.log").count("made anew") > told_before:
            return True
        time.sleep(0.1)
    return False


def test_a_rebuild_of_a_sound_projection_is_not_noticed(host: Instance, town: Town) -> None:
    host.cli("directory", "rebuild")
    assert ask_recipient(host, town.alice.address).code == 250
    assert host.run("directory", "check").returncode == 0


def test_a_row_that_differs_is_found_and_a_rebuild_puts_it_right(host: Instance, town: Town) -> None:
    file = host.directory / "state" / "directory" / "directory.sqlite3"
    statement = f"UPDATE mailbox SET address = 'stolen@{town.domain}' WHERE address = '{town.charlie.address}'"
    # In a process of its own, whose connection does not disturb those of the engines when it closes.
    code = "import sys, apsw; apsw.Connection(sys.argv[1]).execute(sys.argv[2])"
    subprocess.run((sys.executable, "-c", code, str(file), statement), check=True)
    assert ask_recipient(host, town.charlie.address).code == 550
    checked = host.run("directory", "check")
    assert checked.returncode == 1
    assert "mailbox" in checked.stdout + checked.stderr
    host.cli("directory", "rebuild")
    assert ask_recipient(host, town.charlie.address).code == 250
    assert ask_recipient(host, town.at("stolen")).code == 550


@pytest.fixture
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A file system of 120 MB that a test may fill."""
    place = Path("/tmp") / f"lab-disk-{os.getpid()}"
    place.mkdir()
    mounted = subprocess.run(("mount", "-t", "tmpfs", "-o", "size=120m,mode=755", "tmpfs", str(place)), check=False)
    if mounted.returncode != 0:
        place.rmdir()
        pytest.skip("needs the right to mount a tmpfs, to fill a disk")
    try:
        yield place
    finally:
        subprocess.run(("umount", "-l", str(place)), check=True)
        place.rmdir()


def test_a_full_disk_defers_mail_and_refuses_changes_and_all_is_well_afterwards(
    small_disk: Path, new_instance: Callable[..., Instance]
) -> None:
    host = new_instance(small_disk)
    host.start()
    town = host.add_town("full.test", names=("alice",))
    ballast = small_disk / "ballast"
    _fill_up(ballast)
    reply = ask_recipient(host, town.alice.address)
    assert 400 <= reply.code < 500, reply
    done = host.run("--json", "mailbox", "add", town.at("bob"), "--password-stdin", stdin="four small words\n")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    ballast.unlink()
    assert [row["address"] for row in host.cli("mailbox", "list", "--domain", "full.test")] == [town.alice.address]
    bob = host.add_person(town.at("bob"))
    deliver(host, letter("Room again", "eve@world.test", bob.address), "eve@world.test", bob.address)
    wait_for_letter(host, bob, "Room again")


def _fill_up(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        for block in (1 << 20, 1 << 12):
            try:
                while True:
                    file.write(b"\0" * block)
            except OSError:
                continue

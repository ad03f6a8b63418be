"""The accounts of a running instance move from one database to another while mail flows."""

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import KINDS, Server

from .browser import browse
from .clients import deliver, imap, letter, submit, wait_for_letter
from .dns import ADDRESS as NAMESERVER
from .dns import LabDNS
from .instance import Instance, Town, running
from .panel import words

REMARK = "# where the accounts are; ours since the beginning"


@pytest.fixture(scope="module")
def own_host(lab_dns: LabDNS) -> Iterator[Instance]:
    """An instance with a panel; its settings have a remark of the owner's."""
    instance = Instance("127.0.4.1", "mail.four.test", NAMESERVER, web=True)
    text = instance.settings_file.read_text()
    instance.settings_file.write_text(text.replace("\n\n", f'\n{REMARK}\ndatabase = "sqlite"\n\n', 1))
    with running(instance) as host:
        yield host


@pytest.fixture(scope="module")
def town(own_host: Instance) -> Town:
    made = own_host.add_town("move.test")
    own_host.cli("mailbox", "set", made.alice.address, "--name", "Álice 🐦 Ünïcode")
    own_host.cli("alias", "add", made.at("team"), made.alice.address, made.bob.address)
    own_host.cli("alias", "add", made.at("gone"), made.alice.address)
    own_host.cli("alias", "remove", made.at("gone"), "--yes")
    return made


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, Server]]:
    made = {name: kind() for name, kind in KINDS.items()}
    yield made
    for each in made.values():
        each.stop()


def accounts(host: Instance) -> tuple[object, ...]:
    """All that the command line shows of the accounts."""
    shown = host.cli("database", "show")
    return (
        host.cli("mailbox", "list"),
        host.cli("alias", "list"),
        host.cli("domain", "list"),
        host.cli("bin", "list"),
        shown["number"],
        shown["identity"],
    )


def test_there_and_back_again(own_host: Instance, town: Town, servers: dict[str, Server], tmp_path: Path) -> None:
    before = accounts(own_host)
    boxes = len(own_host.cli("mailbox", "list"))  # other tests of this module make some
    damages = own_host.log("projector.log").count("made anew")
    old = own_host.directory / "state" / "accounts" / "accounts.sqlite3"
    kept = own_host.run("mailbox", "list").stdout
    for kind, url in (
        ("mysql", servers["mariadb"].create("mail")),
        ("postgresql", servers["postgresql"].create("mail")),
        ("sqlite", f"sqlite://{own_host.directory}/state/elsewhere/accounts.sqlite3"),
    ):
        moved = own_host.cli("database", "move", url, "--yes")
        assert moved["rows"]["hosting_mailbox"] == boxes
        assert moved["rows"]["hosting_change"] == before[4]
        assert accounts(own_host) == before, kind
        assert own_host.cli("database", "show")["kind"] == kind
        assert own_host.run("directory", "check").returncode == 0
        assert f'{REMARK}\ndatabase = "{url}"' in own_host.settings_file.read_text()
        # What is changed now is live, and gets numbers of its own.
        made = own_host.add_person(f"{kind}@{town.domain}")
        with imap(own_host, made):
            pass
        submit(own_host, town.alice, letter(kind, town.alice.address, made.address), made.address)
        wait_for_letter(own_host, made, kind)
        own_host.cli("mailbox", "remove", made.address, "--yes")
        before = accounts(own_host)
    assert old.exists()
    assert kept == own_host.run("mailbox", "list").stdout
    assert own_host.log("projector.log").count("made anew") == damages


def test_meanwhile_changes_are_refused_in_words_and_mail_flows(
    own_host: Instance, town: Town, servers: dict[str, Server]
) -> None:
    before = len(own_host.cli("mailbox", "list"))
    url = servers["postgresql"].create("meanwhile")
    refused, closed, made = [], [], 0
    with subprocess.Popen(own_host.command("database", "move", url, "--yes"), stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            address = town.at(f"m{time.monotonic_ns()}")
            done = own_host.run("--json", "mailbox", "add", address, "--password-stdin", stdin="four small words\n")
            made += done.returncode == 0
            refused += [] if done.returncode == 0 else [json.loads(done.stdout)["error"]["message"]]
            answer = browse(own_host, f"https://{own_host.hostname}/sign-in/")
            closed += [words(answer.body)] if answer.status == 503 else []
            subject = f"meanwhile {time.monotonic_ns()}"
            deliver(own_host, letter(subject, "eve@world.test", town.at("team")), "eve@world.test", town.at("team"))
            wait_for_letter(own_host, town.bob, subject)
    assert process.returncode == 0
    assert refused
    assert all("on their way to another database" in line for line in refused)
    assert any("on their way to another database" in page for page in closed)
    assert len(own_host.cli("mailbox", "list")) == before + made
    assert own_host.run("directory", "check").returncode == 0


def test_a_host_that_is_stopped_is_moved_too(own_host: Instance, town: Town, servers: dict[str, Server]) -> None:
    before = accounts(own_host)
    own_host.stop()
    try:
        own_host.cli("database", "move", servers["mariadb"].create("stopped"), "--yes")
    finally:
        own_host.start()
    assert accounts(own_host) == before
    with imap(own_host, town.alice):
        pass


def test_a_database_with_something_in_it_is_refused(own_host: Instance, town: Town, servers: dict[str, Server]) -> None:
    before = accounts(own_host)
    for server in servers.values():
        url = server.create("filled")
        server.run("CREATE TABLE somebodys (number integer)", name="filled")
        error = own_host.refused("database", "move", url, "--yes")
        assert "not empty" in error["message"]
        assert accounts(own_host) == before


def test_a_database_in_another_character_set_is_refused(
    own_host: Instance, town: Town, servers: dict[str, Server]
) -> None:
    maria = servers["mariadb"]
    url = maria.create("latin")
    maria.run("ALTER DATABASE latin CHARACTER SET latin1", "CREATE TABLE one (number integer)", name="latin")
    assert "latin1" in own_host.refused("database", "move", url, "--yes")["message"]
    postgres = servers["postgresql"]
    url = postgres.create("latin")
    postgres.run(
        "DROP DATABASE latin",
        "CREATE DATABASE latin OWNER carteiro TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'",
    )
    assert "LATIN1" in own_host.refused("database", "move", url, "--yes")["message"]


def test_what_can_not_be_reached_is_told_in_words(own_host: Instance, town: Town, servers: dict[str, Server]) -> None:
    url, other = servers["mariadb"].create("there"), servers["postgresql"].create("there")
    told = {
        "mysql://carteiro@127.0.0.1:1/mail": "can't be reached",
        "postgresql://carteiro@127.0.0.1:1/mail": "can't be reached",
        url.replace("/there?", "/nothing?"): "not there",
        other.replace("/there?", "/nothing?"): "not there",
        url.replace("carteiro@", "nobody@"): "does not let us in",
        other.replace("carteiro@", "nobody@"): "does not let us in",
        url.replace("password_file=/", "password_file=/nonexistent/"): "can't be read",
        "mysql://carteiro:secret@localhost/mail": "password does not belong here",
    }
    for each, words_ in told.items():
        error = own_host.refused("database", "move", each, "--yes")
        assert words_ in error["message"], error
        assert "secret" not in str(error)


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_move_that_is_killed_leaves_all_as_it_was_and_can_be_done_again(
    own_host: Instance, town: Town, servers: dict[str, Server], kind: str
) -> None:
    before = accounts(own_host)
    place = own_host.cli("database", "show")["place"]
    url = servers[kind].create("killed")
    for seconds in (2.0, 5.0):
        with subprocess.Popen(own_host.command("database", "move", url, "--yes")) as process:
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
        # Whichever database the settings name now, all is in it, and an apply lets everything follow.
        own_host.cli("apply")
        assert accounts(own_host) == before
        with imap(own_host, own_host.add_person(f"k{time.monotonic_ns()}@{town.domain}")):
            pass
        before = accounts(own_host)
    if own_host.cli("database", "show")["place"] == place:
        own_host.cli("database", "move", url, "--yes")
    assert own_host.cli("database", "show")["place"] != place
    assert accounts(own_host) == before

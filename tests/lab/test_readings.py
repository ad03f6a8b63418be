"""The panel shows what really happened: figures after real mail, the real queue, the real services."""

import imaplib
import json
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from carteiro.host.supervise.control import Control
from carteiro.operate import tally
from carteiro.settings.layout import Layout

from .clients import ask_recipient, deliver, letter, submit, trusting, wait_for_letter
from .dns import ADDRESS as NAMESERVER
from .dns import LabDNS
from .instance import Instance, Person, Town, running
from .panel import Panel

NAME = "mail.five.test"
SUPERADMIN = Person("root@five.test", "tram-gravel-onion-42")


@pytest.fixture(scope="module")
def host(lab_dns: LabDNS) -> Iterator[Instance]:
    """An instance with its panel on."""
    with running(Instance("127.0.5.1", NAME, NAMESERVER, web=True)) as instance:
        yield instance


@pytest.fixture(scope="module")
def town(host: Instance) -> Town:
    return host.add_town("readings.test")


@pytest.fixture(scope="module")
def panel(host: Instance) -> Panel:
    host.cli("admin", "add", SUPERADMIN.address, "--superadmin", "--password-stdin", stdin=SUPERADMIN.password)
    panel = Panel(host)
    panel.sign_in(SUPERADMIN)
    return panel


def until(look: Callable[[], str], text: str, seconds: float = 90) -> str:
    """A page, once it has this text."""
    deadline = time.monotonic() + seconds
    while text not in (page := look()):
        assert time.monotonic() < deadline, f"{text!r} does not appear: {page}"
        time.sleep(1)
    return page


def tiles(page: str) -> dict[str, int]:
    """The numbers of the first page by their names."""
    found = re.findall(r'<span class="name">(?:<[^>]*>)*([^<]+)</span><span class="value">([0-9,]+)</span>', page)
    return {name.strip(): int(value.replace(",", "")) for name, value in found}


def wait_until_counted(host: Instance) -> None:
    """Until every line is counted that is in the logs now: what other tests did must not be counted later."""
    layout = Layout.below(host.directory)
    sizes = {name: (layout.log / name).stat().st_size for name in tally.LOGS}
    deadline = time.monotonic() + 90
    while True:
        with closing(sqlite3.connect(f"{layout.accounts_database.as_uri()}?mode=ro", uri=True)) as accounts:
            row = accounts.execute("SELECT data FROM hosting_reading WHERE name = 'tally'").fetchone()
        counted = json.loads(row[0]) if row else {}
        if all(counted.get(name, {"offset": 0})["offset"] >= size for name, size in sizes.items()):
            return
        assert time.monotonic() < deadline, f"{counted} of {sizes}"
        time.sleep(1)


def status(host: Instance) -> dict[str, Any]:
    """What the command says, also while something is not well."""
    told: dict[str, Any] = json.loads(host.run("--json", "status").stdout)
    return told


def wait_until_well(host: Instance) -> None:
    """Until every service runs and the directory follows: the next test begins with that."""
    deadline = time.monotonic() + 40
    while not (now := status(host))["well"]:
        assert time.monotonic() < deadline, now
        time.sleep(0.5)


def test_mail_is_counted_by_what_became_of_it(host: Instance, town: Town, panel: Panel) -> None:
    wait_until_counted(host)
    before = tiles(panel.get("/").body)
    for number in range(3):
        deliver(host, letter(f"In {number}", "z@world.test", town.bob.address), "z@world.test", town.bob.address)
    submit(host, town.alice, letter("Own", town.alice.address, town.bob.address), town.bob.address)
    for _ in range(2):
        assert ask_recipient(host, town.at("nobody")).code == 550
    wait_for_letter(host, town.bob, "Own")
    wanted = {"Delivered": 4, "Sent": 1, "Rejected": 2}
    deadline = time.monotonic() + 90
    while True:
        now = tiles(panel.get("/").body)
        counted = {name: now[name] - before[name] for name in wanted}
        if counted == wanted or time.monotonic() > deadline:
            break
        time.sleep(1)
    assert counted == wanted


def test_what_mailboxes_hold_and_who_logged_in_is_shown(host: Instance, town: Town, panel: Panel) -> None:
    deliver(host, letter("Held", "z@world.test", town.charlie.address), "z@world.test", town.charlie.address)
    wait_for_letter(host, town.charlie, "Held")
    until(lambda: panel.get(f"/mailboxes/{town.charlie.address}/").body, "IMAP")
    page = until(lambda: panel.get(f"/mailboxes/?q={town.charlie.address}").body, "bytes")
    assert town.charlie.address in page


def test_a_stuck_message_is_explained_held_released_and_deleted(host: Instance, town: Town, panel: Panel) -> None:
    host.cli("transport", "set", "dead.test", f"{host.address}:2")
    submit(host, town.alice, letter("Stuck", town.alice.address, "x@dead.test"), "x@dead.test")
    page = until(lambda: panel.get("/queue/?q=x@dead.test").body, "The other host refuses connections")
    (queue_id,) = set(re.findall(r'href="/queue/(\w+)/"', page))
    shown = panel.get(f"/queue/{queue_id}/").body
    assert "Subject: Stuck" in shown
    assert "Good day." not in shown

    def queued() -> dict[str, str]:
        return {entry["id"]: entry["state"] for entry in host.cli("queue", "list")}

    panel.fill(f"/queue/{queue_id}/", button=("action", "hold"))
    assert queued()[queue_id] == "hold"
    assert "Held" in panel.get("/queue/?q=x@dead.test").body
    panel.fill(f"/queue/{queue_id}/", button=("action", "release"))
    assert queued()[queue_id] != "hold"
    answer = panel.fill(f"/queue/{queue_id}/", button=("action", "delete"))
    assert "Delete 1 message?" in answer.body
    assert queue_id in queued()
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.body)[0]
    sent = {"csrfmiddlewaretoken": token, "chosen": queue_id, "sure": "1", "action": "delete"}
    assert "1 message is deleted." in panel.post("/queue/act/", sent).body
    assert queue_id not in queued()


def test_services_are_shown_with_their_logs_and_restarted(host: Instance, town: Town, panel: Panel) -> None:
    page = until(lambda: panel.get("/services/").body, "postfix")
    assert page.count(">Runs<") >= 5
    # Looked at once an hour, and for the first time with all the rest.
    until(lambda: panel.get("/services/").body, "own authority", seconds=60)
    assert ask_recipient(host, town.at("stranger")).code == 550
    assert town.at("stranger") in panel.get("/services/postfix/log/").body
    before = host.engine("dovecot").pid
    answer = panel.fill("/services/dovecot/restart/")
    assert "dovecot is started again." in answer.body
    assert host.engine("dovecot").pid != before


@pytest.mark.parametrize("name", ["worker", "web", "nginx"])
def test_what_bears_the_answer_is_restarted_after_it(host: Instance, panel: Panel, name: str) -> None:
    def since() -> str:
        return next(str(service["since"]) for service in status(host)["services"] if service["name"] == name)

    before = since()
    assert f"{name} is started again." in panel.fill(f"/services/{name}/restart/").body
    deadline = time.monotonic() + 40
    while (now := since()) == before:
        assert time.monotonic() < deadline, now
        time.sleep(0.5)
    wait_until_well(host)
    # The worker hears questions only a moment after it is said to run.
    until(lambda: panel.get("/services/postfix/log/").body, "postfix/smtpd[")


def test_a_mailbox_is_live_when_its_page_answers(host: Instance, town: Town, panel: Panel) -> None:
    eve = Person(town.at("eve"), "eve has four words")
    assert ask_recipient(host, eve.address).code == 550
    answer = panel.fill("/mailboxes/add/", address=eve.address, password=eve.password)
    assert "do not follow it yet" not in answer.body
    assert ask_recipient(host, eve.address).code == 250
    session = imaplib.IMAP4_SSL(host.address, 993, ssl_context=trusting(host), timeout=30)
    session.login(eve.address, eve.password)
    assert session.noop()[0] == "OK"
    panel.fill(f"/mailboxes/{eve.address}/edit/", active="")
    assert ask_recipient(host, eve.address).code != 250
    # The session that was open is over too.
    with pytest.raises(imaplib.IMAP4.abort):
        session.noop()
    session.shutdown()


def test_a_change_is_told_as_saved_while_the_directory_does_not_follow(
    host: Instance, town: Town, panel: Panel
) -> None:
    supervisor = Control(host.directory / "run" / "supervisor.sock")
    supervisor.stop("projector")
    try:
        answer = panel.fill(f"/mailboxes/{town.bob.address}/edit/", name="Bob the builder")
        assert "do not follow it yet" in answer.body
    finally:
        supervisor.start("projector")
        wait_until_well(host)
    assert host.cli("mailbox", "show", town.bob.address)["name"] == "Bob the builder"

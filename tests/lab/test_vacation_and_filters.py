"""What the panel's rules and notices do with arriving mail, beside what people wrote by hand."""

import json
import subprocess
import sys
import time
from typing import Any

from .clients import deliver, letter, subjects, wait_for_letter
from .foreign import World
from .instance import Instance, Person, Town
from .sieve_client import use_script

# Filters and broadcasts have no command: what the panel calls is called here.
_CALL = """
import json, sys
from pathlib import Path
from carteiro.hosting.database import configure
configure.prepare()
from carteiro.hosting import broadcasts, requests
from carteiro.hosting.owner import filters, scripts
from carteiro.mail.filter_rule import parse_rule
from carteiro.operate import accounts
from carteiro.operate.instance import Instance
from carteiro.settings.layout import Layout
asked = json.load(sys.stdin)
with accounts.opened(Instance.open(Layout.below(Path(sys.argv[1])))) as actor:
    print(json.dumps(eval(sys.argv[2])))
"""
_ADD_RULE = "filters.add(actor, asked['address'], parse_rule(asked['if'], asked['do'])).pk"
_BROADCAST = "broadcasts.add(actor, broadcasts.NewBroadcast(**asked)).pk"
_READ = "requests.answer(scripts.read(actor, asked), 20)"
_WRITE = "requests.answer(scripts.write(actor, *asked), 20)"
_PROGRESS = (
    "[broadcasts.get(actor, asked).state, broadcasts.get(actor, asked).sent, broadcasts.get(actor, asked).failed]"
)


def _call(host: Instance, expression: str, asked: object) -> Any:
    command = (sys.executable, "-c", _CALL, str(host.directory), expression)
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _add_rule(host: Instance, person: Person, conditions: list[dict[str, str]], actions: list[dict[str, str]]) -> None:
    _call(host, _ADD_RULE, {"address": person.address, "if": conditions, "do": actions})


def _wait_for_script(host: Instance, person: Person, text: str) -> None:
    """Until the worker has installed a script with this text in it."""
    file = host.directory / "state" / "mail"
    name = str(host.cli("mailbox", "show", person.address)["home"])
    script = file / name[:2] / name / "carteiro.sieve"
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if script.exists() and text in script.read_text():
            return
        time.sleep(0.2)
    raise AssertionError(host.log("worker.log")[-3000:])


def _send(host: Instance, to: str, subject: str, sender: str = "eve@world.test", **headers: str) -> None:
    message = letter(subject, sender, to)
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    deliver(host, message, sender, to)


def test_a_notice_answers_once_and_neither_lists_nor_programs(host: Instance, town: Town, world: World) -> None:
    host.cli("alias", "add", town.at("sales"), town.alice.address)
    text = 'Back in May.\n"Quoted" \\ and\n.\ndots, ünï.'
    host.cli("vacation", "set", town.alice.address, "--active", "yes", "--subject", "Fort: ção", "--text", text)
    _wait_for_script(host, town.alice, "vacation")
    _send(host, town.alice.address, "By a list", "list@world.test", List_Id="<all.world.test>")
    _send(host, town.alice.address, "In bulk", "bulk@world.test", Precedence="bulk")
    _send(host, town.alice.address, "By a program", "robot@world.test", Auto_Submitted="auto-generated")
    _send(host, town.alice.address, "Marked as spam", "spam@world.test", X_Spam="Yes")
    for number in (1, 2):
        _send(host, town.alice.address, f"Question {number}", "asker@world.test")
        wait_for_letter(host, town.alice, f"Question {number}")
    _send(host, town.at("sales"), "Through an alias", "buyer@world.test")
    answer = world.wait_for_mail("asker@world.test", "Fort: ção")
    world.wait_for_mail("buyer@world.test", "Fort: ção")
    assert str(answer.get_payload()).rstrip("\n") == text
    assert len(world.inbox("asker@world.test")) == 1
    for nobody in ("list", "bulk", "robot", "spam"):
        assert world.inbox(f"{nobody}@world.test") == []


def test_a_notice_keeps_to_its_days(host: Instance, town: Town, world: World) -> None:
    early, late = town.at("early"), town.at("late")
    begins = {early: ("--starts", "2099-01-01"), late: ("--starts", "2020-01-01", "--ends", "2099-01-01")}
    for address, days in begins.items():
        person = host.add_person(address)
        host.cli("vacation", "set", address, "--active", "yes", "--text", "Away.", "--subject", address, *days)
        _wait_for_script(host, person, "currentdate")
        _send(host, address, "Hello", "dated@world.test")
        wait_for_letter(host, person, "Hello")
    world.wait_for_mail("dated@world.test", late)
    assert [answer["Subject"] for answer in world.inbox("dated@world.test")] == [late]


def test_rules_file_mark_and_go_along_with_a_script_of_ones_own(host: Instance, town: Town) -> None:
    use_script(host, town.bob, 'require "fileinto";\nif header :contains "Subject" "own" { fileinto "Archive"; }\n')
    bills = [{"field": "subject", "test": "contains", "value": "bill"}]
    _add_rule(host, town.bob, bills, [{"do": "file", "value": "Bills/São Paulo"}])
    _add_rule(host, town.bob, [{"field": "subject", "test": "begins", "value": "[*]"}], [{"do": "discard"}])
    _wait_for_script(host, town.bob, "discard")
    for subject in ("Your bill", "My own rule", "[*] gone", "[x] stays"):
        _send(host, town.bob.address, subject)
    wait_for_letter(host, town.bob, "[x] stays")
    wait_for_letter(host, town.bob, "My own rule", "Archive")
    wait_for_letter(host, town.bob, "Your bill", "Bills/S&AOM-o Paulo")
    assert subjects(host, town.bob) == ["[x] stays"]


def test_a_script_written_in_the_panel_is_the_one_of_the_mail_program(host: Instance, town: Town) -> None:
    person = host.add_person(town.at("writer"))
    assert _call(host, _READ, person.address) == ""
    faults = _call(host, _WRITE, [person.address, "keep;\nfly;\nif true {}\nwalk;\n"])
    assert [line for line, _ in faults] == [2, 4]
    assert _call(host, _READ, person.address) == ""
    use_script(host, person, "# by hand\nkeep;\n")
    assert "# by hand" in _call(host, _READ, person.address)
    assert _call(host, _WRITE, [person.address, "discard;\n"]) == []
    _send(host, person.address, "Into nothing")
    assert _call(host, _WRITE, [person.address, ""]) == []
    _send(host, person.address, "Into the inbox")
    wait_for_letter(host, person, "Into the inbox")
    assert subjects(host, person) == ["Into the inbox"]


def test_a_notice_follows_its_mailbox_to_a_new_address(host: Instance, town: Town) -> None:
    person = host.add_person(town.at("before"))
    host.cli("vacation", "set", person.address, "--active", "yes", "--text", "Away.")
    _wait_for_script(host, person, "before@")
    host.cli("mailbox", "rename", person.address, town.at("after"))
    _wait_for_script(host, Person(town.at("after"), person.password), '"after@')


def test_a_broadcast_reaches_every_mailbox_once_and_no_notice_answers(host: Instance, town: Town) -> None:
    domain = f"broadcast.{town.domain}"
    there = host.add_town(domain, names=tuple(f"reader{number}" for number in range(12)))
    reader = there.people["reader3"]
    host.cli("vacation", "set", reader.address, "--active", "yes", "--text", "Away.")
    _wait_for_script(host, reader, "vacation")
    asked = {
        "subject": "Maintenance ção",
        "text": "Tonight.\n",
        "from_address": reader.address,
        "from_name": "Your, host",
        "domains": [domain],
    }
    number = _call(host, _BROADCAST, asked)
    deadline = time.monotonic() + 30
    while _call(host, _PROGRESS, number)[0] != "done" and time.monotonic() < deadline:
        time.sleep(0.5)
    assert _call(host, _PROGRESS, number) == ["done", 12, 0]
    for person in there.people.values():
        message = wait_for_letter(host, person, "Maintenance ção")
        assert message["To"] == person.address
        assert (message["Precedence"], message["Auto-Submitted"]) == ("bulk", "auto-generated")
        assert message["List-Id"] == f"<broadcast.{host.hostname}>"
        assert subjects(host, person) == ["Maintenance ção"]

"""A paused domain over SMTP, an address left behind, the first letter; and what the panel says of an address."""

import json
import subprocess
import sys

from .clients import ask_recipient, deliver, letter, subjects, wait_for_letter
from .instance import Instance, Town

# What `hosting.route` says, from a process of its own: there is no command for it.
_SAY = """
import json, sys
from pathlib import Path
from carteiro.hosting.database import configure
from carteiro.settings.layout import Layout
configure.setup(Layout.below(Path(sys.argv[1])))
from carteiro.hosting import route
from carteiro.hosting.access import Actor
root = Actor.root(origin="test")
print(json.dumps({address: route.explain(root, address).outcome.value for address in sys.argv[2:]}))
"""
_MEANS = {250: "taken", 450: "put_off", 550: "refused", 554: "not_ours"}


def _said(host: Instance, *addresses: str) -> dict[str, str]:
    asked = [sys.executable, "-c", _SAY, str(host.directory), *addresses]
    told: dict[str, str] = json.loads(subprocess.run(asked, capture_output=True, text=True, check=True).stdout)
    return told


def test_mail_for_a_paused_domain_waits_at_the_sender_and_its_people_go_on(host: Instance) -> None:
    town = host.add_town("pause.test", names=("alice", "bob"))
    host.cli("alias-domain", "add", "pause-too.test", "pause.test")
    host.cli("domain", "set", "pause.test", "--paused", "yes")
    for address in (town.alice.address, "alice+x@pause.test", "nobody@pause.test", "bob@pause-too.test"):
        reply = ask_recipient(host, address)
        assert (reply.code, "4.2.1" in reply.text) == (450, True), address
    assert subjects(host, town.alice) == []
    host.cli("domain", "set", "pause.test", "--paused", "no")
    deliver(host, letter("After the pause", "eve@world.test", town.alice.address), "eve@world.test", town.alice.address)
    wait_for_letter(host, town.alice, "After the pause")
    assert ask_recipient(host, "nobody@pause.test").code == 550


def test_what_the_panel_says_is_what_the_engines_answer(host: Instance) -> None:
    town = host.add_town("said.test", names=("alice", "bob"))
    host.add_town("said-paused.test", names=("alice",))
    host.cli("domain", "set", "said-paused.test", "--paused", "yes")
    host.cli("alias", "add", "team@said.test", town.alice.address, town.bob.address)
    host.cli("alias", "add", "bob-only@said.test", town.bob.address)
    host.cli("alias", "add", "off@said.test", town.alice.address)
    host.cli("alias", "set", "off@said.test", "--active", "no")
    host.cli("alias-domain", "add", "said-too.test", "said.test")
    host.cli("mailbox", "set", town.bob.address, "--active", "no")
    asked = [
        *("alice@said.test", "alice+tag@said.test", "team@said.test", "bob@said.test", "bob+x@said.test"),
        *("bob-only@said.test", "off@said.test", "nobody@said.test", "team@said-too.test", "nobody@said-too.test"),
        *("alice@said-paused.test", "x@elsewhere.test"),
    ]
    answers = {address: _MEANS[ask_recipient(host, address).code] for address in asked}
    assert _said(host, *asked) == answers


def test_a_renamed_mailbox_leaves_its_address_behind(host: Instance, town: Town) -> None:
    dora = host.add_person(town.at("dora"))
    host.cli("mailbox", "rename", dora.address, town.at("dora.lima"), "--alias-days", "30")
    deliver(host, letter("To the old one", "eve@world.test", dora.address), "eve@world.test", dora.address)
    wait_for_letter(host, type(dora)(town.at("dora.lima"), dora.password), "To the old one")


def test_a_new_mailbox_gets_its_first_letter(host: Instance, town: Town) -> None:
    host.cli("mailbox", "add", town.at("fresh"), "--password-stdin", "--welcome", "en", stdin="correct horse battery\n")
    fresh = type(town.alice)(town.at("fresh"), "correct horse battery")
    wait_for_letter(host, fresh, f"Welcome to {host.hostname}")

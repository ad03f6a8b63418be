"""What `remove` says, what `bin list` shows, and that its words bring things back; on accounts without engines."""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from carteiro.cli.main import main
from carteiro.hosting.database import configure
from carteiro.settings.layout import Layout

# What is made for each noun, and the words that name it.
MADE = {
    "domain": (["domain", "add", "example.org"], ["example.org"]),
    "alias-domain": (["alias-domain", "add", "example.net", "example.com"], ["example.net"]),
    "mailbox": (["mailbox", "add", "bob@example.com"], ["bob@example.com"]),
    "alias": (["alias", "add", "team@example.com", "x@elsewhere.test"], ["team@example.com"]),
    "grant": (["grant", "add", "ana@example.com", "x@elsewhere.test"], ["ana@example.com", "x@elsewhere.test"]),
    "relay-recipient": (["relay-recipient", "add", "x@backup.example"], ["x@backup.example"]),
    "transport": (["transport", "set", "far.example", "mx.far.example"], ["far.example"]),
    "admin": (["admin", "add", "eve@example.com"], ["eve@example.com"]),
}


class Commands:
    """The command line in this process: a process for each command would take most of the time."""

    def __init__(self, instance: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.instance, self.monkeypatch, self.capsys = instance, monkeypatch, capsys

    def status(self, *words: str) -> int:
        """Run a command; its exit status."""
        self.monkeypatch.setattr(sys, "argv", ["carteiro", "--instance", str(self.instance), "--json", *words])
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        return int(end.value.code or 0)

    def answer(self, *words: str) -> Any:
        """What a command that must succeed gives."""
        assert self.status(*words) == 0, words
        return json.loads(self.capsys.readouterr().out)

    def refused(self, *words: str) -> str:
        """The code of the error of a command that must be refused."""
        assert self.status(*words) == 1, words
        return str(json.loads(self.capsys.readouterr().out)["error"]["code"])


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Commands]:
    """On an instance with accounts that never ran, with two domains and a mailbox."""
    (tmp_path / "carteiro.toml").write_text('hostname = "mail.example.com"\n')
    configure.setup(Layout.below(tmp_path))
    configure.migrate()
    monkeypatch.setattr(sys, "stdin", io.StringIO())  # nobody is there to ask
    commands = Commands(tmp_path, monkeypatch, capsys)
    commands.answer("domain", "add", "example.com")
    commands.answer("domain", "add", "backup.example", "--relay", "list")
    commands.answer("mailbox", "add", "ana@example.com")
    yield commands
    configure.close()


@pytest.mark.parametrize("noun", MADE)
def test_the_bin_names_what_brings_a_removed_thing_back(noun: str, commands: Commands) -> None:
    make, named = MADE[noun]
    commands.answer(*make)
    assert commands.refused(noun, "remove", *named) == "unconfirmed"
    commands.answer(noun, "show", *named)
    removed = commands.answer(noun, "remove", *named, "--yes")
    assert commands.refused(noun, "show", *named) == "not_found"
    assert commands.answer("bin", "list") == [removed]
    commands.answer(removed["kind"], "restore", *removed["key"].split())
    commands.answer(noun, "show", *named)
    assert commands.answer("bin", "list") == []


def test_an_app_password_is_never_brought_back(commands: Commands) -> None:
    made = commands.answer("app-password", "add", "ana@example.com", "--for", "imap")
    words = ("ana@example.com", str(made["id"]))
    changed = commands.answer("app-password", "set", *words, "--label", "tablet", "--for", "imap, smtp")
    assert commands.answer("app-password", "show", *words) == changed
    assert (changed["label"], changed["protocols"]) == ("tablet", ["imap", "smtp"])
    assert commands.refused("app-password", "remove", *words) == "unconfirmed"
    commands.answer("app-password", "show", *words)
    commands.answer("app-password", "remove", *words, "--yes")
    assert commands.answer("bin", "list") == []
    assert commands.status("app-password", "restore", *words) == 2

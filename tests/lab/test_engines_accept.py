"""The installed engines' own checkers take what is rendered for them, and their tables say what they should."""

import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from carteiro.host import facts, versions
from carteiro.settings.layout import Layout
from carteiro.stack.tree import Check, Stack
from tests.golden.cases import CASES

from .certificate import write_certificate

RECEIVED = (
    "Received: from [192.168.7.7] (home.example [203.0.113.7])\n"
    "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\n"
    "\tby {host} (Postfix) with ESMTPSA id 4jXlM04lJkz;\n\tSun, 22 Nov 2026 23:16:28 +0000 (UTC)"
)
HIDDEN = "Received: by {host} (Postfix) with ESMTPSA id 4jXlM04lJkz;\n\tSun, 22 Nov 2026 23:16:28 +0000 (UTC)"


def _write(stack: Stack, generation: Path) -> None:
    for file in stack.files:
        path = generation / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)


def _stack(name: str, directory: Path) -> Stack:
    """A golden case's stack, below a directory that exists."""
    tls = {"certificate": str(directory / "host.crt"), "key": str(directory / "host.key")}
    write_certificate("mail.example.org", Path(tls["certificate"]), Path(tls["key"]))
    layout = Layout.below(directory)
    for place in (layout.log, layout.run, layout.nginx_state):
        place.mkdir(parents=True)
    case = CASES[name]
    # nginx's checker binds the addresses, so they are this machine's.
    listen = dict(case.settings.get("listen", {}))  # type: ignore[call-overload]
    if "addresses" in listen:
        listen["addresses"] = ["127.0.0.1", "127.0.0.2"]
    settings = {**case.settings, "tls": tls, "listen": listen}
    return replace(case, layout=layout, settings=settings, facts=replace(case.facts, ipv6=facts.ipv6())).build(
        versions.debian()
    )


@pytest.fixture
def directory() -> Iterator[Path]:
    # Shorter than pytest's own, since the paths of Unix sockets are limited.
    with tempfile.TemporaryDirectory(prefix="lab-") as name:
        yield Path(name)


def _check(check: Check, generation: Path) -> tuple[bool, str]:
    done = subprocess.run(check.command(str(generation)), capture_output=True, text=True, check=False)
    failed = done.returncode != 0 or (check.stderr_is_failure and done.stderr != "")
    return not failed, done.stderr


def _query(table: Path, key: str) -> str:
    # Its own settings: after an installation without questions the machine has none.
    command = ["/usr/sbin/postmap", "-c", str(table.parent), "-q", key, f"regexp:{table}"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


@pytest.mark.parametrize("name", CASES)
def test_the_checkers_take_every_case(name: str, directory: Path) -> None:
    stack = _stack(name, directory)
    _write(stack, directory / "generation")
    for check in stack.checks:
        good, said = _check(check, directory / "generation")
        assert good, said
        assert said == ""


@pytest.mark.parametrize("file", ["postfix/main.cf", "postfix/master.cf", "dovecot/dovecot.conf", "nginx/nginx.conf"])
def test_the_checkers_find_a_misspelt_key(file: str, directory: Path) -> None:
    stack = _stack("trial", directory)
    generation = directory / "generation"
    _write(stack, generation)
    line = "    -o smtpd_bannner=x\n" if file.endswith("master.cf") else "smtpd_bannner = x\n"
    text = (generation / file).read_text()
    (generation / file).write_text(text + line)
    assert not all(_check(check, generation)[0] for check in stack.checks)


@pytest.mark.parametrize(
    ("command", "marked"),
    [
        ("MAIL FROM:<a@b.test> SMTPUTF8", "MAIL FROM:<a+x-smtputf8@b.test> SMTPUTF8"),
        ("mail from: <a+t@b.test> smtputf8 size=1", "mail from: <a+t+x-smtputf8@b.test> smtputf8 size=1"),
        ("MAIL FROM:<a@b.test> SIZE=10", ""),
        ("MAIL FROM:<smtputf8@b.test>", ""),
        ("MAIL FROM:a@b.test SMTPUTF8", "MAIL SMTPUTF8"),
        ("MAIL FROM:<> SMTPUTF8", "MAIL SMTPUTF8"),
        ("MAIL FROM:<@x.test:a@b.test> SMTPUTF8", "MAIL SMTPUTF8"),
    ],
)
def test_no_way_to_say_smtputf8_goes_unmarked(command: str, marked: str, directory: Path) -> None:
    _write(_stack("trial", directory), directory)
    assert _query(directory / "postfix/utf8_commands", command) == marked


def test_the_mark_comes_off_as_it_went_on(directory: Path) -> None:
    _write(_stack("trial", directory), directory)
    assert _query(directory / "postfix/utf8_senders", "a+t+x-smtputf8@b.test") == "carteiro_utf8_recipients"
    assert _query(directory / "postfix/utf8_unmark", "a+t+x-smtputf8@b.test") == "a+t@b.test"
    assert _query(directory / "postfix/utf8_unmark", "a+t@b.test") == ""


def test_a_clients_address_leaves_our_own_received_line(directory: Path) -> None:
    _write(_stack("trial", directory), directory)
    table = directory / "postfix/submission_headers"
    host = "mail.carteiro.test"
    assert _query(table, RECEIVED.format(host=host)) == f"REPLACE {HIDDEN.format(host=host)}"
    assert _query(table, RECEIVED.format(host="mail-carteiro.test")) == ""


def test_bounces_speak_both_languages(directory: Path) -> None:
    _write(_stack("trial", directory), directory)
    # With a file name postconf shows the templates with their variables filled in.
    command = ["/usr/sbin/postconf", "-c", f"{directory}/postfix", "-b", f"{directory}/postfix/bounce.cf"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    assert shown.stderr == ""
    assert "could not be delivered for more than 4 hour(s)" in shown.stdout
    assert "não pôde ser entregue há mais de 4 hora(s)" in shown.stdout
    assert "host mail.carteiro.test" in shown.stdout

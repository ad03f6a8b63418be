"""Passwords from a prompt, from standard input, or generated; never from an argument."""

import getpass
import sys
from dataclasses import dataclass
from typing import Any

from carteiro.cli import show
from carteiro.cli.session import Session
from carteiro.mail.password import check_policy, generate_password, hash_password, parse_hash
from carteiro.words import N_, Fault, translate


@dataclass(frozen=True)
class Chosen:
    """A password as it is stored, and in clear if it was made up here and has to be told."""

    hashed: str
    told: str | None = None


def choose(*, from_stdin: bool, hashed: str | None, generate: bool = False) -> Chosen:
    """The password that the options ask for: a prompt on a terminal, else a generated one."""
    if sum((from_stdin, hashed is not None, generate)) > 1:
        raise Fault(N_("Only one of --password-stdin, --password-hash and --generate can be given."), code="invalid")
    if hashed is not None:
        return Chosen(parse_hash(hashed))
    if from_stdin:
        return Chosen(_hashed(read_line()))
    if not generate and sys.stdin.isatty():
        return Chosen(_hashed(_ask()))
    clear = generate_password()
    return Chosen(hash_password(clear), clear)


def read_line() -> str:
    """One line of standard input, without its end."""
    return sys.stdin.readline().rstrip("\r\n")


def tell(session: Session, record: dict[str, Any], chosen: Chosen, line: str) -> None:
    """Say what was done; a password that was made up here is told, this once."""
    if chosen.told is not None:
        record = {**record, "password": chosen.told}
    show.done(record, line, json=session.json, address=record["address"])
    if chosen.told is not None and not session.json:
        show.text(translate(N_("Password: {password} (shown this once)"), password=chosen.told))


def _hashed(clear: str) -> str:
    check_policy(clear)
    return hash_password(clear)


def _ask() -> str:
    first = getpass.getpass(translate(N_("New password: ")))
    if first != getpass.getpass(translate(N_("Once more: "))):
        raise Fault(N_("The two passwords differ."), N_("Try again."), code="invalid")
    return first

"""Logs over their size are put aside; the engines go on in new ones, and no line is lost."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from carteiro.operate import logs
from carteiro.operate.instance import Instance as Opened
from carteiro.settings.layout import Layout

from .clients import deliver, imap, letter, wait_for_letter
from .instance import Instance, Town

LIMIT = 100 * 1024 * 1024
ENGINES = ("mail.log", "dovecot.log")


@pytest.fixture(scope="module")
def host(own_host: Instance) -> Instance:
    """Not the shared one: other tests look for lines in its logs."""
    return own_host


def _rotate(host: Instance) -> None:
    """What the worker does once an hour."""
    logs.rotate(Opened.open(Layout.below(host.directory)))


def _swell(log: Path) -> None:
    """Over the limit, but without a write: the engines append at the end."""
    with log.open("r+b") as file:
        file.truncate(LIMIT + 1)


def _rotated(host: Instance, name: str) -> list[Path]:
    return list((host.directory / "log").glob(f"{name}-*"))


@contextmanager
def _stream_of_mail(host: Instance, town: Town) -> Iterator[list[str]]:
    """Mail comes in all the time; the Message-IDs so far."""
    over = threading.Event()
    sent: list[str] = []

    def send() -> None:
        while not over.is_set():
            message = letter(f"Number {len(sent)}", "eve@world.test", town.alice.address)
            deliver(host, message, "eve@world.test", town.alice.address)
            sent.append(str(message["Message-ID"]))

    sender = threading.Thread(target=send)
    sender.start()
    try:
        yield sent
    finally:
        over.set()
        sender.join()


@pytest.fixture(scope="module")
def sent(host: Instance, town: Town) -> list[str]:
    """The Message-IDs of mail that flowed while big logs were put aside."""
    for name in ENGINES:
        _swell(host.directory / "log" / name)
    with _stream_of_mail(host, town) as sent:
        time.sleep(1)
        _rotate(host)
        time.sleep(2)
    deliver(host, letter("The last", "eve@world.test", town.alice.address), "eve@world.test", town.alice.address)
    wait_for_letter(host, town.alice, "The last")
    return sent


def test_logs_within_their_size_stay(host: Instance) -> None:
    before = {path for name in ENGINES for path in _rotated(host, name)}
    _rotate(host)
    assert {path for name in ENGINES for path in _rotated(host, name)} == before


def test_big_logs_are_put_aside_while_mail_flows_and_no_line_is_lost(host: Instance, sent: list[str]) -> None:
    old = {name: path.read_text(errors="replace") for name in ENGINES for path in _rotated(host, name)}
    assert set(old) == set(ENGINES)
    together = old["mail.log"] + host.log("mail.log")
    assert len(sent) > 20
    assert [name for name in sent if f"message-id={name}" not in together] == []
    assert f"message-id={sent[0]}" in old["mail.log"]
    assert f"message-id={sent[-1]}" in host.log("mail.log")


@pytest.mark.usefixtures("sent")
def test_after_a_rotation_the_engines_write_into_the_new_files(host: Instance, town: Town) -> None:
    sizes = {path: path.stat().st_size for name in ENGINES for path in _rotated(host, name)}
    assert len(sizes) == len(ENGINES)
    deliver(host, letter("Afterwards", "eve@world.test", town.bob.address), "eve@world.test", town.bob.address)
    wait_for_letter(host, town.bob, "Afterwards")
    with imap(host, town.charlie):
        host.wait_for_log("dovecot.log", f"user=<{town.charlie.address}>")
    host.wait_for_log("mail.log", f"to=<{town.bob.address}>")
    assert {path: path.stat().st_size for path in sizes} == sizes


@pytest.mark.usefixtures("sent")
def test_nobody_else_may_read_them_after_a_rotation_either(host: Instance) -> None:
    paths = [path for name in ENGINES for path in (host.directory / "log" / name, *_rotated(host, name))]
    assert len(paths) == 2 * len(ENGINES)
    assert not [path for path in paths if path.stat().st_mode & 0o007]

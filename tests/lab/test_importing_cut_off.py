"""A server whose connection breaks in the middle: told in one line, nothing half done is seen, and it goes on later."""

import re
import select
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from .clients import imap, letter, wire
from .instance import Instance, Person, Town

FOLDERS = {"INBOX": 120, "Work": 60, "Work/Old": 30}
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends RST (socket(7))


class Wire:
    """Passes one connection at a time on to a server, and cuts it when so many bytes have come back."""

    def __init__(self, address: str, limit: int | None = None, *, reset: bool = False) -> None:
        self._target = (address, 993)
        self._limit = limit
        self._reset = reset
        self._listener = socket.create_server((address, 0))
        self.port = int(self._listener.getsockname()[1])
        self.passed = 0
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with client, socket.create_connection(self._target) as server:
                self._pass(client, server)
                if self._reset:
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)

    def _pass(self, client: socket.socket, server: socket.socket) -> None:
        while self._limit is None or self.passed < self._limit:
            ready, _, _ = select.select((client, server), (), (), 30)
            for side in ready:
                part = side.recv(16_384)
                if not part:
                    return
                if side is server:
                    self.passed += len(part)
                    part = part if self._limit is None else part[: self._limit - self.passed + len(part)]
                    client.sendall(part)
                else:
                    server.sendall(part)


@contextmanager
def _wire(host: Instance, limit: int | None = None, *, reset: bool = False) -> Iterator[Wire]:
    made = Wire(host.address, limit, reset=reset)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def there(host: Instance, town: Town) -> Person:
    """An account with three folders, and a message that comes in parts."""
    with imap(host, town.alice) as client:
        for folder, count in FOLDERS.items():
            client.create(f'"{folder}"')
            for number in range(count):
                text = letter(f"{folder} {number}", "eve@world.test", town.alice.address, f"Olá {number}.\n" * 600)
                client.append(f'"{folder}"', (r"(\Seen)", "")[number % 2], "", wire(text))
        large = letter("Large", "eve@world.test", town.alice.address, ("x" * 70 + "\n") * 16_000)
        client.append('"Work"', "", "", wire(large))
        client.select("INBOX")
        client.store("1:5", "+FLAGS", r"(\Deleted)")
        client.expunge()
    return town.alice


def _words(host: Instance, there: Person, here: Person, port: int) -> tuple[str, ...]:
    options = ("--user", there.address, "--port", str(port), "--ca-file", str(host.authority), "--password-stdin")
    return ("import", "imap", host.address, here.address, *options)


def _seen(host: Instance, person: Person) -> dict[str, object]:
    """What programs see of each folder: its numbers, and each message's UID, flags and size."""
    found: dict[str, object] = {}
    with imap(host, person) as client:
        for folder in FOLDERS:
            if client.select(f'"{folder}"', readonly=True)[0] != "OK":
                continue
            validity = client.response("UIDVALIDITY")[1]
            rows = _rows(client.uid("FETCH", "1:*", "(FLAGS RFC822.SIZE)")[1])
            found[folder] = (validity, rows) if rows else None
    return found


def _rows(told: list[object]) -> list[bytes]:
    return [re.sub(rb" \\Recent|\\Recent ?", b"", row) for row in told if isinstance(row, bytes)]


def test_what_is_cut_off_goes_on_and_ends_the_same(host: Instance, town: Town, there: Person) -> None:
    whole = _seen(host, there)
    with _wire(host) as wire_:
        host.cli(*_words(host, there, town.bob, wire_.port), stdin=f"{there.password}\n")
        size = wire_.passed
    assert _seen(host, town.bob) == whole

    here = town.charlie
    for part, reset in ((0.1, False), (0.35, True), (0.35, False), (0.35, True)):
        with _wire(host, int(size * part), reset=reset) as wire_:
            told = host.refused(*_words(host, there, here, wire_.port), stdin=f"{there.password}\n")
        assert told["code"] == "unreachable" and "\n" not in told["message"]
        assert "goes on from where it was" in told["remedy"]
        for folder, found in _seen(host, here).items():
            assert found in (None, whole[folder]), folder
    with _wire(host) as wire_:
        last = host.cli(*_words(host, there, here, wire_.port), stdin=f"{there.password}\n")
        assert wire_.passed < size * 0.6
    assert last["refused"] == []
    assert _seen(host, here) == whole
    assert not [file for file in host.home(here).glob("Maildir/**/tmp/*") if file.is_file()]


@pytest.mark.parametrize("limit", [0, 100, 2200, 3500])
def test_a_connection_that_breaks_before_the_log_in_is_no_wrong_password(
    host: Instance, town: Town, there: Person, limit: int
) -> None:
    with _wire(host, limit) as wire_:
        told = host.refused(*_words(host, there, town.bob, wire_.port), stdin=f"{there.password}\n")
    assert told["code"] == "unreachable"


def test_a_server_that_is_gone_is_told(host: Instance, town: Town, there: Person) -> None:
    with socket.create_server((host.address, 0)) as found:
        port = int(found.getsockname()[1])
    told = host.refused(*_words(host, there, town.bob, port), stdin=f"{there.password}\n")
    assert told["code"] == "unreachable" and "\n" not in told["message"]

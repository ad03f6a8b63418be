"""An SMTP client that costs little: sessions in threads, plain sockets, ready-made messages."""

import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

SIZE = 4096
SENDER = "sender@load.example"
_HEADER = (
    "From: sender@load.example\r\nTo: you@bench.test\r\nSubject: a message of the bench\r\n"
    "Date: Mon, 02 Mar 2026 10:00:00 +0000\r\nMessage-ID: <{number}.{moment}@load.example>\r\n\r\n"
)
_LINE = "Sixty-two characters of text, and then the end of the line...\r\n"


class Unexpected(Exception):
    """An answer other than the one that was waited for."""


@dataclass
class Smtp:
    """One connection. The answers are read, and must begin with the expected code."""

    address: str
    port: int = 25
    _replies: list[bytes] = field(default_factory=list)

    def __enter__(self) -> "Smtp":
        self._socket = socket.create_connection((self.address, self.port), 60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._reader = self._socket.makefile("rb")
        self._answer(b"220")
        self.say(b"EHLO load.example\r\n", b"250")
        return self

    def __exit__(self, *_: object) -> None:
        self._reader.close()
        self._socket.close()

    def say(self, command: bytes, code: bytes) -> None:
        """Send a command and read its answer."""
        self._socket.sendall(command)
        self._answer(code)

    def deliver(self, recipient: str, message: bytes) -> None:
        """A whole transaction."""
        self.say(f"MAIL FROM:<{SENDER}>\r\n".encode(), b"250")
        self.say(f"RCPT TO:<{recipient}>\r\n".encode(), b"250")
        self.say(b"DATA\r\n", b"354")
        self.say(message, b"250")

    def _answer(self, code: bytes) -> None:
        while True:
            line = self._reader.readline()
            if not line.startswith(code):
                raise Unexpected(f"{self.address}: {line.decode(errors='replace').strip() or 'connection closed'}")
            if line[3:4] != b"-":
                return


def message(number: int) -> bytes:
    """A message of about SIZE bytes, ready for DATA, with its final dot."""
    header = _HEADER.format(number=number, moment=time.time_ns())
    return (header + _LINE * ((SIZE - len(header)) // len(_LINE)) + ".\r\n").encode()


def send(address: str, recipients: Sequence[str], sessions: int) -> None:
    """One message to each recipient, over as many sessions at once, each with one connection."""
    failures: list[Exception] = []

    def session(own: Sequence[str], first: int) -> None:
        try:
            with Smtp(address) as smtp:
                for number, recipient in enumerate(own, first):
                    smtp.deliver(recipient, message(number))
                smtp.say(b"QUIT\r\n", b"221")
        except (OSError, Unexpected) as failure:
            failures.append(failure)

    threads = [
        threading.Thread(target=session, args=(recipients[start::sessions], start * len(recipients)))
        for start in range(sessions)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise SystemExit(f"bench: {failures[0]}")

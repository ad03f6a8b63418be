"""A bare newline never ends a message, so that nobody can hide a second one in the first (CVE-2023-51764)."""

import socket

import pytest

from .clients import deliver, letter, subjects, wait_for_letter
from .instance import Instance, Town


class Line:
    """A raw SMTP connection that sends the bytes it is given."""

    def __init__(self, host: Instance) -> None:
        self._socket = socket.create_connection((host.address, 25), timeout=30)
        self._stream = self._socket.makefile("rb")
        self.answer()

    def close(self) -> None:
        self._stream.close()
        self._socket.close()

    def say(self, content: bytes) -> bytes:
        """Send bytes and read one answer; empty when the server hung up."""
        self._socket.sendall(content)
        return self.answer()

    def answer(self) -> bytes:
        last = b""
        while line := self._stream.readline():
            last = line
            if line[3:4] != b"-":
                break
        return last


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n\0.\r\n"], ids=repr)
def test_a_second_message_behind_a_false_end_of_data_is_not_taken(host: Instance, town: Town, end: bytes) -> None:
    first, second = f"Outer {end!r}", f"Smuggled {end!r}"
    line = Line(host)
    line.say(b"EHLO client.world.test\r\n")
    line.say(b"MAIL FROM:<eve@world.test>\r\n")
    line.say(b"RCPT TO:<%b>\r\n" % town.bob.address.encode())
    assert line.say(b"DATA\r\n").startswith(b"354")
    hidden = b"MAIL FROM:<ceo@world.test>\r\nRCPT TO:<%b>\r\nDATA\r\n" % town.bob.address.encode()
    smuggled = b"Subject: %b\r\n\r\nHidden.\r\n.\r\n" % second.encode()
    answer = line.say(b"Subject: %b\r\n\r\nText%b%b%b" % (first.encode(), end, hidden, smuggled))
    line.close()
    deliver(host, letter(f"After {end!r}", "eve@world.test", town.bob.address), "eve@world.test", town.bob.address)
    wait_for_letter(host, town.bob, f"After {end!r}")
    assert second not in subjects(host, town.bob)
    if b"\r" not in end or end in (b"\r\n.\n", b"\n.\r\n"):
        assert answer.startswith(b"5"), answer


def test_a_client_that_talks_before_it_may_is_refused(host: Instance, town: Town) -> None:
    line = Line(host)
    early = b"HELO client.world.test\r\nMAIL FROM:<eve@world.test>\r\nRCPT TO:<%b>\r\nDATA\r\n"
    answer = line.say(early % town.bob.address.encode())
    answers = [answer, *(line.answer() for _ in range(3))]
    line.close()
    assert any(each.startswith(b"5") for each in answers), answers
    assert not any(each.startswith(b"354") for each in answers), answers

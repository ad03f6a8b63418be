"""A small ManageSieve client (RFC 5804) that shares no code with the product's own."""

import base64
import re
import socket
from types import TracebackType

from .clients import trusting
from .instance import Instance, Person


class Refused(Exception):
    """The server said NO or BYE."""


class ManageSieve:
    """A session on port 4190; used as a context manager."""

    def __init__(self, host: Instance) -> None:
        self._host = host
        self._socket = socket.create_connection((host.address, 4190), timeout=30)
        self._stream = self._socket.makefile("rb")
        self.capabilities = self._answer()

    def __enter__(self) -> "ManageSieve":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()
        self._socket.close()

    def _answer(self) -> str:
        """Read until OK, NO or BYE; literals are read in whole."""
        lines: list[str] = []
        while True:
            line = self._stream.readline().decode()
            if not line:
                raise Refused("the server hung up")
            literal = re.search(r"\{(\d+)\}\r\n$", line)
            if literal:
                line += self._stream.read(int(literal[1])).decode() + self._stream.readline().decode()
            lines.append(line)
            if line.startswith("OK"):
                return "".join(lines)
            if line.startswith(("NO", "BYE")):
                raise Refused("".join(lines))

    def command(self, line: str) -> str:
        self._socket.sendall(line.encode() + b"\r\n")
        return self._answer()

    def start_tls(self) -> None:
        self.command("STARTTLS")
        self._stream.close()
        self._socket = trusting(self._host).wrap_socket(self._socket, server_hostname=self._host.hostname)
        self._stream = self._socket.makefile("rb")
        self.capabilities = self._answer()

    def login(self, person: Person) -> None:
        secret = base64.b64encode(f"\0{person.address}\0{person.password}".encode()).decode()
        self.command(f'AUTHENTICATE "PLAIN" "{secret}"')

    def put(self, name: str, script: str) -> None:
        content = script.encode()
        self._socket.sendall(f'PUTSCRIPT "{name}" {{{len(content)}+}}\r\n'.encode() + content + b"\r\n")
        self._answer()

    def activate(self, name: str) -> None:
        self.command(f'SETACTIVE "{name}"')


def use_script(host: Instance, person: Person, script: str) -> None:
    """Make this script the person's active one, as a mail program would."""
    with ManageSieve(host) as client:
        client.start_tls()
        client.login(person)
        client.put("lab", script)
        client.activate("lab")

"""curl as a browser would be: it trusts the instance's authority and finds its names at its address."""

import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


class Site(Protocol):
    """A host with a panel: its name, its address, and the authority that its certificate is from."""

    @property
    def hostname(self) -> str: ...

    @property
    def address(self) -> str: ...

    @property
    def authority(self) -> Path: ...

    @property
    def directory(self) -> Path:
        """Where there is room for cookies."""


@dataclass(frozen=True)
class Answer:
    """What a server said: HTTP version ("2", "1.1"), status, header fields by their names in lower case, body."""

    version: str
    status: int
    fields: dict[str, str] = field(repr=False)
    body: str


def browse(host: Site, url: str, *options: str, stdin: bytes = b"") -> Answer:
    """Ask for a URL on a host, whatever name it has; AssertionError where nobody answers."""
    command = ("curl", "--silent", "--show-error", "--include", "--max-time", "90")
    trust = ("--cacert", str(host.authority), "--connect-to", f"::{host.address}:")
    done = subprocess.run([*command, *trust, *options, url], input=stdin, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    *before, body = done.stdout.partition(b"\r\n\r\n")
    first, *lines = before[0].decode().splitlines()
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Answer(first.split()[0].removeprefix("HTTP/"), int(first.split()[1]), fields, body.decode(errors="replace"))

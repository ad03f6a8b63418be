"""Speaks to the supervisor of an instance over its Unix socket."""

import socket
import xmlrpc.client
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import Faults, SupervisorTransport

from carteiro.words import N_, Fault

_TIMEOUT = 90.0  # seconds; the supervisor answers a stop only when the program is gone


@dataclass(frozen=True)
class Program:
    """One program of the tree. `state` is supervisor's word for it, RUNNING when all is well."""

    name: str
    state: str
    process_id: int
    since: float
    restarts: int
    said: str


class NotRunning(Fault):
    """Nobody answers at the supervisor's socket."""

    code = "not_running"


class Control:
    """The supervisor's commands. Each raises `NotRunning`, or `Fault` with what the supervisor objects to."""

    def __init__(self, path: Path, timeout: float = _TIMEOUT) -> None:
        self._path = path
        self._timeout = timeout

    def answers(self) -> bool:
        """Whether the instance runs."""
        try:
            with self._call() as server:
                return bool(server.supervisor.getState()["statename"])
        except Fault:
            return False

    def process_id(self) -> int:
        """The supervisor's own process."""
        with self._call() as server:
            return int(server.supervisor.getPID())

    def programs(self) -> list[Program]:
        """All programs with their state, in the order of their names."""
        with self._call() as server:
            restarts = server.carteiro.restarts()
            return [_program(row, restarts) for row in server.supervisor.getAllProcessInfo()]

    def start(self, name: str) -> None:
        """Start a program and wait until it is up."""
        with self._call(Faults.ALREADY_STARTED) as server:
            server.supervisor.startProcess(name)

    def stop(self, name: str) -> None:
        """Stop a program and wait until it is gone."""
        with self._call(Faults.NOT_RUNNING) as server:
            server.supervisor.stopProcess(name)

    def restart(self, name: str) -> None:
        """Stop and start a program."""
        self.stop(name)
        self.start(name)

    def signal(self, name: str, number: str) -> None:
        """Send a signal, such as `HUP`, to a program."""
        with self._call() as server:
            server.supervisor.signalProcess(name, number)

    def update(self) -> list[str]:
        """Read the supervisor's configuration again: start what is new, stop what is gone, restart what changed.

        Gives the names of the programs concerned.
        """
        with self._call() as server:
            added, changed, removed = server.supervisor.reloadConfig()[0]
            for name in [*removed, *changed]:
                server.supervisor.stopProcessGroup(name)
                server.supervisor.removeProcessGroup(name)
            for name in [*changed, *added]:
                server.supervisor.addProcessGroup(name)
            return sorted({*added, *changed, *removed})

    def shut_down(self) -> None:
        """Ask the supervisor to stop everything in order and end; returns before that is done."""
        with self._call() as server:
            server.supervisor.shutdown()

    @contextmanager
    def _call(self, *harmless: int) -> Iterator[Any]:
        transport = _Transport(self._path, self._timeout)
        try:
            yield xmlrpc.client.ServerProxy("http://localhost", transport=transport)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode not in harmless:
                raise Fault(
                    N_("The supervisor refuses: {reason}."),
                    N_("`carteiro log tail` shows what the program said."),
                    code="supervisor",
                    reason=fault.faultString,
                ) from None
        except (OSError, HTTPException, xmlrpc.client.Error) as error:
            raise NotRunning(
                N_("The instance does not run: nobody answers at {path} ({reason})."),
                N_("Start it with `./up` or `carteiro run`."),
                path=self._path,
                reason=error,
            ) from None
        finally:
            transport.close()


class _Connection(HTTPConnection):
    def __init__(self, path: Path, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


class _Transport(SupervisorTransport):  # type: ignore[misc]  # supervisor has no types
    """Supervisor's transport with a time-out, which its own connection lacks."""

    def __init__(self, path: Path, timeout: float) -> None:
        super().__init__(serverurl=f"unix://{path}")
        self._get_connection = lambda: _Connection(path, timeout)


def _program(row: dict[str, Any], restarts: dict[str, int]) -> Program:
    return Program(
        name=row["name"],
        state=row["statename"],
        process_id=row["pid"],
        since=float(row["start"]),
        restarts=restarts.get(row["name"], 0),
        said=row["spawnerr"],
    )

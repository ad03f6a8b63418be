"""Processes of a set-up: starting, stopping, what processor time and memory they take."""

import os
import signal
import socket
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import psutil

TICK = os.sysconf("SC_CLK_TCK")


class Children:
    """The processes that a peer started; the first started ends last."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self, *argv: str | Path) -> None:
        """Start a program of our own session; what it says goes to the log."""
        with self.log.open("ab") as log:
            self._started.append(
                subprocess.Popen(argv, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
            )

    def roots(self) -> list[int]:
        """The process ids of those that were started."""
        return [child.pid for child in self._started]

    def stop(self) -> None:
        """TERM to each, and wait until it is gone."""
        while self._started:
            child = self._started.pop()
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(30)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def mentioning(directory: Path) -> list[int]:
    """Process ids of programs that have a path below the directory among their arguments, ourselves left out."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        arguments = process.info["cmdline"] or []
        if process.pid != os.getpid() and any(str(directory) in argument for argument in arguments):
            found.append(process.pid)
    return found


def processor_seconds(roots: Iterable[int]) -> dict[str, float]:
    """User and system time by program name, of the roots, all that live below them, and what these have buried."""
    seconds: defaultdict[str, float] = defaultdict(float)
    for pid in _trees(roots):
        try:
            line = Path(f"/proc/{pid}/stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        # proc_pid_stat(5): fields 14 to 17, counted from behind the name, which may hold blanks.
        name = line[line.index("(") + 1 : line.rindex(")")]
        user, system, dead_user, dead_system = (
            int(field) / TICK for field in line[line.rindex(")") + 2 :].split()[11:15]
        )
        seconds[name] += user + system
        seconds[f"{name}'s ended children"] += dead_user + dead_system
    return seconds


def memory(roots: Iterable[int]) -> int:
    """Proportional set size of all processes together, in bytes."""
    total = 0
    for pid in _trees(roots):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total


def wait_for(name: str, address: str, port: int, seconds: float = 20) -> None:
    """Wait until something listens there; `name` is for the error."""
    until = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection((address, port), 1).close()
        except OSError:
            if time.monotonic() > until:
                raise SystemExit(f"bench: {name} does not listen on {address} port {port}") from None
            time.sleep(0.05)
        else:
            return


def _trees(roots: Iterable[int]) -> set[int]:
    pids: set[int] = set()
    for pid in roots:
        try:
            pids.update(child.pid for child in psutil.Process(pid).children(recursive=True))
            pids.add(pid)
        except psutil.NoSuchProcess:
            continue
    return pids

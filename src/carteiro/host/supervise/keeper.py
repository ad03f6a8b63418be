"""The part of us that lives inside the supervisor: starts dead programs again, counts, and tells systemd.

It is loaded as an RPC interface, supervisor's own kind of plug-in:

    [rpcinterface:carteiro]
    supervisor.rpcinterface_factory = carteiro.host.supervise.keeper:make
"""

import os
import signal
import socket
import time
from collections import Counter
from contextlib import suppress
from typing import Any

from supervisor import events
from supervisor.states import ProcessStates, SupervisorStates
from supervisor.supervisord import Supervisor

LONGEST_WAIT = 60  # seconds
_NOTIFY_SOCKET = os.environ.get("NOTIFY_SOCKET", "")  # kept here, since supervisor makes us anew at each reload


def wait_after(deaths: int) -> int:
    """Seconds to wait after so many deaths in a row, each before the program was up: 1, 2, 4 … 60."""
    return min(LONGEST_WAIT, 1 << min(max(deaths - 1, 0), 6))


class Keeper:
    """What supervisor tells us about its programs, and what we make of it."""

    def __init__(self, supervisord: Supervisor) -> None:
        self._supervisord = supervisord
        self._restarts: Counter[str] = Counter()
        self._in_a_row: Counter[str] = Counter()
        self._told_ready = False
        os.environ.pop("NOTIFY_SOCKET", None)  # it is ours to answer, not our children's
        # Supervisor makes a child the leader of a process group; then Postfix's master can't have the session of its
        # own that it insists on (setsid(2), EPERM), and ends without a word.
        supervisord.options.setpgrp = os.setsid
        events.subscribe(events.ProcessStateRunningEvent, self._runs)
        events.subscribe(events.ProcessStateExitedEvent, self._died)
        events.subscribe(events.ProcessStateBackoffEvent, self._failed_to_start)
        events.subscribe(events.Tick5Event, self._revive)
        events.subscribe(events.SupervisorStoppingEvent, self._stops)

    def restarts(self) -> dict[str, int]:
        """How often each program had to be started again since the supervisor started. (RPC)"""
        return {name: self._restarts[name] for name in self._processes()}

    def since(self) -> dict[str, float]:
        """When each program was last started, in seconds since 1970; 0 if never. (RPC)"""
        return {name: float(process.laststart) for name, process in self._processes().items()}

    def _processes(self) -> dict[str, Any]:
        groups = self._supervisord.process_groups.values()
        return {process.config.name: process for group in groups for process in group.processes.values()}

    def _runs(self, event: events.Event) -> None:
        self._in_a_row.pop(event.process.config.name, None)
        self._tell_when_ready()

    def _tell_when_ready(self) -> None:
        """Ready is when each program runs, or has failed and is tried again.

        The service manager's patience has an end: for one program that can't start it would end all the others.
        """
        tried = (one.state == ProcessStates.RUNNING or self._in_a_row[name] for name, one in self._processes().items())
        if not self._told_ready and all(tried):
            self._told_ready = True
            _notify("READY=1")

    def _died(self, event: events.Event) -> None:
        # It had been up, so supervisor starts it again at its next turn.
        name = event.process.config.name
        _end_group(event.process)
        self._restarts[name] += 1
        self._log(f"{name} died and is started again at once (restart {self._restarts[name]})")

    def _failed_to_start(self, event: events.Event) -> None:
        process = event.process
        name = process.config.name
        _end_group(process)
        self._restarts[name] += 1
        self._in_a_row[name] += 1
        wait = wait_after(self._in_a_row[name])
        # `backoff` is supervisor's counter and, where it looks for a clock set back, also its measure of the wait.
        process.backoff = wait
        process.delay = time.time() + wait
        self._log(f"{name} is started again in {wait} s (restart {self._restarts[name]}): {process.spawnerr}")
        self._tell_when_ready()

    def _revive(self, _: events.Event) -> None:
        # With few `startretries` supervisor gives a program up for good; we never do.
        if self._supervisord.options.mood != SupervisorStates.RUNNING:
            return
        for name, process in self._processes().items():
            if process.state == ProcessStates.FATAL:
                due = process.laststart + wait_after(self._in_a_row[name])
                if not process.laststart <= time.time() < due:
                    process.spawn()

    def _stops(self, _: events.Event) -> None:
        _notify("STOPPING=1")

    def _log(self, text: str) -> None:
        self._supervisord.options.logger.warn(text)


def make(supervisord: Supervisor, **_: str) -> Keeper:
    """The factory that supervisor's configuration names."""
    return Keeper(supervisord)


def _end_group(process: Any) -> None:  # noqa: ANN401 - supervisor has no types
    """End the children of a program that has just died, where its configuration says that it has such.

    A program leads a process group of its own, and while that has members its number is nobody else's (setpgid(2)).
    """
    if process.config.killasgroup and process.pid:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)


def _notify(state: str) -> None:
    """Tell the service manager, if there is one (sd_notify(3)); a leading `@` stands for the abstract name space."""
    if not _NOTIFY_SOCKET:
        return
    address = "\0" + _NOTIFY_SOCKET[1:] if _NOTIFY_SOCKET.startswith("@") else _NOTIFY_SOCKET
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
        try:
            channel.sendto(state.encode(), address)
        except OSError:  # the manager's own trouble; ours go on
            return

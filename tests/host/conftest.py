"""A supervisor with programs of the test's choice, ended with everything below it when the test is over."""

import os
import shlex
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from carteiro.host.processes import end
from carteiro.host.run import spawn
from carteiro.host.supervise.control import Control

HEAD = """
[supervisord]
nodaemon = true
user = root
logfile = {directory}/carteiro.log
pidfile = {directory}/supervisor.pid
childlogdir = {directory}
[unix_http_server]
file = {directory}/supervisor.sock
chmod = 0700
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[rpcinterface:carteiro]
supervisor.rpcinterface_factory = carteiro.host.supervise.keeper:make
"""
PROGRAM = """
[program:{name}]
command = {command}
priority = {priority}
startsecs = 1
startretries = {retries}
autorestart = true
stdout_logfile = {directory}/{name}.log
redirect_stderr = true
"""


def wait_for(condition: Callable[[], object], seconds: float = 15.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


class Tree:
    """One supervisor, its configuration and its log."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.configuration = directory / "supervisord.conf"
        self.control = Control(directory / "supervisor.sock", timeout=20)
        self.process: psutil.Process | None = None
        self.programs: dict[str, str] = {}
        self.retries = 1_000_000

    def configure(self, **programs: str) -> None:
        self.programs = programs
        text = HEAD.format(directory=self.directory)
        for priority, (name, command) in enumerate(programs.items(), 1):
            place = {"directory": self.directory, "retries": self.retries, "priority": priority * 100}
            text += PROGRAM.format(name=name, command=command, **place)
        self.configuration.write_text(text)

    def start(self, **environment: str) -> psutil.Process:
        argv = [sys.executable, "-m", "carteiro.host.supervise", self.configuration, self.directory / "lock"]
        self.process = psutil.Process(spawn(argv, self.directory / "output", environment))
        return self.process

    def up(self, **programs: str) -> None:
        self.configure(**programs)
        self.start()
        wait_for(self.all_run)

    def all_run(self) -> bool:
        return self.control.answers() and all(one.state == "RUNNING" for one in self.control.programs())

    def id_of(self, name: str) -> int:
        return next(one.process_id for one in self.control.programs() if one.name == name)

    def log(self) -> str:
        return (self.directory / "carteiro.log").read_text()

    def gone(self) -> bool:
        return not self.left() and (self.process is None or not is_alive(self.process))

    def left(self) -> list[psutil.Process]:
        return [one for name in self.programs.values() for one in running(shlex.split(name))]


def running(command: list[str]) -> list[psutil.Process]:
    found = []
    for process_id in psutil.pids():
        with suppress(psutil.Error):
            process = psutil.Process(process_id)
            if process.cmdline() == command and is_alive(process):
                found.append(process)
    return found


def is_alive(process: psutil.Process) -> bool:
    """One that nobody waited for is still in the table, as a zombie."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Tree]:
    made = Tree(tmp_path)
    yield made
    if made.process is not None and is_alive(made.process):
        end([made.process], grace=20)
    if made.process is not None:
        with suppress(ChildProcessError):
            os.waitpid(made.process.pid, 0)
    end(made.left(), grace=1)

"""An instance of the product under test, driven through its command line alone."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import psutil

READY_SECONDS = 90

T = TypeVar("T")


@dataclass(frozen=True)
class Person:
    """Somebody with a mailbox on an instance, and the clear password that only the test knows."""

    address: str
    password: str


def settings_text(hostname: str, address: str, nameserver: str, extra: str = "", *, web: bool = False) -> str:
    """A settings file for the lab: small sizes, a resolver of its own; `extra` is more TOML.

    The panel takes memory and a second of each start, so that only tests of it have it.
    """
    panel = "" if web else "https = 0\nhttp = 0\n"
    return f"""\
hostname = "{hostname}"

[listen]
addresses = ["{address}"]
{panel}
[dns]
nameservers = ["{nameserver}"]

[mail]
message_size_limit = "2M"
default_quota = "50M"
{extra}"""


class Instance:
    """One mail host below a directory of its own that goes with it."""

    def __init__(
        self, address: str, hostname: str, nameserver: str, parent: Path | None = None, *, web: bool = False
    ) -> None:
        self.address = address
        self.hostname = hostname
        # Set by a test that kills what would stop the instance in order.
        self.crippled = False
        # Short, since the paths of Unix sockets are limited, and open to the engines' users, as pytest's are not.
        self.directory = Path(tempfile.mkdtemp(prefix="lab-", dir=parent or "/tmp"))
        self.directory.chmod(0o755)
        self.settings_file = self.directory / "carteiro.toml"
        self.settings_file.write_text(settings_text(hostname, address, nameserver, web=web))

    @property
    def authority(self) -> Path:
        """The certificate of the instance's private authority, which its clients trust."""
        return self.directory / "tls" / "ca.crt"

    def command(self, *words: str) -> tuple[str, ...]:
        return (sys.executable, "-m", "carteiro", "--instance", str(self.directory), *words)

    def run(self, *words: str, stdin: str = "", seconds: float = 90) -> subprocess.CompletedProcess[str]:
        """Run the command line as a person would, whatever becomes of it."""
        return subprocess.run(
            self.command(*words), input=stdin, capture_output=True, text=True, timeout=seconds, check=False
        )

    def cli(self, *words: str, stdin: str = "") -> Any:
        """Run a command that must succeed; what it answers with --json."""
        done = self.run("--json", *words, stdin=stdin)
        assert done.returncode == 0, f"carteiro {' '.join(words)}: {done.returncode} {done.stdout} {done.stderr}"
        return json.loads(done.stdout) if done.stdout.strip() else None

    def refused(self, *words: str, stdin: str = "") -> dict[str, str]:
        """Run a command that must be refused; its error with code, message and remedy."""
        done = self.run("--json", *words, stdin=stdin)
        assert done.returncode == 1, f"carteiro {' '.join(words)}: {done.returncode} {done.stdout} {done.stderr}"
        error: dict[str, str] = json.loads(done.stdout)["error"]
        return error

    @contextmanager
    def settings_kept(self) -> Iterator["Instance"]:
        """The settings are put back and applied afterwards, whatever a test does with them."""
        before = self.settings_file.read_text()
        try:
            yield self
        finally:
            self.settings_file.write_text(before)
            self.cli("apply")

    def change_settings(self, old: str, new: str) -> None:
        """Write something else in the place of what stands there."""
        text = self.settings_file.read_text()
        assert old in text
        self.settings_file.write_text(text.replace(old, new))

    def start(self) -> None:
        """Make what is missing and start; returns when the command says that it answers."""
        done = self.run("up", "--hostname", self.hostname, "--detach", seconds=READY_SECONDS)
        assert done.returncode == 0, f"up failed: {done.stdout}\n{done.stderr}\n{self.logs()}"

    def stop(self) -> None:
        """Stop as a person would."""
        done = self.run("stop", seconds=60)
        assert done.returncode == 0, f"stop failed: {done.stdout}\n{done.stderr}"

    def destroy(self) -> list[str]:
        """Stop by all means and remove all; the processes that had to be killed, as text."""
        if self.processes():
            self.run("stop", seconds=60)
        left = self.processes()
        told = [f"{process.pid} {_words_of(process)}" for process in left]
        for process in left:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(left, timeout=10)
        shutil.rmtree(self.directory, ignore_errors=True)
        return told

    def processes(self) -> list[psutil.Process]:
        """Every process that belongs to this instance: started with its path, or working below it."""
        return [process for process in psutil.process_iter() if self._owns(process)]

    def _owns(self, process: psutil.Process) -> bool:
        here = str(self.directory)
        try:
            if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
                return False
            return here in _words_of(process) or process.cwd().startswith(here)
        except (psutil.Error, OSError):
            return False

    def python_processes(self) -> list[psutil.Process]:
        """The control plane: all of this instance that runs in Python."""
        return [process for process in self.processes() if "python" in ask(process.exe, "")]

    def engine(self, name: str) -> psutil.Process:
        """A running process of this instance by its program's name, such as master or dovecot."""
        for process in self.processes():
            if ask(process.name, "") == name:
                return process
        raise AssertionError(f"no {name} runs: {[_words_of(process) for process in self.processes()]}")

    def logs(self) -> str:
        """The ends of all log files, for a person who reads a failure."""
        files = sorted((self.directory / "log").rglob("*.log"))
        return "\n".join(f"== {file.name}\n{file.read_text(errors='replace')[-3000:]}" for file in files)

    def log(self, name: str) -> str:
        """One log file as it is now, such as mail.log."""
        return (self.directory / "log" / name).read_text(errors="replace")

    def wait_for_log(self, name: str, text: str, seconds: float = 20) -> str:
        """The first line of a log file that has this text, once it is there."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for line in self.log(name).splitlines():
                if text in line:
                    return line
            time.sleep(0.1)
        raise AssertionError(f"{name} does not say {text!r}: {self.log(name)[-3000:]}")

    def add_person(self, address: str, *options: str, password: str = "four small words") -> Person:
        """Make a mailbox."""
        self.cli("mailbox", "add", address, *options, "--password-stdin", stdin=f"{password}\n")
        return Person(address, password)

    def add_town(self, domain: str, *, quota: str = "", names: tuple[str, ...] = ("alice", "bob", "charlie")) -> "Town":
        """Make a domain and the people in it, in one go."""
        people = {name: Person(f"{name}@{domain}", f"{name} has four words") for name in names}
        rows = [f"domain,{domain},,{quota}"]
        rows += [f"mailbox,{person.address},{person.password}," for person in people.values()]
        file = self.directory / "town.csv"
        file.write_text("\n".join(("kind,address,password,quota", *rows, "")))
        self.cli("bulk", "import", str(file))
        return Town(self, domain, people)

    def home(self, person: Person) -> Path:
        """Where this person's mail lies on disk."""
        name = str(self.cli("mailbox", "show", person.address)["home"])
        (found,) = (self.directory / "state" / "mail").glob(f"**/{name}")
        return found


@dataclass(frozen=True)
class Town:
    """A hosted domain with some people."""

    host: Instance
    domain: str
    people: dict[str, Person]

    @property
    def alice(self) -> Person:
        return self.people["alice"]

    @property
    def bob(self) -> Person:
        return self.people["bob"]

    @property
    def charlie(self) -> Person:
        return self.people["charlie"]

    def at(self, local: str) -> str:
        """An address in this domain."""
        return f"{local}@{self.domain}"


@contextmanager
def running(instance: Instance) -> Iterator[Instance]:
    """Start an instance, and take it down whatever happens; AssertionError if `stop` left a process behind."""
    try:
        instance.start()
        yield instance
    finally:
        killed = instance.destroy()
    assert not killed, f"processes outlived `carteiro stop`: {killed}"


def ask(what: Callable[[], T], otherwise: T) -> T:
    """What a process says of itself, unless it is gone."""
    try:
        return what()
    except psutil.Error:
        return otherwise


def _words_of(process: psutil.Process) -> str:
    return " ".join(ask(process.cmdline, []))

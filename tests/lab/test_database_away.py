"""The server with the accounts is away, silent or full, under load: mail and log-ins do not notice."""

import imaplib
import json
import os
import poplib
import signal
import smtplib
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from tests.hosting.world import HASH
from tests.servers import KINDS, Server

from .browser import browse
from .clients import deliver, imap, letter, pop3, submit, wait_for_letter
from .dns import ADDRESS as NAMESERVER
from .dns import LabDNS
from .instance import Instance, Person, Town, ask, running
from .panel import Panel, words

AWAY_SECONDS = float(os.environ.get("CARTEIRO_AWAY_SECONDS", "15"))
BACK_SECONDS = 30
DISK = "size=320M"


@pytest.fixture(scope="module", params=list(KINDS))
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A private server whose files are on a small disk of their own."""
    with small_disk() as place:
        made = KINDS[request.param](place / "server")
        try:
            yield made
        finally:
            made.stop()


@contextmanager
def small_disk() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="carteiro-disk-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", DISK, "carteiro-test", str(place)], check=True)
    place.chmod(0o755)
    (place / "server").mkdir()
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)
        place.rmdir()


@pytest.fixture(scope="module")
def own_host(lab_dns: LabDNS, server: Server) -> Iterator[Instance]:
    instance = Instance("127.0.4.1", "mail.four.test", NAMESERVER, web=True)
    text = instance.settings_file.read_text()
    instance.settings_file.write_text(f'database = "{server.create("mail")}"\n{text}')
    with running(instance) as host:
        yield host


@pytest.fixture(scope="module")
def town(own_host: Instance) -> Town:
    made = own_host.add_town("away.test")
    own_host.cli("alias", "add", made.at("team"), made.bob.address)
    own_host.cli("admin", "add", "root@away.test", "--superadmin", "--password-stdin", stdin="gravel onion tram 42\n")
    return made


class Load:
    """Mail that comes, and people who log in and send, all the time; what was refused or put off."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.refused: list[str] = []
        self.done = 0
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._go_on, args=(each,)) for each in (self._mail, self._people)]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _go_on(self, work: Callable[[], None]) -> None:
        while not self._over.is_set():
            try:
                work()
            except (OSError, smtplib.SMTPException, imaplib.IMAP4.error, poplib.error_proto) as error:
                self.refused.append(repr(error))
            else:
                self.done += 1

    def _mail(self) -> None:
        town = self.town
        for to in (town.alice.address, town.at("team")):
            deliver(town.host, letter("load", "eve@world.test", to), "eve@world.test", to)

    def _people(self) -> None:
        town = self.town
        with imap(town.host, town.alice):
            pass
        client = pop3(town.host)
        client.user(town.charlie.address)
        client.pass_(town.charlie.password)
        client.quit()
        submit(town.host, town.charlie, letter("load", town.charlie.address, town.bob.address), town.bob.address)


def services(host: Instance) -> dict[int, psutil.Process]:
    """Projector, worker and panel."""
    return {
        process.pid: process
        for process in host.python_processes()
        if "service" in ask(process.cmdline, []) and ask(process.ppid, 0) in _supervisors(host)
    }


def _supervisors(host: Instance) -> set[int]:
    return {process.pid for process in host.python_processes() if "carteiro.host.supervise" in ask(process.cmdline, [])}


def panel_since(host: Instance) -> str:
    """When the panel was started last; the accounts may be away."""
    told = json.loads(host.run("--json", "status").stdout)
    return next(str(service["since"]) for service in told["services"] if service["name"] == "web")


def signed_in(host: Instance) -> Panel:
    (host.directory / "cookies.txt").unlink(missing_ok=True)
    panel = Panel(host)
    panel.sign_in(Person("root@away.test", "gravel onion tram 42"))
    return panel


def told_in_words(host: Instance, town: Town) -> None:
    """Panel and command line say what is wrong, soon, and change nothing."""
    begun = time.monotonic()
    error = host.refused("mailbox", "add", town.at("never"), "--password-stdin", stdin="four small words\n")
    assert error["code"] == "database"
    assert "database" in error["message"], error
    assert "Traceback" not in str(error)
    answer = browse(host, f"https://{host.hostname}/mailboxes/", "--cookie", str(host.directory / "cookies.txt"))
    assert answer.status == 503, words(answer.body)
    assert "database" in words(answer.body), words(answer.body)
    assert time.monotonic() - begun < 30
    status = host.run("status")
    assert status.returncode == 1
    assert "accounts database" in status.stdout


def well_again(host: Instance, town: Town, name: str) -> None:
    """Without anybody's help: changes are taken and are live, panel and directory are right."""
    deadline = time.monotonic() + BACK_SECONDS
    while (done := host.run("--json", "domain", "list")).returncode != 0:
        assert time.monotonic() < deadline, done.stdout
    fresh = host.add_person(town.at(name))
    with imap(host, fresh):
        pass
    assert host.run("directory", "check").returncode == 0
    while browse(host, f"https://{host.hostname}/sign-in/").status != 200:
        assert time.monotonic() < deadline
    signed_in(host).get("/mailboxes/")
    assert host.run("mailbox", "show", town.at("never")).returncode == 1
    deliver(host, letter(name, "eve@world.test", fresh.address), "eve@world.test", fresh.address)
    wait_for_letter(host, fresh, name)


@contextmanager
def away(host: Instance, town: Town) -> Iterator[None]:
    """In here the server is away; afterwards: nobody noticed, nothing crashed, nothing spun."""
    signed_in(host)
    before, earlier = services(host), len(host.log("mail.log"))
    assert len(before) == 3
    used = {pid: sum(process.cpu_times()[:4]) for pid, process in before.items()}
    begun = time.monotonic()
    with Load(town) as load:
        yield
        done = load.done
    assert load.refused == []
    assert done > AWAY_SECONDS
    after = services(host)
    seconds = time.monotonic() - begun
    for pid, process in after.items():
        if pid in used:
            assert sum(process.cpu_times()[:4]) - used[pid] < seconds / 3, process.cmdline()
    assert before.keys() == after.keys(), "a service did not live through it"
    told = host.log("mail.log")[earlier:].splitlines()
    assert [line for line in told if "NOQUEUE" in line or "status=deferred" in line] == []


def test_a_server_that_is_silent_is_not_noticed_by_mail(own_host: Instance, town: Town, server: Server) -> None:
    with away(own_host, town):
        server.signal(signal.SIGSTOP)
        try:
            until = time.monotonic() + AWAY_SECONDS
            while time.monotonic() < until:
                told_in_words(own_host, town)
        finally:
            server.signal(signal.SIGCONT)
    well_again(own_host, town, "silent")


def test_a_server_that_is_killed_is_not_noticed_by_mail(own_host: Instance, town: Town, server: Server) -> None:
    with away(own_host, town):
        server.kill()
        try:
            until = time.monotonic() + AWAY_SECONDS
            while time.monotonic() < until:
                told_in_words(own_host, town)
        finally:
            server.start()
    well_again(own_host, town, "killed")


def test_an_instance_starts_while_the_server_is_away(own_host: Instance, town: Town, server: Server) -> None:
    signed_in(own_host)
    own_host.stop()
    server.kill()
    try:
        own_host.start()
        with imap(own_host, town.alice):
            pass
        deliver(own_host, letter("dark", "eve@world.test", town.at("team")), "eve@world.test", town.at("team"))
        wait_for_letter(own_host, town.bob, "dark")
        told_in_words(own_host, town)
        first = panel_since(own_host)
    finally:
        server.start()
    # What was started without accounts is started once more when they are back; only then is the panel its old self.
    deadline = time.monotonic() + BACK_SECONDS
    while panel_since(own_host) == first:
        assert time.monotonic() < deadline, own_host.logs()
        time.sleep(0.5)
    well_again(own_host, town, "dark")


def test_a_full_disk_under_the_server_is_not_noticed_by_mail(own_host: Instance, town: Town, server: Server) -> None:
    rows = "".join(f"mailbox,never{number}@{town.domain},{HASH}\n" for number in range(60_000))
    file = own_host.directory / "many.csv"
    file.write_text(f"kind,address,password\n{rows}")
    before = own_host.cli("database", "show")["number"]
    filling = server.place.parent / "filling"
    with away(own_host, town):
        # Without a buffer, whose rest would not find room either when the file is closed.
        with filling.open("wb", buffering=0) as stream, suppress(OSError):
            while True:
                stream.write(bytes(1 << 16))
        try:
            error = own_host.refused("bulk", "import", str(file))
            assert error["code"] == "database", error
        finally:
            filling.unlink()
            if server.process.poll() is not None:
                server.start()
    well_again(own_host, town, "full")
    assert own_host.cli("database", "show")["number"] == before + 1

"""A clock that jumps while the instance runs: really moved, under every process of ours."""

import imaplib
import shutil
import sqlite3
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from .clients import deliver, letter, wait_for_letter
from .dns import ADDRESS as NAMESERVER
from .dns import LabDNS
from .instance import Instance, Person, Town, running

SOURCE = Path(__file__).with_name("moved_clock.c")
ACCOUNTS = "state/accounts/accounts.sqlite3"
Clock = Callable[[timedelta], None]


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clock]:
    """Sets the time of all that is started meanwhile so far from the real one as it is told."""
    compiler = shutil.which("gcc")
    if compiler is None:
        pytest.skip("needs the Debian packages gcc and libc6-dev")
    with tempfile.TemporaryDirectory(prefix="lab-clock-") as name:
        place = Path(name)
        # Processes that are not root use it too.
        place.chmod(0o755)
        library, offset = place / "moved_clock.so", place / "offset"
        subprocess.run((compiler, "-shared", "-fPIC", "-O1", "-Wall", "-o", library, SOURCE), check=True)

        def jump(away: timedelta) -> None:
            """In place, since those who read it have it mapped."""
            with offset.open("r+b") as file:
                file.write(struct.pack("=q", int(away.total_seconds())))

        offset.write_bytes(bytes(8))
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("LD_PRELOAD", str(library))
            environment.setenv("CARTEIRO_CLOCK", str(offset))
            yield jump


@pytest.fixture(scope="module")
def host(lab_dns: LabDNS, clock: Clock) -> Iterator[Instance]:
    with running(Instance("127.0.4.1", "mail.four.test", NAMESERVER)) as instance:
        yield instance


@pytest.mark.parametrize("days", [1, -3650], ids="{:+d} days".format)
def test_everything_goes_on_when_the_clock_jumps_there_and_back(
    host: Instance, clock: Clock, town: Town, days: int
) -> None:
    for away in (timedelta(days=days), timedelta()):
        clock(away)
        _a_request_is_carried_out(host, town, away)
        subject = f"{away.days} days from now, {days}"
        deliver(host, letter(subject, "eve@world.test", town.alice.address), "eve@world.test", town.alice.address)
        _wait_for_letter(host, town.alice, subject)
    services = host.cli("status")["services"]
    assert {service["state"] for service in services} == {"RUNNING"}
    assert not any(service["restarts"] for service in services)


def _a_request_is_carried_out(host: Instance, town: Town, away: timedelta) -> None:
    """By a worker whose clock was really moved: it writes the time down."""
    for switch in ("no", "yes"):
        host.cli("mailbox", "set", town.bob.address, "--pop3", switch)
    deadline = time.monotonic() + 15
    state, done = "", ""
    while state != "done" and time.monotonic() < deadline:
        time.sleep(0.2)
        with closing(sqlite3.connect(f"file:{host.directory / ACCOUNTS}?mode=ro", uri=True)) as accounts:
            newest = "SELECT state, done_at FROM jobs_request ORDER BY id DESC LIMIT 1"
            state, done = accounts.execute(newest).fetchone()
    assert state == "done", host.logs()
    found = datetime.fromisoformat(done).replace(tzinfo=UTC) - datetime.now(UTC)
    assert abs(found - away) < timedelta(minutes=1)


def _wait_for_letter(host: Instance, person: Person, subject: str) -> None:
    """As `wait_for_letter`, but a log-in may fail until the engines were told."""
    deadline = time.monotonic() + 30
    while True:
        try:
            wait_for_letter(host, person, subject)
            return
        except (OSError, imaplib.IMAP4.error):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)

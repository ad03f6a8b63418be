"""An import of accounts that is killed at any moment goes on the next time, and ends the same."""

import pickle
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from carteiro.hosting.access import Actor
from carteiro.hosting.database import configure
from carteiro.hosting.models import Change
from carteiro.importers.postfixadmin import OldHost, RowId
from carteiro.importers.postfixadmin.model import LogRow
from carteiro.settings.layout import Layout

from .bringing import bring, steps, told
from .small import admin, alias, domain, holds, host, mailbox, vacation

ROOT = Path(__file__).resolve().parents[3]
KILLS = 8


def large() -> OldHost:
    """Enough of everything for some dozen transactions."""
    people = [f"m{number}@d{number % 5}.test" for number in range(800)]
    began = datetime(2010, 1, 1, tzinfo=UTC)
    log = [
        LogRow(
            RowId("log", str(n)),
            began + timedelta(seconds=n // 3),
            "x@d1.test",
            "10.0.0.1",
            "d1.test",
            "edit",
            people[n % len(people)],
        )
        for n in range(4000)
    ]
    return host(
        *(domain(f"d{number}.test") for number in range(5)),
        *(mailbox(address, quota=number * 1000) for number, address in enumerate(people)),
        *(alias(address, address, "x@world.test") for address in people[:200]),
        # Each leads to the next one, so that they have to be tried again.
        *(alias(f"a{number}@d0.test", f"a{number + 1}@d0.test") for number in range(60)),
        alias("a60@d0.test", people[0]),
        *(admin(f"admin{number}@d1.test") for number in range(50)),
        *(holds(f"admin{number}@d1.test", f"d{number % 5}.test") for number in range(50)),
        *(vacation(address) for address in people[:200]),
        log=tuple(log),
    )


def test_a_run_that_is_killed_again_and_again_ends_as_one_that_is_not(
    layout: Layout, actor: Actor, empty: Path, tmp_path: Path
) -> None:
    old = large()
    began = time.monotonic()
    bring(layout, actor, old)
    whole = time.monotonic() - began
    expected = told(actor)
    pickled = tmp_path / "old.pickle"
    pickled.write_bytes(pickle.dumps(old))
    other = Layout.below(tmp_path / "other")
    shutil.copytree(layout.state, other.state, ignore=shutil.ignore_patterns("accounts", "import.key"))
    shutil.copytree(empty, other.accounts_database.parent)
    dice = random.Random(7)
    killed = 0
    while killed < KILLS:
        with subprocess.Popen(_run(other, pickled), cwd=ROOT) as run:
            try:
                # The interpreter and the plan take some of the time, so that later runs get further.
                run.wait(dice.uniform(0.5, whole + 3))
            except subprocess.TimeoutExpired:
                run.send_signal(signal.SIGKILL)
                killed += 1
            else:
                break
    configure.setup(other)
    done = bring(other, actor, old)
    assert told(actor) == expected
    assert set(steps(bring(other, actor, old))) == {"same"}
    assert "refused" not in steps(done)
    numbers = list(Change.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert killed > 0


def test_a_full_disk_ends_a_run_and_the_next_one_goes_on(
    layout: Layout, actor: Actor, empty: Path, tmp_path: Path
) -> None:
    old = large()
    pickled = tmp_path / "old.pickle"
    pickled.write_bytes(pickle.dumps(old))
    # No file may grow beyond this, as if the disk ended there (setrlimit(2), RLIMIT_FSIZE).
    room = layout.accounts_database.stat().st_size + 300_000
    words = ("prlimit", f"--fsize={room}", *_run(layout, pickled))
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "accounts database" in done.stderr
    configure.setup(layout)
    again = bring(layout, actor, old)
    assert "refused" not in steps(again)
    assert set(steps(bring(layout, actor, old))) == {"same"}


def _run(layout: Layout, pickled: Path) -> tuple[str, ...]:
    words = ("-m", "tests.importers.postfixadmin.bringing", str(layout.state.parent), str(pickled))
    return (sys.executable, *words)

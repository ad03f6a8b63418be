"""A run that is killed at any moment goes on the next time, and ends the same."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from .building import BODY, Courier, Here

MESSAGES = 3000
CALLS = "rename,renameat,renameat2,unlink,unlinkat"
FOLDERS = ("", ".Work", ".Work.Old")


def test_a_run_that_is_killed_again_and_again_ends_as_one_that_is_not(there: Courier, here: Here) -> None:
    _fill(there)
    began = time.monotonic()
    here.bring(there.path)
    whole = time.monotonic() - began
    expected = _told(here)
    here.forget()
    dice = random.Random(4)
    killed = 0
    while killed < 12:
        run = subprocess.Popen(_run(there, here), cwd=Path(__file__).parents[2])
        _wait_for_work(run, here)
        try:
            run.wait(dice.uniform(0, whole))
        except subprocess.TimeoutExpired:
            run.send_signal(signal.SIGKILL)
            run.wait()
            killed += 1
        else:
            assert run.returncode == 0
            # It got to its end: from the beginning, or the next ones have nothing to do.
            assert _told(here) == expected
            here.forget()
    here.bring(there.path)
    assert _told(here) == expected
    assert here.verify(there.path) == []
    assert not list(here.maildir.rglob("tmp/*"))


def test_a_run_that_is_killed_within_the_lock_ends_as_one_that_is_not(there: Courier, here: Here) -> None:
    """Each call that changes the folder may be the last one."""
    _fill(there, 6)
    here.bring(there.path)
    expected = _told(here)
    for deadly in range(1, 60):
        here.forget()
        argv = (
            "strace",
            "-f",
            "-o",
            "/dev/null",
            "-e",
            f"trace={CALLS}",
            "-e",
            f"inject={CALLS}:signal=KILL:when={deadly}",
        )
        done = subprocess.run((*argv, *_run(there, here)), cwd=Path(__file__).parents[2], check=False)
        if done.returncode == 0:
            break
        here.bring(there.path)
        assert _told(here) == expected, deadly
    assert deadly > 10


def _run(there: Courier, here: Here) -> tuple[str, ...]:
    return (sys.executable, "-m", "tests.importers.bringing", str(there.path), str(here.layout.state.parent))


def _fill(there: Courier, messages: int = MESSAGES) -> None:
    for folder in FOLDERS:
        there.folder(folder)
        for number in range(messages // len(FOLDERS)):
            base = f"{1000 + number}.m{folder}"
            file = there.folder(folder) / "cur" / f"{base}:2,{'S' if number % 2 else ''}"
            file.write_bytes(BODY * (number % 50 + 1))
            there.uids.setdefault(folder, {})[base] = number * 2 + 1
        there.next[folder] = messages * 3
        there.write(folder)
        there.add("99.new", folder=folder, seen=False)


def _told(here: Here) -> list[object]:
    return [(folder, here.head(folder), here.messages(folder)) for folder in FOLDERS]


def _wait_for_work(run: subprocess.Popen[bytes], here: Here) -> None:
    """The interpreter takes its time to start."""
    while run.poll() is None and not here.layout.importing.exists():
        time.sleep(0.005)

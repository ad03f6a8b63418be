"""Memory of process trees, and finding and ending what was left behind."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from carteiro.host import processes

from .conftest import wait_for


def test_memory_of_a_tree_counts_parents_and_children() -> None:
    child = "import sys; x = bytearray(40_000_000); print(flush=True); input()"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    with subprocess.Popen([sys.executable, "-c", parent], stdin=-1, stdout=-1) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert len(processes.tree(process.pid)) == 2
        assert 40_000_000 < processes.tree_memory(process.pid) < 120_000_000
        processes.end(processes.tree(process.pid), grace=5)
    assert processes.tree_memory(process.pid) == 0


def test_a_process_is_outdated_when_its_program_was_replaced(tmp_path: Path) -> None:
    program = tmp_path / "sleep"
    shutil.copy("/usr/bin/sleep", program)
    with subprocess.Popen([program, "60"]) as process:
        try:
            assert not processes.outdated(process.pid, (str(tmp_path),))
            shutil.copy("/usr/bin/sleep", tmp_path / "new")
            (tmp_path / "new").rename(program)
            assert processes.outdated(process.pid, (str(tmp_path),))
            assert not processes.outdated(process.pid)
        finally:
            process.kill()
    assert not processes.outdated(process.pid, (str(tmp_path),))


ORPHAN = """
import subprocess, sys
print(subprocess.Popen(sys.argv[1:], start_new_session=True, stdout=-3, stderr=-3).pid)
"""


def orphan(*command: str) -> psutil.Process:
    """Start a program whose parent is gone already."""
    asked = subprocess.run([sys.executable, "-c", ORPHAN, *command], capture_output=True, check=True)
    return psutil.Process(int(asked.stdout))


@pytest.fixture
def orphans() -> Iterator[Callable[..., psutil.Process]]:
    made: list[psutil.Process] = []

    def make(*command: str) -> psutil.Process:
        made.append(orphan(*command))
        return made[-1]

    yield make
    processes.end(made, grace=1)


def test_the_same_command_or_a_path_below_the_directory_was_left_behind(
    tmp_path: Path, orphans: Callable[..., psutil.Process]
) -> None:
    instance, other = tmp_path / "current", tmp_path / "current2"
    for directory in (instance, other):
        directory.mkdir()
        (directory / "conf").touch()
    same = orphans("sleep", "3801.1")
    orphans("sleep", "3801.10")
    engine = orphans("tail", "-f", f"{instance}/conf")
    orphans("tail", "-f", f"{other}/conf")
    found = processes.left_behind([["sleep", "3801.1"], ["sleep"]], instance)
    assert {process.pid for process in found} == {same.pid, engine.pid}


def test_a_command_that_somebody_runs_was_not_left_behind(tmp_path: Path) -> None:
    with subprocess.Popen(["tail", "-f", f"{tmp_path}/x", "/dev/null"], process_group=0, stderr=-3) as process:
        assert processes.left_behind([["tail", "-f", f"{tmp_path}/x", "/dev/null"]], tmp_path) == []
        process.kill()


def test_the_same_command_in_another_root_is_not_ours(tmp_path: Path, orphans: Callable[..., psutil.Process]) -> None:
    ready = tmp_path / "ready"
    program = "import os, sys, time; os.chroot(sys.argv[1]); open('/ready', 'w'); time.sleep(3801)"
    argv = [sys.executable, "-c", program, str(tmp_path)]
    orphans(*argv)
    wait_for(ready.exists)
    assert processes.left_behind([argv], tmp_path / "none") == []


def test_a_process_that_ignores_the_request_is_forced() -> None:
    program = "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(3801)"
    with subprocess.Popen([sys.executable, "-c", program], stdout=-1) as process:
        assert process.stdout is not None
        process.stdout.readline()
        begun = time.monotonic()
        processes.end(processes.tree(process.pid), grace=0.5)
        assert 0.5 <= time.monotonic() - begun < 5
    assert not processes.alive(process.pid)


def test_one_that_nobody_waited_for_is_not_alive() -> None:
    process = subprocess.Popen(["true"])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert not processes.alive(process.pid)
    process.wait()
    assert not processes.alive(process.pid)
    assert processes.alive(os.getpid())


def test_nothing_is_below_a_process_that_is_gone() -> None:
    process = subprocess.Popen(["true"])
    process.wait()
    assert processes.tree(process.pid) == []

"""Processes that run on the machine: their memory, which of them are ours, and ending them."""

import os
import time
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import psutil


def tree(process_id: int) -> list[psutil.Process]:
    """A process and all below it; nothing if it is gone."""
    try:
        top = psutil.Process(process_id)
        return [top, *top.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def memory(process_ids: Iterable[int]) -> int:
    """Bytes that processes use, each shared page divided among its users (PSS, proc_pid_smaps(5))."""
    return sum(_proportional(process_id) for process_id in set(process_ids))


def tree_memory(process_id: int) -> int:
    """Bytes that a process and all below it use, as `memory` counts them."""
    return memory(process.pid for process in tree(process_id))


def outdated(process_id: int, below: tuple[str, ...] = ("/usr/", "/lib")) -> bool:
    """Whether a process runs code of a file that was replaced, as by a package's update (proc_pid_maps(5))."""
    try:
        lines = Path(f"/proc/{process_id}/maps").read_text("utf-8", "replace").splitlines()
    except OSError:
        return False
    mapped = (line.split(maxsplit=5) for line in lines)
    return any(
        len(fields) == 6 and "x" in fields[1] and fields[5].startswith(below) and fields[5].endswith(" (deleted)")
        for fields in mapped
    )


def left_behind(commands: Collection[Sequence[str]], directory: Path) -> list[psutil.Process]:
    """Processes that run exactly one of these commands, or were given a path below `directory`, and lost their parent.

    Only in our own file system: the same command within a chroot or a container is another instance's.
    """
    wanted = {tuple(command) for command in commands}
    found = []
    for process_id in psutil.pids():  # not process_iter(), which remembers who had a number before
        try:
            process = psutil.Process(process_id)
            words = tuple(process.cmdline())
            named = words in wanted or any(word.startswith(f"{directory}/") for word in words)
            if named and _lost_its_parent(process) and _shares_our_root(process_id):
                found.append(process)
        except (psutil.Error, ProcessLookupError):
            continue
    return found


def end(processes: Sequence[psutil.Process], grace: float = 30.0) -> None:
    """End processes: ask each (SIGTERM), wait `grace` seconds for all, then force what is left (SIGKILL)."""
    for force in (False, True):
        left = [process for process in processes if _runs(process)]
        for process in left:
            _signal(process, force=force)
        _wait(left, grace)


def _wait(processes: Sequence[psutil.Process], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while any(_runs(process) for process in processes) and time.monotonic() < deadline:
        time.sleep(0.05)


def _runs(process: psutil.Process) -> bool:
    # One that has ended stays in the table until its parent asks, which a poor process 1 of a container may never do.
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _signal(process: psutil.Process, *, force: bool) -> None:
    # psutil compares the start time first, so that a number given to another process meanwhile is left alone.
    with suppress(psutil.NoSuchProcess):
        if force:
            process.kill()
        else:
            process.terminate()


def _proportional(process_id: int) -> int:
    try:
        lines = Path(f"/proc/{process_id}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def _shares_our_root(process_id: int) -> bool:
    try:
        return Path(f"/proc/{process_id}/root").samefile("/")
    except OSError:
        return False


def alive(process_id: int) -> bool:
    """Whether a process runs; one that ended and that nobody has waited for does not."""
    try:
        return psutil.Process(process_id).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _lost_its_parent(process: psutil.Process) -> bool:
    # Whoever adopts orphans, process 1 or a subreaper (prctl(2)), is of another session than they are; a command that
    # somebody runs has the session of its shell or of our own command line.
    return process.ppid() == 1 or os.getsid(process.pid) != os.getsid(process.ppid())

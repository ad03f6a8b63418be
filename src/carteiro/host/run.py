"""The one place that starts commands: argument lists, never a shell, secrets on standard input."""

import os
import signal
import subprocess
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Timer
from typing import Any, NoReturn

from carteiro.words import N_, Fault

_GRACE = 5.0  # seconds between asking a command to end and forcing it


@dataclass(frozen=True)
class Result:
    """What a command left behind."""

    argv: tuple[str, ...]
    status: int
    out: str
    err: str


class CommandFailed(Fault):
    """A command could not be started, took too long or ended with a status that means failure."""

    code = "command_failed"

    def __init__(self, result: Result, text: str, remedy: str = "", **values: object) -> None:
        super().__init__(text, remedy, code=None, command=Path(result.argv[0]).name, **values)
        self.result = result


def run(
    argv: Sequence[str | Path],
    *,
    stdin: str = "",
    timeout: float = 60.0,
    environment: Mapping[str, str] | None = None,
    directory: Path | None = None,
    accept: Collection[int] | None = (0,),
) -> Result:
    """Run a command to its end and capture what it prints.

    `timeout` is in seconds; `environment` is added to ours; `accept` holds the exit statuses that are no failure,
    `None` takes any. Secrets go through `stdin`, since every user of the machine sees arguments (proc(5)).
    Raises `CommandFailed`.
    """
    words = tuple(str(word) for word in argv)
    with _started(words, environment, directory, subprocess.PIPE) as process:
        try:
            out, err = process.communicate(stdin, timeout)
        except subprocess.TimeoutExpired:
            out, err = _kill(process)
            raise _too_slow(Result(words, -signal.SIGKILL, out, err), timeout) from None
        except BaseException:
            _kill(process)
            raise
    return _judged(Result(words, process.returncode, out, err), accept)


def follow(
    argv: Sequence[str | Path],
    told: Callable[[str], None],
    *,
    timeout: float,
    environment: Mapping[str, str] | None = None,
    accept: Collection[int] | None = (0,),
) -> Result:
    """Run a long command and hand each line that it prints to `told` at once; standard error goes with the rest.

    An interrupt is passed on, and the command is waited for, so that a package manager can end in order.
    Raises `CommandFailed`.
    """
    words = tuple(str(word) for word in argv)
    lines: list[str] = []
    late = Event()
    with _started(words, environment, None, subprocess.STDOUT) as process:

        def force() -> None:
            late.set()
            _signal_group(process, signal.SIGKILL)

        alarm = Timer(timeout, force)
        alarm.start()
        try:
            for line in process.stdout or ():
                lines.append(line)
                told(line.rstrip("\n"))
        except BaseException:
            _signal_group(process, signal.SIGINT)
            raise
        finally:
            process.wait()
            alarm.cancel()
    result = Result(words, process.returncode, "".join(lines), "")
    if late.is_set():
        raise _too_slow(result, timeout)
    return _judged(result, accept)


def replace(argv: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> NoReturn:
    """Become another program; our process id stays (execve(2))."""
    words = [str(word) for word in argv]
    os.execve(words[0], words, {**os.environ, **(environment or {})})  # noqa: S606, TID251 - the place for it


@contextmanager
def attended(argv: Sequence[str | Path], log: Path) -> Iterator[Callable[[], bool]]:
    """A server that runs as long as the block; its output is appended to `log`. Gives a question whether it runs.

    What begins with `users.command_as(…, bound=True)` dies with us however we end.
    """
    words = tuple(str(word) for word in argv)
    with log.open("ab") as output:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            process_group=0,
        )
    try:
        yield lambda: process.poll() is None
    finally:
        _signal_group(process, signal.SIGTERM)
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            _signal_group(process, signal.SIGKILL)
            process.wait()


def spawn(argv: Sequence[str | Path], log: Path, environment: Mapping[str, str] | None = None) -> int:
    """Start a program that outlives us, in a session of its own, its output appended to `log`; gives its process id."""
    words = tuple(str(word) for word in argv)
    with log.open("ab") as output:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )
    process.returncode = 0  # nobody waits for it here, and that is meant: no warning when the object goes
    return process.pid


def _started(
    words: tuple[str, ...], environment: Mapping[str, str] | None, directory: Path | None, errors: int
) -> subprocess.Popen[str]:
    # A process group of its own, so that a time-out reaches what a script has started as well.
    # C.UTF-8 keeps messages in the one language that we can recognise.
    try:
        return subprocess.Popen(
            words,
            stdin=subprocess.PIPE if errors == subprocess.PIPE else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=directory,
            env={**os.environ, "LC_ALL": "C.UTF-8", **(environment or {})},
            encoding="utf-8",
            errors="replace",
            process_group=0,
        )
    except OSError as error:
        raise CommandFailed(
            Result(words, 127, "", str(error)),
            N_("{command} can't be started: {reason}."),
            N_("Install what is missing with `./up` or `carteiro install`."),
            reason=error.strerror or error,
        ) from error


def _judged(result: Result, accept: Collection[int] | None) -> Result:
    if accept is None or result.status in accept:
        return result
    said = last_line(result.err) or last_line(result.out)
    text = N_("{command} failed (status {status}): {reason}") if said else N_("{command} failed (status {status}).")
    raise CommandFailed(result, text, status=result.status, reason=said)


def _too_slow(result: Result, timeout: float) -> CommandFailed:
    said = last_line(result.err) or last_line(result.out)
    text = N_("{command} did not end within {seconds} seconds; its last words: {reason}")
    text = text if said else N_("{command} did not end within {seconds} seconds.")
    return CommandFailed(result, text, seconds=f"{timeout:g}", reason=said)


def last_line(text: str) -> str:
    """The last line of an output that has anything in it."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")


def _signal_group(process: subprocess.Popen[Any], number: signal.Signals) -> None:
    # The group is only gone for sure once its leader was waited for; until then its number can't be another's.
    if process.returncode is None:
        os.killpg(process.pid, number)


def _kill(process: subprocess.Popen[str]) -> tuple[str, str]:
    _signal_group(process, signal.SIGKILL)
    try:
        return process.communicate(timeout=_GRACE)
    except subprocess.TimeoutExpired:  # a grandchild left the group and holds the pipe
        return "", ""

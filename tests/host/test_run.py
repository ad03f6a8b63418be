"""Commands that end well, fail, hang, and read secrets."""

import os
import sys
import time
from pathlib import Path

import pytest

from carteiro.host.run import CommandFailed, follow, replace, run, spawn

from .conftest import running, wait_for


def test_what_a_command_prints_is_captured_apart() -> None:
    result = run(["sh", "-c", "echo out; echo err >&2"])
    assert (result.status, result.out, result.err) == (0, "out\n", "err\n")


def test_arguments_reach_the_command_as_they_are() -> None:
    assert run(["printf", "%s", "$(id) ; `id` 'x' \\"]).out == "$(id) ; `id` 'x' \\"


def test_a_secret_goes_through_standard_input_and_not_into_the_fault() -> None:
    with pytest.raises(CommandFailed) as failed:
        run(["sh", "-c", 'read secret; test "$secret" = s3cret && exit 4'], stdin="s3cret\n")
    assert failed.value.result.status == 4
    assert "s3cret" not in str(failed.value)


def test_a_command_that_reads_nothing_may_ignore_its_input() -> None:
    assert run(["true"], stdin="x" * 1_000_000).status == 0


def test_a_failure_names_the_command_and_its_last_useful_line() -> None:
    with pytest.raises(CommandFailed, match=r"^sh failed \(status 3\): the reason$"):
        run(["/bin/sh", "-c", "echo first >&2; echo the reason >&2; echo >&2; exit 3"])


def test_a_silent_failure_is_one_line_too() -> None:
    with pytest.raises(CommandFailed, match=r"^false failed \(status 1\)\.$"):
        run(["false"])


def test_a_status_that_is_accepted_is_no_failure() -> None:
    assert run(["sh", "-c", "exit 3"], accept=(0, 3)).status == 3
    assert run(["sh", "-c", "exit 9"], accept=None).status == 9


def test_a_missing_command_is_a_fault_with_a_remedy() -> None:
    with pytest.raises(CommandFailed, match=r"no-such-command can't be started: No such file .*Install what"):
        run(["no-such-command"])


def test_a_command_that_hangs_is_ended_with_all_that_it_started() -> None:
    begun = time.monotonic()
    with pytest.raises(CommandFailed, match=r"sh did not end within 0\.5 seconds; its last words: waiting"):
        run(["sh", "-c", "sleep 3701.1 & echo waiting; wait"], timeout=0.5)
    assert time.monotonic() - begun < 5
    assert not running(["sleep", "3701.1"])


def test_output_that_is_no_text_does_not_hurt() -> None:
    assert run(["printf", "\\377\\376"]).out == "\ufffd\ufffd"


def test_messages_come_in_the_language_that_we_can_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "pt_BR.UTF-8")
    assert run(["sh", "-c", "echo $LC_ALL"]).out == "C.UTF-8\n"


def test_lines_of_a_long_command_are_told_as_they_come() -> None:
    told: list[tuple[str, float]] = []
    result = follow(
        ["sh", "-c", "echo one; sleep 0.5; echo two >&2"], lambda x: told.append((x, time.time())), timeout=9
    )
    assert [line for line, _ in told] == ["one", "two"]
    assert told[1][1] - told[0][1] > 0.3
    assert result.out == "one\ntwo\n"


def test_a_long_command_that_hangs_is_ended() -> None:
    with pytest.raises(CommandFailed, match="did not end within"):
        follow(["sh", "-c", "sleep 3701.2 & wait"], lambda line: None, timeout=0.5)
    assert not running(["sleep", "3701.2"])


def test_an_interrupt_reaches_a_long_command_and_waits_for_it(tmp_path: Path) -> None:
    def interrupt(line: str) -> None:
        raise KeyboardInterrupt

    ended = tmp_path / "ended"
    program = "import pathlib, signal, sys, time\n"
    program += f"signal.signal(signal.SIGINT, lambda *_: (pathlib.Path({str(ended)!r}).touch(), sys.exit()))\n"
    program += "print('go', flush=True); time.sleep(30)"
    with pytest.raises(KeyboardInterrupt):
        follow([sys.executable, "-c", program], interrupt, timeout=40)
    assert ended.exists()


def test_a_spawned_program_has_its_own_session_and_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    process_id = spawn(["sh", "-c", "echo started; sleep 3701.3"], log)
    try:
        wait_for(lambda: log.read_text() == "started\n")
        assert os.getsid(process_id) == process_id
    finally:
        os.killpg(process_id, 9)
        os.waitpid(process_id, 0)


def test_replacing_keeps_the_process_id() -> None:
    program = "from carteiro.host.run import replace; import os; print(os.getpid(), flush=True);"
    program += "replace(['/bin/sh', '-c', 'echo $$ $MORE'], {'MORE': 'x'})"
    first, second = run([sys.executable, "-c", program]).out.splitlines()
    assert second == f"{first} x"
    assert callable(replace)

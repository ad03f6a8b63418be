"""A real supervisor with our keeper, and real programs that die, hang and refuse to start."""

import os
import re
import signal
import socket
import time
from pathlib import Path

import psutil
import pytest

from carteiro.host.supervise.control import Control, NotRunning
from carteiro.host.supervise.keeper import wait_after
from carteiro.host.supervise.leftover import commands, take_over
from carteiro.words import Fault

from .conftest import Tree, is_alive, wait_for


def test_a_killed_program_is_back_within_seconds_and_the_log_says_so(tree: Tree) -> None:
    tree.up(one="sleep 3601.1", two="sleep 3601.2")
    first = tree.id_of("one")
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: tree.id_of("one") not in {0, first}, seconds=4)
    assert "one died and is started again" in tree.log()
    assert "terminated by SIGKILL" in tree.log()
    assert {program.name: program.restarts for program in tree.control.programs()} == {"one": 1, "two": 0}


def test_a_program_killed_as_soon_as_it_starts_is_back_too(tree: Tree) -> None:
    tree.up(one="sleep 3602")
    for _ in range(2):
        victim = tree.id_of("one")
        os.kill(victim, signal.SIGKILL)
        wait_for(lambda old=victim: tree.id_of("one") not in {0, old}, seconds=5)
    wait_for(tree.all_run)


def test_a_program_that_never_comes_up_is_tried_with_growing_waits(tree: Tree) -> None:
    tree.configure(broken="/bin/false")
    tree.start()
    wait_for(lambda: tree.control.answers() and "in 4 s" in tree.log(), seconds=20)
    assert [wait for wait in (1, 2, 4) if f"broken is started again in {wait} s" in tree.log()] == [1, 2, 4]


def test_the_waits_stop_growing_at_a_minute() -> None:
    assert [wait_after(deaths) for deaths in (1, 2, 3, 4, 5, 6, 7, 8, 5000)] == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_program_that_supervisor_gave_up_is_started_again(tree: Tree) -> None:
    tree.retries = 0
    flag = tree.directory / "may-run"
    tree.configure(late=f"/bin/sh -c 'test -e {flag} && exec sleep 3603'")
    tree.start()
    wait_for(lambda: tree.control.answers() and tree.control.programs()[0].state == "FATAL")
    flag.touch()
    wait_for(tree.all_run, seconds=20)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_everything_in_reverse_order_and_leaves_nothing(tree: Tree, number: signal.Signals) -> None:
    tree.up(first="sleep 3604.1", second="sleep 3604.2")
    assert tree.process is not None
    tree.process.send_signal(number)
    wait_for(tree.gone)
    log = tree.log()
    assert log.index("stopped: second") < log.index("stopped: first")
    assert not (tree.directory / "supervisor.sock").exists()


def test_killing_the_supervisor_leaves_the_programs_and_the_next_start_takes_over(tree: Tree) -> None:
    tree.up(engine="sleep 3605")
    assert tree.process is not None
    engine = psutil.Process(tree.id_of("engine"))
    tree.process.kill()
    os.waitpid(tree.process.pid, 0)
    time.sleep(0.2)
    assert is_alive(engine)
    tree.start()
    wait_for(tree.all_run)
    assert not is_alive(engine)
    assert [process.pid for process in tree.left()] == [tree.id_of("engine")]


def test_an_engine_that_a_script_has_become_is_taken_over_too(tree: Tree) -> None:
    engine_files = tree.directory / "engine"
    engine_files.mkdir()
    (engine_files / "conf").touch()
    (engine_files / "start").write_text(f"exec /usr/bin/perl -e 'sleep 3615' {engine_files}/conf\n")
    tree.up(engine=f"/bin/sh {engine_files}/start")
    assert tree.process is not None
    engine = psutil.Process(tree.id_of("engine"))
    wait_for(lambda: engine.name() == "perl")
    tree.process.kill()
    os.waitpid(tree.process.pid, 0)
    assert is_alive(engine)
    os.close(take_over(tree.configuration, tree.directory / "lock"))
    assert not is_alive(engine)


def test_what_was_left_can_be_ended_without_a_new_supervisor(tree: Tree) -> None:
    tree.up(engine="sleep 3614")
    assert tree.process is not None
    with pytest.raises(Fault, match="runs already"):
        take_over(tree.configuration, tree.directory / "lock")
    tree.process.kill()
    os.waitpid(tree.process.pid, 0)
    os.close(take_over(tree.configuration, tree.directory / "lock"))
    assert tree.left() == []


def test_commands_are_read_as_supervisor_reads_them(tree: Tree) -> None:
    tree.configure(one="printf '%%s x' \"a b\" ; a comment", two="/bin/sleep 1")
    assert commands(tree.configuration) == [["printf", "%s x", "a b"], ["/bin/sleep", "1"]]
    assert commands(tree.directory / "none") == []


def test_a_second_supervisor_on_the_same_instance_is_refused_by_process_id(tree: Tree) -> None:
    tree.up(one="sleep 3606")
    assert tree.process is not None
    first = tree.process
    second = tree.start()
    status = os.waitpid(second.pid, 0)[1]
    tree.process = first
    assert os.waitstatus_to_exitcode(status) == 1
    said = (tree.directory / "output").read_text()
    assert f"runs already, as process {first.pid}" in said
    assert "Traceback" not in said
    assert tree.all_run()


def test_the_lock_is_not_inherited_by_programs(tree: Tree) -> None:
    tree.up(one="sleep 3607")
    open_files = {str(link.readlink()) for link in Path(f"/proc/{tree.id_of('one')}/fd").iterdir()}
    assert str(tree.directory / "lock") not in open_files


def test_systemd_is_told_when_every_program_runs_and_when_all_stops(tree: Tree) -> None:
    path = tree.directory / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(path))
        manager.settimeout(15)
        tree.configure(one="sleep 3608.1", two="sleep 3608.2")
        process = tree.start(NOTIFY_SOCKET=str(path))
        assert manager.recv(64) == b"READY=1"
        assert all(program.state == "RUNNING" for program in tree.control.programs())
        assert "NOTIFY_SOCKET" not in psutil.Process(tree.id_of("one")).environ()
        process.terminate()
        assert manager.recv(64) == b"STOPPING=1"


def test_systemd_does_not_wait_for_a_program_that_can_not_start(tree: Tree) -> None:
    path = tree.directory / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(path))
        manager.settimeout(15)
        tree.configure(one="sleep 3614.1", broken="false", two="sleep 3614.2")
        tree.start(NOTIFY_SOCKET=str(path))
        assert manager.recv(64) == b"READY=1"
        states = {program.name: program.state for program in tree.control.programs()}
        assert (states["one"], states["two"]) == ("RUNNING", "RUNNING")
        # A supervisor that looks late takes it for one that had been up.
        assert re.search(r"broken (died and )?is started again", tree.log())


def test_an_update_starts_the_new_stops_the_gone_and_restarts_the_changed(tree: Tree) -> None:
    tree.up(kept="sleep 3609.1", changed="sleep 3609.2", gone="sleep 3609.3")
    kept = tree.id_of("kept")
    tree.configure(kept="sleep 3609.1", changed="sleep 3609.4")
    assert tree.control.update() == ["changed", "gone"]
    wait_for(tree.all_run)
    assert tree.id_of("kept") == kept
    assert psutil.Process(tree.id_of("changed")).cmdline() == ["sleep", "3609.4"]
    assert [program.name for program in tree.control.programs()] == ["changed", "kept"]


def test_a_program_can_be_stopped_started_and_restarted(tree: Tree) -> None:
    tree.up(one="sleep 3610")
    before = tree.id_of("one")
    tree.control.stop("one")
    tree.control.stop("one")
    assert tree.control.programs()[0].state == "STOPPED"
    tree.control.start("one")
    tree.control.start("one")
    tree.control.restart("one")
    after = tree.control.programs()[0]
    assert after.state == "RUNNING"
    assert after.process_id != before
    assert abs(after.since - time.time()) < 30


def test_an_unknown_program_is_a_fault_with_the_supervisors_words(tree: Tree) -> None:
    tree.up(one="sleep 3611")
    with pytest.raises(Fault, match="BAD_NAME: nothing"):
        tree.control.start("nothing")


def test_shutting_down_over_the_socket_ends_all(tree: Tree) -> None:
    tree.up(one="sleep 3612")
    tree.control.shut_down()
    wait_for(tree.gone)


def test_where_nobody_answers_the_fault_names_the_socket_and_the_remedy(tmp_path: Path) -> None:
    control = Control(tmp_path / "supervisor.sock")
    assert not control.answers()
    with pytest.raises(NotRunning, match=r"supervisor\.sock .*Start it with"):
        control.programs()


def test_a_reload_signal_keeps_the_lock(tree: Tree) -> None:
    tree.up(one="sleep 3613")
    assert tree.process is not None
    before = tree.id_of("one")
    tree.process.send_signal(signal.SIGHUP)
    wait_for(lambda: tree.all_run() and tree.id_of("one") != before)
    assert str(tree.directory / "lock") in {file.path for file in tree.process.open_files()}
    assert is_alive(tree.process)

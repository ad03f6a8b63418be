"""Who rings has the work done before the answer, and hears of what went wrong."""

import getpass
import stat
import threading
import time
from pathlib import Path

import pytest

from carteiro.clients import bell
from carteiro.clients.endpoint import ClientFault
from carteiro.host.bell import Bell
from carteiro.words import Fault


def made(path: Path, work: object) -> Bell:
    return Bell(path / "b.sock", work, getpass.getuser())  # type: ignore[arg-type]


def test_the_work_is_done_when_the_bell_answers(tmp_path: Path) -> None:
    done: list[int] = []
    with made(tmp_path, lambda: done.append(1)).hung():
        for count in (1, 2, 3):
            bell.ring(tmp_path / "b.sock", 5)
            assert len(done) == count


def test_a_fault_comes_to_who_rang_and_the_next_ring_is_answered(tmp_path: Path) -> None:
    faults = [Fault("The {thing} is full.", "Empty it.", code="full", thing="bin")]

    def work() -> None:
        if faults:
            raise faults.pop()

    with made(tmp_path, work).hung():
        with pytest.raises(Fault) as told:
            bell.ring(tmp_path / "b.sock", 5)
        assert (str(told.value), told.value.code) == ("The bin is full. Empty it.", "full")
        bell.ring(tmp_path / "b.sock", 5)


def test_a_bug_costs_one_ring_and_not_the_bell(tmp_path: Path) -> None:
    bugs = [1]

    def work() -> None:
        if bugs:
            bugs.pop()
            raise ZeroDivisionError

    with made(tmp_path, work).hung():
        with pytest.raises(ClientFault):
            bell.ring(tmp_path / "b.sock", 5)
        bell.ring(tmp_path / "b.sock", 5)


def test_who_does_not_wait_is_no_trouble_to_others(tmp_path: Path) -> None:
    with made(tmp_path, lambda: time.sleep(0.3)).hung():
        with pytest.raises(ClientFault):
            bell.ring(tmp_path / "b.sock", 0.05)
        bell.ring(tmp_path / "b.sock", 5)


def test_nobody_answers_where_no_bell_hangs(tmp_path: Path) -> None:
    with pytest.raises(ClientFault):
        bell.ring(tmp_path / "b.sock", 1)
    with made(tmp_path, lambda: None).hung():
        pass
    with pytest.raises(ClientFault):
        bell.ring(tmp_path / "b.sock", 1)


def test_the_socket_is_its_owners_alone_and_takes_the_place_of_an_old_one(tmp_path: Path) -> None:
    (tmp_path / "b.sock").write_text("left by one that was killed")
    with made(tmp_path, lambda: None).hung():
        assert stat.S_IMODE((tmp_path / "b.sock").stat().st_mode) == 0o600
        bell.ring(tmp_path / "b.sock", 5)


def test_work_that_has_begun_comes_to_its_end(tmp_path: Path) -> None:
    begun, over = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        time.sleep(0.3)
        over.set()

    ringing = threading.Thread(target=bell.ring, args=(tmp_path / "b.sock", 5))
    with made(tmp_path, work).hung():
        ringing.start()
        assert begun.wait(5)
    ringing.join(5)
    assert over.is_set()

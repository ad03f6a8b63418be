"""The privileged worker: carries out requests, and does what is due by the clock."""

import logging
from collections.abc import Callable, Collection

from carteiro import directory
from carteiro.host import users
from carteiro.host.bell import Bell
from carteiro.hosting.database import configure
from carteiro.hosting.errors import DatabaseFault, translated
from carteiro.hosting.requests import QUICK, parse
from carteiro.jobs import queue as requests
from carteiro.jobs.schedule import Schedule
from carteiro.operate import accounts, chores, engines, handlers, readings
from carteiro.operate.clock import Clock
from carteiro.operate.instance import Instance

log = logging.getLogger("carteiro.worker")

_POLL_SECONDS = 2.0  # whoever is in a hurry rings
_HOLD_SECONDS = 5.0
_CLOCK_SECONDS = 1.0
# The panel shows what was seen last: all of it when the engines had time to start, also what is looked at once an hour.
_FIRST_LOOK_SECONDS = 30.0


def work(instance: Instance) -> None:
    """Serve until the process is told to stop."""
    accounts.configure_for(instance)
    schedule = Schedule()
    # The projector holds them too; one of the two is there while the other is started again.
    held = directory.hold(instance.layout)
    schedule.every(_HOLD_SECONDS, "hold", held.refresh)
    schedule.every(_POLL_SECONDS, "requests", _told("requests", lambda: _carry_out(instance)))
    clock = Clock()
    schedule.every(_CLOCK_SECONDS, "clock", _told("clock", lambda: _mind_the_clock(instance, clock)))
    for name, seconds, chore in chores.due(instance):
        schedule.every(seconds, name, _told(name, chore))
    for name, seconds, chore in readings.due(instance):
        schedule.every(seconds, name, _told(name, chore), soon=_FIRST_LOOK_SECONDS)
    # What somebody waits for goes by what takes long.
    bell = Bell(instance.layout.worker_socket, _ready(lambda: _carry_out(instance, QUICK)), users.CONTROL)
    with bell.hung():
        schedule.run()


def _carry_out(instance: Instance, kinds: Collection[str] | None = None) -> None:
    requests.drain(lambda row: handlers.carry_out(instance, parse(row)), kinds=kinds)


def _mind_the_clock(instance: Instance, clock: Clock) -> None:
    """After a clock was set back by a day nobody could log in for a day.

    Dovecot's look-ups wait until it is the time again at which they last connected (2.3: "Not connected to database").
    """
    if clock.was_set_back():
        log.warning("the clock was set back; the engines are told to start anew")
        engines.reload(instance)


def _told(name: str, chore: Callable[[], None]) -> Callable[[], None]:
    """One chore that fails must not stop the others: this is one of the loops that log and go on."""
    ready = _ready(chore)
    away = ""

    def run() -> None:
        nonlocal away
        try:
            ready()
        except DatabaseFault as fault:
            # It may be away for hours: said once, and not by every run.
            if str(fault) != away:
                log.error("chore %s waits: %s", name, fault)
            away = str(fault)
        except Exception:
            log.exception("chore %s failed", name)
        else:
            away = ""

    return run


def _ready(chore: Callable[[], None]) -> Callable[[], None]:
    """With a connection that works, and with what the database says in words."""

    def run() -> None:
        configure.refresh()
        with translated():
            chore()

    return run

"""The privileged worker: carries out requests, and does what is due by the clock."""

import logging
from collections.abc import Callable

from carteiro import directory
from carteiro.hosting.requests import parse
from carteiro.jobs import queue as requests
from carteiro.jobs.schedule import Schedule
from carteiro.operate import accounts, chores, handlers
from carteiro.operate.instance import Instance

log = logging.getLogger("carteiro.worker")

_POLL_SECONDS = 0.5
_HOLD_SECONDS = 5.0


def work(instance: Instance) -> None:
    """Serve until the process is told to stop."""
    accounts.configure_for(instance)
    schedule = Schedule()
    # The projector holds them too; one of the two is there while the other is started again.
    held = directory.hold(instance.layout)
    schedule.every(_HOLD_SECONDS, "hold", held.refresh)
    schedule.every(_POLL_SECONDS, "requests", lambda: _carry_out(instance))
    for name, seconds, chore in chores.due(instance):
        schedule.every(seconds, name, _told(name, chore))
    schedule.run()


def _carry_out(instance: Instance) -> None:
    requests.drain(lambda row: handlers.carry_out(instance, parse(row)))


def _told(name: str, chore: Callable[[], None]) -> Callable[[], None]:
    """One chore that fails must not stop the others: this is one of the loops that log and go on."""

    def run() -> None:
        try:
            chore()
        except Exception:
            log.exception("chore %s failed", name)

    return run

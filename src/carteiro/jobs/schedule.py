"""What runs by the clock, on APScheduler."""

import logging
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

_SOON_SECONDS = 600
_LOOK_SECONDS = 1.0


class _Every(BaseTrigger):  # type: ignore[misc]
    """Each time so long after now: a clock set forward by years must not have every run in between counted."""

    def __init__(self, interval: timedelta) -> None:
        self.interval = interval

    def get_next_fire_time(self, _: datetime | None, now: datetime) -> datetime:
        """When the job runs next."""
        return now + self.interval


class Schedule:
    """Jobs of one process, each at its interval; a job never runs twice at once, and missed runs are made up as one."""

    def __init__(self) -> None:
        self._scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._over = threading.Event()
        # A run that meets the one before it still at work is left out: nothing to tell a person.
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
        # Nor what it says of every single run.
        logging.getLogger("apscheduler.executors.default").setLevel(logging.WARNING)

    def every(self, seconds: float, name: str, job: Callable[[], None], soon: float = _SOON_SECONDS) -> None:
        """Run a job each so many seconds, and soon after the start; what it raises is logged and the next run comes.

        Soon: a host that is started anew every day must not miss what is due once a day.
        """
        first = datetime.now(UTC) + timedelta(seconds=min(seconds, soon))
        trigger = _Every(timedelta(seconds=seconds))
        self._scheduler.add_job(job, trigger, name=name, id=name, next_run_time=first)

    def run(self) -> None:
        """Serve until SIGTERM, SIGINT or `stop`; running jobs come to their end."""
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: self.stop())
        self._scheduler.start()
        while not self._over.wait(_LOOK_SECONDS):
            self._follow_clock()
        self._scheduler.shutdown(wait=True)

    def _follow_clock(self) -> None:
        """No run is further away than its interval: else all would wait for a clock that was set back."""
        now = datetime.now(UTC)
        for job in self._scheduler.get_jobs():
            if job.next_run_time > now + 2 * job.trigger.interval:
                job.modify(next_run_time=now)

    def stop(self) -> None:
        """Let `run` come to its end."""
        self._over.set()

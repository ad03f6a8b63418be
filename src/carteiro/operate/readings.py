"""Chores that look at the machine and write down what they see, for the panel."""

import datetime
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict

from django.utils import timezone

from carteiro import directory
from carteiro.host.supervise.control import Control
from carteiro.hosting.running import figures, readings
from carteiro.hosting.running.readings import Name
from carteiro.operate import certificates, health, queue, tally
from carteiro.operate.instance import Instance
from carteiro.operate.measuring import UsageChore
from carteiro.words import Fault, packed

_HALF_MINUTE = 30.0
_MINUTES = 300.0
_HOUR = 3600.0
_DAY = 86400.0
MOST_MESSAGES = 2000
_MOST_RECIPIENTS = 20
_MOST_REASONS = 5
_LONGEST = 500
# A long queue takes long to read: no more than a fiftieth of the time.
_SHARE = 50


def due(instance: Instance) -> list[tuple[str, float, Callable[[], None]]]:
    """Name, seconds between two runs, and what to call."""
    return [
        ("look at services", _HALF_MINUTE, lambda: look_at_services(instance)),
        ("look at queue", _HALF_MINUTE, QueueChore(instance)),
        ("look at lag", _HALF_MINUTE, lambda: look_at_lag(instance)),
        ("count mail", _HALF_MINUTE, lambda: tally.count(instance)),
        ("measure mailboxes", _HALF_MINUTE, UsageChore(instance)),
        ("look at listeners", _MINUTES, lambda: look_at_listeners(instance)),
        ("look at disk", _MINUTES, lambda: look_at_disk(instance)),
        ("look at certificate", _HOUR, lambda: look_at_certificate(instance)),
        ("sum up mailboxes", _HOUR, lambda: figures.note_stored(figures.midnight(timezone.now()))),
        ("condense figures", _DAY, lambda: figures.condense(timezone.now())),
    ]


class QueueChore:
    """Looks at the queue, less often where that takes long."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._not_before = 0.0

    def __call__(self) -> None:
        """Look, if it is time."""
        begin = time.monotonic()
        if begin < self._not_before:
            return
        look_at_queue(self._instance)
        end = time.monotonic()
        self._not_before = end + (end - begin) * _SHARE


def look_at_queue(instance: Instance) -> None:
    """Every message, the oldest first, up to a bound, and how many there are in all."""
    try:
        messages = queue.messages(instance)
    except Fault:
        return  # Postfix does not run: the look at the services tells
    seen = [_told(message) for message in messages[:MOST_MESSAGES]]
    readings.note(Name.QUEUE, {"messages": seen, "total": len(messages)})


def look_at_services(instance: Instance) -> None:
    """The state of each service, and the memory of all."""
    supervisor = Control(instance.layout.supervisor_socket)
    readings.note(Name.SERVICES, [asdict(service) for service in health.services(supervisor)])


def look_at_listeners(instance: Instance) -> None:
    """Whether each listener answers as its protocol says."""
    readings.note(Name.LISTENERS, [asdict(port) for port in health.listeners(instance)])


def look_at_certificate(instance: Instance) -> None:
    """How long the certificate is good."""
    try:
        ends = certificates.expiry(instance.certificate_file)
    except Fault as fault:
        readings.note(Name.CERTIFICATE, {"fault": packed(fault)})
        return
    days = (ends - datetime.datetime.now(datetime.UTC)).days
    readings.note(Name.CERTIFICATE, {"ends": ends.isoformat(), "days": days, "private": instance.own_authority})


def look_at_lag(instance: Instance) -> None:
    """How many changes the engines do not know of yet."""
    readings.note(Name.LAG, directory.lag(instance.layout))


def look_at_disk(instance: Instance) -> None:
    """The space for mail, in bytes."""
    space = shutil.disk_usage(instance.layout.state)
    readings.note(Name.DISK, {"total": space.total, "free": space.free})


def _told(message: queue.Queued) -> dict[str, object]:
    return {
        **asdict(message),
        "recipients": message.recipients[:_MOST_RECIPIENTS],
        "recipient_count": len(message.recipients),
        "reasons": [reason[:_LONGEST] for reason in message.reasons[:_MOST_REASONS]],
    }

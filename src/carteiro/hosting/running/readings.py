"""What the worker read off the machine, written down for whoever looks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.utils import timezone

from carteiro.hosting.errors import translated
from carteiro.hosting.models import Reading


class Name(StrEnum):
    """What is looked at, each in its own turn."""

    SERVICES = "services"
    LISTENERS = "listeners"
    QUEUE = "queue"
    CERTIFICATE = "certificate"
    LAG = "lag"
    DISK = "disk"
    FULL = "full"  # mailboxes near their quota
    TALLY = "tally"  # up to where the logs were counted


@dataclass(frozen=True)
class Look:
    """What was seen, and when."""

    at: datetime
    data: Any

    def older_than(self, age: timedelta) -> bool:
        """Whether so much time has gone by that it says little of now."""
        return timezone.now() - self.at > age


def note(name: Name, data: object, node: str = "") -> None:
    """Write down what was seen now, in place of what was seen before."""
    with translated():
        Reading.objects.update_or_create(node=node, name=name.value, defaults={"at": timezone.now(), "data": data})


def last(*names: Name, node: str = "") -> dict[Name, Look]:
    """The last look at each of these; what was never looked at is left out."""
    with translated():
        rows = Reading.objects.filter(node=node, name__in=[name.value for name in names])
        return {Name(row.name): Look(row.at, row.data) for row in rows}

"""What mailboxes hold, as it was found on the disk."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from carteiro.hosting import storing
from carteiro.hosting.errors import translated
from carteiro.hosting.models import Mailbox, Usage
from carteiro.hosting.running import readings
from carteiro.hosting.running.readings import Name

_ROWS = 500
_MOST_FULL = 500


@dataclass(frozen=True)
class Known:
    """A mailbox, and what was found in it the last time: None where nobody looked."""

    id: int
    home: str
    size: int | None  # bytes
    messages: int | None
    at: datetime.datetime | None


@dataclass(frozen=True)
class Found:
    """What a mailbox holds now."""

    mailbox: int
    size: int
    messages: int


def after(last: int, limit: int) -> list[Known]:
    """The next mailboxes after one, by their ids."""
    with translated():
        rows = Mailbox.objects.filter(pk__gt=last).order_by("pk")
        columns = ("pk", "home", "usage__size", "usage__messages", "usage__at")
        return [Known(*row) for row in rows.values_list(*columns)[:limit]]


def note(found: Iterable[Found]) -> None:
    """Write down what was found now."""
    now = timezone.now()
    rows = [Usage(mailbox_id=each.mailbox, size=each.size, messages=each.messages, at=now) for each in found]
    with translated():
        for begin in range(0, len(rows), _ROWS):
            _save(rows[begin : begin + _ROWS])


def _save(rows: list[Usage]) -> None:
    with transaction.atomic():
        # A mailbox may have gone since its home was looked at.
        there = set(Mailbox.objects.filter(pk__in=[row.mailbox_id for row in rows]).values_list("pk", flat=True))
        fresh = [row for row in rows if row.mailbox_id in there]
        storing.put(fresh, key=["mailbox"], values=["size", "messages", "at"])


def note_full() -> None:
    """Write down which mailboxes have less than a tenth of their quota left, the fullest first, up to a bound."""
    with translated():
        rows = Usage.objects.filter(mailbox__quota__gt=0, size__gte=F("mailbox__quota") - F("mailbox__quota") / 10)
        rows = rows.order_by(F("size") * 100 / F("mailbox__quota")).reverse()
        full = rows.values_list("mailbox__address", "size", "mailbox__quota")[:_MOST_FULL]
        readings.note(Name.FULL, [{"address": address, "size": size, "quota": quota} for address, size, quota in full])

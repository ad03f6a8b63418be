"""Requests by the claim: whoever's conditional UPDATE hits the row has the work."""

import logging
import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from carteiro.jobs.models import Request

log = logging.getLogger("carteiro.jobs")

ATTEMPTS = 8
FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(hours=1)
# Longer than any request takes: whoever claimed it must have died.
LEASE = timedelta(minutes=30)
_LOOK_SECONDS = 0.05


def enqueue(kind: str, payload: Mapping[str, Any], node: str = "") -> Request:
    """Write a request down for a node; the empty name is the only node's."""
    now = timezone.now()
    return Request.objects.create(kind=kind, payload=dict(payload), node=node, created=now, not_before=now)


def claim(node: str = "", kinds: Collection[str] | None = None) -> Request | None:
    """The oldest request that is due and that nobody else has; None if there is none."""
    now = timezone.now()
    waiting = Request.objects.filter(_claimable(now), node=node)
    if kinds is not None:
        waiting = waiting.filter(kind__in=kinds)
    for request in waiting.order_by("pk")[:50]:
        mine = Request.objects.filter(_claimable(now), pk=request.pk, attempts=request.attempts)
        if mine.update(state=Request.State.CLAIMED, claimed_at=now, attempts=F("attempts") + 1):
            request.refresh_from_db()
            return request
    return None


def drain(carry_out: Callable[[Request], object], node: str = "", kinds: Collection[str] | None = None) -> int:
    """Carry out what is due, one request after the other; a failure is kept with it. How many were done.

    What `carry_out` gives is kept as the answer, as JSON.
    """
    count = 0
    while (request := claim(node, kinds)) is not None:
        try:
            result = carry_out(request)
        except Exception as error:
            log.exception("request %s (%s) failed", request.pk, request.kind)
            fail(request, str(error), permanent=isinstance(error, LookupError | TypeError))
        else:
            finish(request, result)
            count += 1
    return count


def finish(request: Request, result: object = None) -> None:
    """The work is done."""
    _end(request, state=Request.State.DONE, done_at=timezone.now(), error="", result=result)


def wait(request: Request, seconds: float) -> bool:
    """Wait until a request has ended, well or not, at most so long; whether it has. The row is read anew."""
    deadline = time.monotonic() + seconds
    while True:
        request.refresh_from_db()
        if request.done_at is not None:
            return True
        if time.monotonic() > deadline:
            return False
        time.sleep(_LOOK_SECONDS)


def withdraw(request: Request) -> bool:
    """Take back a request that nobody has taken up; whether it could be, or else somebody has it."""
    waiting = Request.objects.filter(pk=request.pk, state=Request.State.WAITING)
    return bool(waiting.update(state=Request.State.FAILED, done_at=timezone.now(), error="withdrawn"))


def fail(request: Request, error: str, *, permanent: bool = False) -> None:
    """The work failed: it waits for another attempt, or is given up after the last one."""
    line = " ".join(error.split())[:1000]
    if permanent or request.attempts >= ATTEMPTS:
        _end(request, state=Request.State.FAILED, done_at=timezone.now(), error=line)
        return
    again = timezone.now() + delay(request.attempts)
    _end(request, state=Request.State.WAITING, not_before=again, error=line)


def delay(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 5 s, doubled each time, an hour at most."""
    factor: int = 2 ** max(attempts - 1, 0)
    return min(FIRST_DELAY * factor, LONGEST_DELAY)


def forget(older_than: timedelta) -> int:
    """Delete requests that ended longer ago than that; how many."""
    ended = Request.objects.filter(done_at__lt=timezone.now() - older_than)
    return ended.delete()[0]


def _claimable(now: datetime) -> Q:
    # A clock that was set back leaves times in the future: nothing may wait longer than the longest delay.
    due = Q(not_before__lte=now) | Q(not_before__gt=now + LONGEST_DELAY)
    left = Q(claimed_at__lt=now - LEASE) | Q(claimed_at__gt=now + LEASE)
    return (Q(state=Request.State.WAITING) & due) | (Q(state=Request.State.CLAIMED) & left)


def _end(request: Request, **columns: object) -> None:
    # If the lease ran out and another worker has it now, the row is no longer ours to end.
    Request.objects.filter(pk=request.pk, state=Request.State.CLAIMED, attempts=request.attempts).update(**columns)

"""The old host's log into the audit log, each line once, however often it is imported."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from carteiro.hosting.access import Actor
from carteiro.hosting.imports import imported, past
from carteiro.hosting.imports.imported import Memory
from carteiro.importers.accounts.state import LOG
from carteiro.importers.postfixadmin.model import LogRow

_AT_ONCE = 2000


def tell_log(actor: Actor, source: str, rows: Sequence[LogRow]) -> int:
    """Tell the lines that came since the last time, the oldest first; gives how many.

    The log only grows at its end, so that the date of the last line, and how many have that date, is all to remember.
    """
    memory = imported.recall_one(actor, source, LOG, LOG)
    waiting = _after(rows, memory)
    last = (datetime.fromisoformat(memory.wanted), int(memory.stored)) if memory else None
    count = 0
    while lines := list(islice(waiting, _AT_ONCE)):
        last = _last(last, lines)
        with imported.together():
            count += past.tell(actor, lines)
            imported.remember(actor, source, [(LOG, LOG, Memory(last[0].isoformat(), str(last[1])))])
    return count


def _after(rows: Sequence[LogRow], memory: Memory | None) -> Iterator[past.Told]:
    until = datetime.fromisoformat(memory.wanted) if memory else None
    passed = int(memory.stored) if memory else 0
    for row in rows:
        if row.at is None or (until is not None and row.at < until):
            continue
        if row.at == until and passed:
            passed -= 1
            continue
        yield past.Told(row.at, row.who, row.network, row.domain, row.action, row.data)


def _last(before: tuple[datetime, int] | None, lines: Sequence[past.Told]) -> tuple[datetime, int]:
    """The date of the last line, and how many lines that were told have it."""
    at = lines[-1].at
    count = sum(1 for line in lines if line.at == at)
    return at, count + (before[1] if before is not None and before[0] == at else 0)

"""All that a report says, as values that JSON can carry; sentences are in the reader's language."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from carteiro.importers.maildirs import printable
from carteiro.importers.moving import Done, Mail, Move, fates
from carteiro.importers.planning.desk import Fate
from carteiro.importers.planning.questions import QUESTIONS
from carteiro.words import Fault, explain, translate

Told = dict[str, Any]


def tell(move: Move, done: Done | None = None, *, verified: bool = False) -> Told:
    """What is there, what the old host really did, every conflict, and what will be done or was done."""
    made = done or Done()
    return {
        "source": move.old.source,
        "schema": move.old.schema,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "planned_only": done is None,
        "tables": _tables(move, made),
        "findings": [
            {"name": each.name, "text": each.said.told(), "things": list(each.things)} for each in move.plan.findings
        ],
        "conflicts": _conflicts(move),
        "steps": _steps(move, done),
        "log_lines": len(move.plan.log) if done is None else made.log_lines,
        "rows": list(_rows(move, made)),
        "kept": list(_kept(move)),
        "mail": [_mail(move, address, made.mail.get(address)) for address in move.plan.mail],
        "verification": _verification(made) if verified else None,
        "clean": None if done is None else made.clean(),
    }


def _tables(move: Move, done: Done) -> dict[str, dict[str, int]]:
    sums = {
        table: {"rows": rows} | dict.fromkeys((fate.value for fate in Fate), 0)
        for table, rows in move.plan.tables.items()
        if rows
    }
    for row, (fate, _) in fates(move, done):
        sums[row.table][fate.value] += 1
    for (table, fate), count in move.plan.counted.items():
        if count:
            sums[table][fate.value] += count
    return sums


def _conflicts(move: Move) -> list[Told]:
    return [
        {
            "conflict": each.name,
            "of": each.thing,
            "text": each.said.told(),
            "answer": each.chosen,
            "done": translate(each.done),
            "answers": {answer: translate(text) for answer, text in QUESTIONS[each.name].answers.items()},
        }
        for each in move.conflicts
    ]


def _steps(move: Move, done: Done | None) -> dict[str, dict[str, int]]:
    """How many things of each kind are added, changed and so on."""
    found: dict[str, dict[str, int]] = {}
    counts = move.steps.counts if done is None else done.accounts.counts
    for (kind, act), count in counts.items():
        found.setdefault(kind.value, {})[act.value] = count
    for outcome in done.accounts.refused() if done else ():
        kinds = found.setdefault(outcome.step.kind.value, {})
        kinds["refused"] = kinds.get("refused", 0) + 1
    return found


def _rows(move: Move, done: Done) -> Iterator[Told]:
    """The rows that are not here, each with its reason."""
    for row, (fate, said) in fates(move, done):
        if fate is not Fate.IMPORTED:
            yield {"row": str(row), "fate": fate.value, "reason": said.told() if said else ""}
    for outcome in done.accounts.refused():
        if outcome.fault is not None and not (outcome.step.wanted and outcome.step.wanted.rows):
            thing = f"{outcome.step.kind.value} {outcome.step.key}"
            yield {"row": thing, "fate": Fate.REFUSED.value, "reason": _line(outcome.fault)}


def _kept(move: Move) -> Iterator[Told]:
    for step in move.steps.kept:
        reason = step.said.told() if step.said else ""
        yield {"thing": f"{step.kind.value} {step.key}", "act": step.act.value, "reason": reason}


def _mail(move: Move, address: str, mail: Mail | None) -> Told:
    there = move.plan.mail[address]
    told: Told = {"address": address, "path": printable(there.path), "messages": there.messages, "bytes": there.bytes}
    if mail is None:
        return told
    if mail.outcome is not None:
        names = ("copied", "unchanged", "deleted", "flagged")
        told |= {name: getattr(mail.outcome, name) for name in names}
        told["refused"] = [{"name": each.name, "reason": each.reason} for each in mail.outcome.refused]
    if mail.fault is not None:
        told["fault"] = _line(mail.fault)
    if mail.differences is not None:
        told["differences"] = [{"folder": one.folder, "uid": one.uid, "what": one.what} for one in mail.differences]
    return told


def _verification(done: Done) -> Told:
    return {
        "missing": done.missing,
        "log_ins": done.tried,
        "failed": [{"address": one.address, "protocol": one.protocol, "reason": one.reason} for one in done.failures],
    }


def _line(fault: Fault) -> str:
    return " ".join(part for part in explain(fault) if part)

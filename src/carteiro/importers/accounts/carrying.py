"""The steps carried out, some in each transaction, with the memory of them: however a run ends, the next goes on."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby, islice

from carteiro.hosting import aliases, feed, mailboxes
from carteiro.hosting.access import Actor
from carteiro.hosting.aliases import NewAlias
from carteiro.hosting.errors import Dangling, DatabaseFault, Loop
from carteiro.hosting.imports import imported, past, standing
from carteiro.hosting.imports.imported import Memory
from carteiro.hosting.mailboxes import NewMailbox
from carteiro.importers.accounts import making
from carteiro.importers.planning.desk import Kind
from carteiro.importers.planning.steps import Act, State, Step, fingerprint
from carteiro.words import Fault

_AT_ONCE = 200
_DATED = {
    Kind.DOMAIN: feed.Kind.DOMAIN,
    Kind.ALIAS_DOMAIN: feed.Kind.DOMAIN,
    Kind.MAILBOX: feed.Kind.MAILBOX,
    Kind.ALIAS: feed.Kind.ALIAS,
    Kind.ADMIN: feed.Kind.ADMIN,
}
# What a later alias may put right: the target comes, or the alias that takes it away from a catch-all.
_MAY_PASS = (Dangling, Loop)


@dataclass(frozen=True)
class Outcome:
    """A step that was taken, and why not where it was refused."""

    step: Step
    fault: Fault | None = None


@dataclass
class Report:
    """What a run came to: how many of each kind were added, changed and so on, and what is not as it was there."""

    counts: Counter[tuple[Kind, Act]] = field(default_factory=Counter)
    odd: list[Outcome] = field(default_factory=list)

    def note(self, outcome: Outcome) -> None:
        """A step was taken; what was refused does not count."""
        if outcome.fault is None:
            self.counts[outcome.step.kind, outcome.step.act] += 1
        if outcome.fault is not None or outcome.step.act is Act.KEEP:
            self.odd.append(outcome)

    def refused(self) -> Iterator[Outcome]:
        """What could not be done."""
        return (outcome for outcome in self.odd if outcome.fault is not None)


def carry_out(actor: Actor, state: State, steps: Iterable[Step], told: Callable[[int], None]) -> Report:
    """Take every step; `told` hears of how many more are done. A Fault of one concerns no other."""
    run = _Run(actor, state)
    waiting: list[Step] = []
    for (kind, act), alike in groupby(steps, key=lambda step: (step.kind, step.act)):
        if waiting and kind is not Kind.ALIAS:
            run.retry(waiting)
            waiting = []
        while batch := list(islice(alike, _AT_ONCE)):
            waiting += run.take(kind, act, batch)
            told(len(batch))
    run.retry(waiting)
    return run.report


@dataclass
class _Run:
    actor: Actor
    state: State
    report: Report = field(default_factory=Report)

    def take(self, kind: Kind, act: Act, steps: Sequence[Step], *, last: bool = False) -> list[Step]:
        """Steps of one kind in one transaction; gives those that may be possible later."""
        if act in (Act.SAME, Act.KEEP):
            for step in steps:
                self.report.note(Outcome(step))
            return []
        later: list[Step] = []
        news = self._prepared(kind, steps) if act is Act.ADD else []
        with imported.together():
            faults = self._do(act, steps, news)
            outcomes = [Outcome(step, fault) for step, fault in zip(steps, faults, strict=True)]
            if not last:
                later = [one.step for one in outcomes if kind is Kind.ALIAS and isinstance(one.fault, _MAY_PASS)]
            self._remember(kind, act, [outcome.step for outcome in outcomes if outcome.fault is None])
        for outcome in outcomes:
            if outcome.step not in later:
                self.report.note(outcome)
        return later

    def retry(self, waiting: list[Step]) -> None:
        """Aliases whose targets came after them: again and again, as long as some find theirs."""
        while waiting:
            left: list[Step] = []
            for act, alike in groupby(waiting, key=lambda step: step.act):
                left += self.take(Kind.ALIAS, act, list(alike))
            if len(left) == len(waiting):
                break
            waiting = left
        for act, alike in groupby(waiting, key=lambda step: step.act):
            self.take(Kind.ALIAS, act, list(alike), last=True)

    def _prepared(self, kind: Kind, steps: Sequence[Step]) -> Sequence[NewMailbox | NewAlias]:
        """What is made by the many; passwords in the clear are hashed on all cores before the database is held."""
        wanted = [step.wanted for step in steps if step.wanted is not None]
        if kind is Kind.ALIAS:
            return [making.new_alias(each) for each in wanted]
        if kind is not Kind.MAILBOX:
            return []
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(making.new_mailbox, wanted))

    def _do(self, act: Act, steps: Sequence[Step], news: Sequence[NewMailbox | NewAlias]) -> list[Fault | None]:
        if not news:
            return [self._one(act, step) for step in steps]
        boxes = [new for new in news if isinstance(new, NewMailbox)]
        made = [
            *(mailboxes.add_many(self.actor, boxes) if boxes else ()),
            *(aliases.add_many(self.actor, [new for new in news if isinstance(new, NewAlias)]) if not boxes else ()),
        ]
        return [each if isinstance(each, Fault) else None for each in made]

    def _one(self, act: Act, step: Step) -> Fault | None:
        try:
            if act is Act.REMOVE:
                making.remove(self.actor, step.kind, step.key)
            elif act is Act.ADD and step.wanted is not None:
                making.add(self.actor, step.wanted)
            elif act is Act.SET and step.wanted is not None:
                making.change(self.actor, step.wanted)
        except DatabaseFault:  # no fault of this thing: the disk is full, the database is away
            raise
        except Fault as fault:
            return fault
        return None

    def _remember(self, kind: Kind, act: Act, steps: Sequence[Step]) -> None:
        if act in (Act.REMOVE, Act.FORGET):
            for step in steps:
                imported.forget(self.actor, self.state.source, kind.value, step.key)
            return
        wanted = [step.wanted for step in steps if step.wanted is not None]
        if kind in _DATED:
            things = [past.Dated(each.key, each.dates.created, each.dates.modified) for each in wanted]
            past.date(self.actor, _DATED[kind], things)
        stored = standing.some(self.actor, kind.value, [each.key for each in wanted])
        imported.remember(
            self.actor,
            self.state.source,
            [
                (
                    kind.value,
                    each.key,
                    Memory(fingerprint(each, self.state.pepper), imported.digest(stored.get(each.key, {}))),
                )
                for each in wanted
            ],
        )

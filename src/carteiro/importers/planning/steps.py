"""What is to be done now: the plan against what is here and what an earlier import stored. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from carteiro.hosting.imports.imported import Memory, digest
from carteiro.importers.planning.decisions import Conflict, Decisions
from carteiro.importers.planning.desk import Kind, Wanted
from carteiro.importers.planning.plan import Plan
from carteiro.importers.planning.questions import QUESTIONS
from carteiro.importers.planning.said import Said, say
from carteiro.importers.shelf import Pile
from carteiro.words import N_

Key = tuple[Kind, str]

_OF_MAILBOXES = (Kind.VACATION, Kind.FETCH, Kind.FILTERS, Kind.WEBMAIL, Kind.ALIAS)
_OF_THE_WEBMAIL = (Kind.FILTERS, Kind.WEBMAIL)
_MANY = 10


class Act(StrEnum):
    """What is done about one thing."""

    ADD = "add"
    SET = "set"
    SAME = "same"  # nothing has changed
    ADOPT = "adopt"  # it is here just so; that is remembered
    KEEP = "keep"  # what is here stays, though the old host has it otherwise or no more
    REMOVE = "remove"  # into the bin
    FORGET = "forget"  # it is gone on both sides


@dataclass(frozen=True)
class Step:
    """One thing, what is done about it, and why where it is not what the old host has."""

    act: Act
    kind: Kind
    key: str
    wanted: Wanted | None = None
    said: Said | None = None


@dataclass(frozen=True)
class State:
    """What is here, as digests by kind and key, and what earlier imports from this host remember."""

    source: str
    here: Mapping[Key, str]
    memory: Mapping[Key, Memory]
    pepper: bytes  # a key for digests of secrets, that only this host has


@dataclass
class Steps:
    """The steps, removals first and then in the order of the plan, and the conflicts with what is here."""

    steps: Sequence[Step]
    conflicts: list[Conflict]
    counts: Counter[tuple[Kind, Act]] = field(default_factory=Counter)
    kept: list[Step] = field(default_factory=list)  # those that leave something here, or take it away

    def add(self, step: Step) -> Step:
        """Count one of the steps; gives it back."""
        self.counts[step.kind, step.act] += 1
        if step.act in (Act.KEEP, Act.REMOVE):
            self.kept.append(step)
        return step


def fingerprint(wanted: Wanted, pepper: bytes) -> str:
    """A digest of all that the old host has of a thing."""
    return digest(wanted.values, key=pepper, secret=wanted.secret)


def compare(plan: Plan, state: State, decisions: Decisions) -> Steps:
    """What is to be done so that what the plan wants is here, and what is gone there goes here."""
    conflicts: list[Conflict] = []
    # Removals first: a name that is given up may be taken by something of another kind.
    removals = _removals(plan, state, decisions, conflicts)
    steps: Pile[Step] = Pile()
    made = Steps(steps, conflicts)
    steps.extend(map(made.add, removals))
    going = {(step.kind, step.key) for step in removals if step.act in (Act.REMOVE, Act.FORGET)}
    for key, wanted in plan.wanted.items():
        step = _step(key, wanted, state, decisions, conflicts)
        steps.extend([made.add(each) for each in _with_its_alias(step, plan, state, going)])
    return made


def _with_its_alias(step: Step, plan: Plan, state: State, going: set[Key]) -> list[Step]:
    """A mailbox takes the alias of its own address with it when it goes, and is not made where there is one."""
    box, alias = (Kind.MAILBOX, step.key), (Kind.ALIAS, step.key)
    if step.kind is Kind.MAILBOX and step.act is Act.ADD and alias in state.here and alias in state.memory:
        return [Step(Act.REMOVE, *alias), step]
    if step.kind is Kind.ALIAS and step.act in (Act.SET, Act.SAME):
        made = box in plan.wanted and box not in state.here
        if made or box in going:
            return [Step(Act.ADD, *alias, step.wanted)]
    return [step]


def _step(key: Key, wanted: Wanted, state: State, decisions: Decisions, conflicts: list[Conflict]) -> Step:
    here, memory = state.here.get(key), state.memory.get(key)
    if here is None:
        again = memory is None or _ask(conflicts, decisions, "removed-here", key) == "again"
        return Step(Act.ADD if again else Act.KEEP, *key, wanted, None if again else say(N_("it was removed here")))
    if memory is not None and memory.wanted == fingerprint(wanted, state.pepper):
        return Step(Act.SAME, *key, wanted)
    if here == digest(wanted.values) and not wanted.secret:
        return Step(Act.ADOPT, *key, wanted)
    if memory is not None and memory.stored == here:
        return Step(Act.SET, *key, wanted)
    question = "exists-here" if memory is None else "changed-here"
    if _ask(conflicts, decisions, question, key) == "source":
        return Step(Act.SET, *key, wanted)
    return Step(Act.KEEP, *key, wanted, say(N_("what is here stays")))


def _ask(conflicts: list[Conflict], decisions: Decisions, name: str, key: Key) -> str:
    thing = f"{key[0].value} {key[1]}"
    chosen = decisions.choose(name, thing)
    said = say(QUESTIONS[name].text, kind=key[0].value.replace("_", " "), thing=key[1])
    conflicts.append(Conflict(name, thing, said, chosen))
    return chosen


def _removals(plan: Plan, state: State, decisions: Decisions, conflicts: list[Conflict]) -> list[Step]:
    gone = [key for key in state.memory if key not in plan.wanted and not _claimed(plan, key)]
    keep = False
    if len(gone) > _MANY and 2 * len(gone) > len(state.memory):
        chosen = decisions.choose("many-vanished", state.source)
        said = say(QUESTIONS["many-vanished"].text, thing=state.source, count=len(gone), all=len(state.memory))
        conflicts.append(Conflict("many-vanished", state.source, said, chosen))
        keep = chosen == "keep"
    if keep:
        return [Step(Act.KEEP, *key, None, say(N_("it is gone from the old host, with many others"))) for key in gone]
    removed = set(gone)
    used = _used(removed, state) if any(kind is Kind.DOMAIN for kind, _ in gone) else set()
    steps = [_removal(key, removed, used, state) for key in gone]
    return sorted(steps, key=lambda step: -list(Kind).index(step.kind))


def _claimed(plan: Plan, key: Key) -> bool:
    """Whether it is on the old host still, though it is not brought in now."""
    if key in plan.claimed:
        return True
    if key[0] in _OF_THE_WEBMAIL and not plan.whole_webmail and (Kind.MAILBOX, key[1]) in plan.wanted:
        return True
    return key[0] in _OF_MAILBOXES and (Kind.MAILBOX, key[1].partition(" ")[0]) in plan.claimed


def _removal(key: Key, removed: set[Key], used: set[str], state: State) -> Step:
    kind, name = key
    here, memory = state.here.get(key), state.memory[key]
    with_mailbox = kind in _OF_MAILBOXES and (Kind.MAILBOX, name.partition(" ")[0]) in removed
    if here is None or with_mailbox:
        return Step(Act.FORGET, *key)
    if here != memory.stored:
        return Step(Act.KEEP, *key, None, say(N_("it is gone from the old host, but was changed here")))
    if kind is Kind.DOMAIN and name in used:
        return Step(
            Act.KEEP, *key, None, say(N_("it is gone from the old host, but has addresses that were made here"))
        )
    return Step(Act.REMOVE, *key)


def _used(removed: set[Key], state: State) -> set[str]:
    """The domains that have addresses here which do not go."""
    kinds = (Kind.MAILBOX, Kind.ALIAS)
    return {key.rpartition("@")[2] for kind, key in state.here if kind in kinds and (kind, key) not in removed}

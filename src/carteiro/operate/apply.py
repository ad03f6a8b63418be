"""Bring what runs in line with the settings: plan, stage, check, switch, reload, probe, and go back by itself."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import NoReturn

from carteiro.host import files, run
from carteiro.host.supervise.control import Control
from carteiro.operate import making, probes
from carteiro.operate.generations import FileChange, Generations
from carteiro.operate.instance import Instance
from carteiro.operate.loaded import LoadedRecord, action
from carteiro.stack.tree import Service
from carteiro.words import N_, Fault


@dataclass(frozen=True)
class Plan:
    """What an apply would do: the files that change, and service → "reload" or "restart"."""

    changes: list[FileChange]
    actions: dict[str, str]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.changes and not self.actions


@dataclass(frozen=True)
class Applied:
    """What an apply did: the generation that runs now, and what was loaded."""

    generation: int
    actions: dict[str, str]
    changed: bool


class CheckFailed(Fault):
    """An engine's own checker refused a rendering; what runs was not touched."""

    code = "check_failed"


class RolledBack(Fault):
    """The new generation did not answer; the earlier one runs again."""

    code = "rolled_back"


def plan(instance: Instance) -> Plan:
    """The difference between what the settings want and what runs."""
    generations = Generations(instance.layout)
    changes = generations.changes(instance.stack)
    if not changes:
        return Plan([], _needed(instance, generations.current()))
    # Staged for the digests only: "changed" is judged against what each service last loaded.
    number = generations.stage(instance.stack, "plan")
    try:
        return Plan(changes, _needed(instance, number))
    finally:
        generations.discard(number)


def apply(instance: Instance, reason: str = "apply", *, starting: bool = False) -> Applied:
    """Make the settings take effect. A rerun with nothing changed does nothing.

    A server with the accounts that is away stands against it, but not where the host is `starting`.
    """
    (making.complete_for_start if starting else making.complete)(instance)
    with alone(instance):
        generations = Generations(instance.layout)
        number = generations.current()
        if number is None or generations.changes(instance.stack):
            number = _stage(instance, generations, reason)
            return _switch(instance, generations, number)
        actions = _needed(instance, number)
        if actions:
            _load(instance, number, actions)
        return Applied(number, actions, changed=bool(actions))


def rollback(instance: Instance, number: int | None) -> Applied:
    """Go to an earlier generation: the one named, or the one before the current."""
    with alone(instance):
        generations = Generations(instance.layout)
        if number is None:
            number = _previous(generations)
        generations.manifest(number)
        _require_our_program(instance, generations, number)
        _check(instance, generations, number)
        return _switch(instance, generations, number)


@contextmanager
def alone(instance: Instance) -> Iterator[None]:
    """Keep everybody else from changing what runs: two applies at once would each undo what the other did."""
    try:
        files.make_directory(instance.layout.run)  # which goes with a host that is stopped
        descriptor = files.lock(instance.layout.run / "apply.lock")
    except Fault as fault:
        if fault.code != "locked":
            raise
        raise Fault(
            N_("Another apply is under way, as process {process}."),
            N_("Wait until it is done, then repeat the command."),
            code="locked",
            process=fault.values["process"],
        ) from None
    try:
        yield
    finally:
        os.close(descriptor)


def _require_our_program(instance: Instance, generations: Generations, number: int) -> None:
    """An earlier release's configuration goes with the tables and the queries of that release."""
    ours = instance.facts.python
    if ours not in (generations.path(number) / "supervisord.conf").read_text():
        raise Fault(
            N_("Generation {number} is of another installation of Carteiro than {program}."),
            N_("Change the settings back, then apply."),
            number=number,
            program=ours,
        )


def _previous(generations: Generations) -> int:
    """The one that ran before; the number before may be of one that was taken back."""
    current = generations.current()
    before = generations.manifest(current).before if current is not None else None
    if before not in generations.numbers():
        raise Fault(N_("There is no earlier generation to go back to."), N_("`carteiro history` lists what there is."))
    return before


def _stage(instance: Instance, generations: Generations, reason: str) -> int:
    number = generations.stage(instance.stack, reason)
    try:
        _check(instance, generations, number)
    except Fault:
        generations.discard(number)
        raise
    return number


def _check(instance: Instance, generations: Generations, number: int) -> None:
    there = generations.demands(number).restart
    for check in instance.stack.checks:
        if check.name not in there:
            continue  # an earlier generation need not have every engine
        result = run.run(check.command(str(generations.path(number))), accept=None)
        if result.status != 0 or (check.stderr_is_failure and result.err.strip()):
            said = (result.err or result.out).strip().splitlines() or ["no message"]
            raise CheckFailed(
                N_("{check} refuses the new configuration: {reason}."),
                N_("Nothing was changed; what ran before still runs. Correct the settings and apply again."),
                check=check.name,
                reason=said[0],
            )


def _switch(instance: Instance, generations: Generations, number: int) -> Applied:
    before = generations.current()
    generations.switch(number)
    actions = _needed(instance, number)
    try:
        _load(instance, number, actions)
    except Fault as fault:
        if before is None or before == number:
            raise
        generations.switch(before)
        _go_back(instance, before, fault)
    finally:
        generations.prune()
    return Applied(number, actions, changed=True)


def _go_back(instance: Instance, before: int, reason: Fault) -> NoReturn:
    """Load the generation that ran before, and raise RolledBack with why."""
    try:
        _load(instance, before, _needed(instance, before))
    except Fault as fault:
        raise RolledBack(
            N_("The configuration was taken back, because: {reason} Generation {before} does not answer yet: {fault}"),
            N_("`carteiro status` shows what is missing; correct the settings and apply again."),
            before=before,
            reason=reason,
            fault=fault,
        ) from reason
    raise RolledBack(
        N_("The new configuration was taken back, generation {before} runs again, because: {reason}"),
        N_("Correct the settings and apply again."),
        before=before,
        reason=reason,
    ) from reason


def _needed(instance: Instance, number: int | None) -> dict[str, str]:
    """What each service needs for that generation; nothing while nothing runs, since a start loads all."""
    if number is None or not Control(instance.layout.supervisor_socket).answers():
        return {}
    loaded = LoadedRecord(instance.layout).read()
    path = Generations(instance.layout).path(number)
    needs = {service.name: action(service, path, loaded) for service in services_of(instance, number)}
    return {name: need for name, need in needs.items() if need != "none"}


def services_of(instance: Instance, number: int) -> tuple[Service, ...]:
    """The services as that generation has them; the settings may want others by now."""
    restart = Generations(instance.layout).demands(number).restart
    here = (service for service in instance.stack.services if service.name in restart)
    return tuple(replace(service, restart=restart[service.name]) for service in here)


def _load(instance: Instance, number: int, actions: dict[str, str]) -> None:
    supervisor = Control(instance.layout.supervisor_socket)
    # Also where no service needs anything: one that the generation does not have may run.
    if not supervisor.answers() or not (supervisor.update() or actions):
        return
    concerned = tuple(service for service in services_of(instance, number) if service.name in actions)
    LoadedRecord(instance.layout).forget(concerned)
    for service in concerned:
        _load_one(supervisor, service, actions[service.name])
    LoadedRecord(instance.layout).note(concerned, Generations(instance.layout).path(number))
    probes.all_answer(instance)


def _load_one(supervisor: Control, service: Service, how: str) -> None:
    if how == "reload" and service.reload:
        run.run(service.reload)
    else:
        supervisor.restart(service.name)

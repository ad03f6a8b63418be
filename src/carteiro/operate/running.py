"""From an instance on disk to one that runs, and back."""

import logging
import os
import signal
import time
from pathlib import Path

from carteiro.host import processes, run, systemd
from carteiro.host.supervise import leftover
from carteiro.host.supervise.control import Control, NotRunning
from carteiro.operate import making, probes
from carteiro.operate.apply import apply, services_of
from carteiro.operate.generations import Generations
from carteiro.operate.instance import Instance
from carteiro.operate.loaded import LoadedRecord
from carteiro.settings.layout import Layout
from carteiro.words import N_, Fault

log = logging.getLogger("carteiro.running")


def prepare(instance: Instance, *, follow_settings: bool) -> None:
    """Make all that a start needs; with `follow_settings` a new generation where the settings ask for one.

    Without it the generation that ran last is started as it is, so that a reboot brings no change.
    """
    if follow_settings or Generations(instance.layout).current() is None:
        apply(instance, "start", starting=True)
    else:
        making.complete_for_start(instance)
    _end_leftovers(instance)
    _require_ports(instance, strictly=follow_settings)
    number = Generations(instance.layout).current()
    if number is not None:
        LoadedRecord(instance.layout).note(services_of(instance, number), instance.layout.current)


def _require_ports(instance: Instance, *, strictly: bool) -> None:
    """Mail does not wait for the panel's ports, which somebody else's web server may have at the next boot."""
    wanted = probes.current(instance)
    panel = [probe for probe in wanted if probe.kind in {"http", "https"} and not strictly]
    making.require_ports(probe for probe in wanted if probe not in panel)
    try:
        making.require_ports(panel)
    except Fault as fault:
        log.warning("%s", fault)


def _end_leftovers(instance: Instance) -> None:
    """Engines of a supervisor that was killed still hold the ports; they go before anybody asks for these."""
    command_line = command(instance)
    os.close(leftover.take_over(Path(command_line[-2]), Path(command_line[-1])))


def command(instance: Instance) -> tuple[str, ...]:
    """The command that holds the whole process tree in the foreground."""
    layout = instance.layout
    return (
        instance.facts.python,
        "-m",
        "carteiro.host.supervise",
        str(layout.current / "supervisord.conf"),
        str(layout.run / "instance.lock"),
    )


def start(instance: Instance) -> int:
    """Start the process tree beside us; gives the supervisor's process id."""
    return run.spawn(command(instance), instance.layout.log / "start.log")


def wait_until_ready(instance: Instance, supervisor: int, patience: float = 60.0) -> None:
    """Return when every listener answers; raise Fault when the supervisor dies or nothing answers in time."""
    deadline = time.monotonic() + patience
    while not Control(instance.layout.supervisor_socket).answers():
        if not processes.alive(supervisor):
            raise _died(instance)
        if time.monotonic() > deadline:
            raise Fault(N_("The supervisor does not answer."), N_("Look into {log}."), log=_log(instance))
        time.sleep(0.05)
    probes.all_answer(instance, patience=max(1.0, deadline - time.monotonic()))
    _wait_until_all_run(instance, deadline)


def _wait_until_all_run(instance: Instance, deadline: float) -> None:
    """The supervisor calls a program running when it has been up for a moment; only then is the start over."""
    while waiting := [one for one in Control(instance.layout.supervisor_socket).programs() if one.state != "RUNNING"]:
        if time.monotonic() > deadline:
            raise Fault(
                N_("The service {name} does not come up: {state}."),
                N_("`carteiro log tail --service {name}` shows what it said."),
                name=waiting[0].name,
                state=waiting[0].state,
            )
        time.sleep(0.05)


def stop(instance: Instance, patience: float = 90.0) -> bool:
    """Stop the process tree in order; gives whether there was one."""
    if instance.layout == Layout.installed() and systemd.runs_unit():
        systemd.stop_unit()  # which would start again what ends by itself
        return True
    try:
        supervisor = Control(instance.layout.supervisor_socket).process_id()
    except NotRunning:
        return False
    end(supervisor, patience)
    return True


def end(supervisor: int, patience: float = 90.0) -> None:
    """Ask a supervisor to stop everything, and wait until it is gone."""
    os.kill(supervisor, signal.SIGTERM)
    deadline = time.monotonic() + patience
    while processes.alive(supervisor):
        if time.monotonic() > deadline:
            raise Fault(
                N_("The instance has not stopped after {seconds} seconds."),
                N_("`carteiro status` shows which service is left."),
                seconds=int(patience),
            )
        time.sleep(0.05)


def _died(instance: Instance) -> Fault:
    log = _log(instance)
    said = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    return Fault(
        N_("The supervisor ended at once: {reason}"),
        N_("Look into {log}."),
        reason=said[-1] if said else "-",
        log=log,
    )


def _log(instance: Instance) -> Path:
    return instance.layout.log / "start.log"

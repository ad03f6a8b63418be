"""Questions to the worker → what it finds on the machine, as JSON for whoever asked."""

import os
import signal
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from carteiro.host.supervise.control import Control
from carteiro.hosting import questions
from carteiro.hosting.questions import QueueAct
from carteiro.operate import doveadm, logs, queue, readings, sieve
from carteiro.operate.instance import Instance
from carteiro.words import N_, Fault

_LONGEST_LINE = 1000
_MOST_LINES = 500
_LONGEST_HEADER = 64 * 1024
# The answer comes by way of these: it has to be out before they stop.
_BEARERS = frozenset({"web", "nginx", "worker"})
_WORKER = "worker"
_MOMENT_SECONDS = 1.0
# Postfix says nothing where its service's standard output goes.
_LOGS = {"postfix": "mail"}


def _show_queued(instance: Instance, asked: questions.ShowQueued) -> object:
    return queue.header(instance, asked.id)[:_LONGEST_HEADER]


def _alter_queue(instance: Instance, asked: questions.AlterQueue) -> object:
    done = queue.alter(instance, QueueAct(asked.act), asked.ids)
    readings.look_at_queue(instance)
    return done


def _flush_queue(instance: Instance, _: questions.FlushQueue) -> object:
    queue.flush(instance)
    return None


def _restart_service(instance: Instance, asked: questions.RestartService) -> object:
    supervisor = Control(instance.layout.supervisor_socket)
    known = [program.name for program in supervisor.programs()]
    if asked.name not in known:
        raise Fault(
            N_("There is no service {name}."), N_("There are: {names}."), name=asked.name, names=", ".join(known)
        )
    if asked.name in _BEARERS:
        threading.Timer(_MOMENT_SECONDS, _restart, (instance, asked.name)).start()
    else:
        _restart(instance, asked.name)
    return None


def _restart(instance: Instance, name: str) -> None:
    if name == _WORKER:
        os.kill(os.getpid(), signal.SIGTERM)  # the supervisor starts it again
        return
    Control(instance.layout.supervisor_socket).restart(name)
    readings.look_at_services(instance)


def _read_log(instance: Instance, asked: questions.ReadLog) -> object:
    found = logs.tail(instance, _LOGS.get(asked.name, asked.name), min(asked.lines, _MOST_LINES))
    return [line[:_LONGEST_LINE] for line in found]


def _measure_folders(instance: Instance, asked: questions.MeasureFolders) -> object:
    return [asdict(folder) for folder in doveadm.folders(instance, asked.address)]


def _list_sessions(instance: Instance, asked: questions.ListSessions) -> object:
    return [asdict(session) for session in doveadm.sessions(instance, asked.address)]


def _end_sessions(instance: Instance, asked: questions.EndSessions) -> object:
    doveadm.kick(instance, asked.address, asked.network)
    return None


def _read_sieve(instance: Instance, asked: questions.ReadSieve) -> object:
    return sieve.read(instance, asked.address)


def _write_sieve(instance: Instance, asked: questions.WriteSieve) -> object:
    return sieve.write(instance, asked.address, asked.script)


ANSWERS: Mapping[type[questions.Question], Callable[[Instance, Any], object]] = {
    questions.ShowQueued: _show_queued,
    questions.AlterQueue: _alter_queue,
    questions.FlushQueue: _flush_queue,
    questions.RestartService: _restart_service,
    questions.ReadLog: _read_log,
    questions.MeasureFolders: _measure_folders,
    questions.ListSessions: _list_sessions,
    questions.EndSessions: _end_sessions,
    questions.ReadSieve: _read_sieve,
    questions.WriteSieve: _write_sieve,
}

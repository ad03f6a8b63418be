"""How the instance is: services, memory, ports, generation, certificate, queue, lag of the directory."""

import datetime
from dataclasses import dataclass

from carteiro import directory
from carteiro.clients.endpoint import Endpoint
from carteiro.host import processes
from carteiro.host.supervise.control import Control
from carteiro.hosting.errors import DatabaseFault
from carteiro.operate import certificates, probes, queue
from carteiro.operate.generations import Generations
from carteiro.operate.instance import Instance
from carteiro.stack.tree import Probe
from carteiro.words import Fault, explain


@dataclass(frozen=True)
class ServiceHealth:
    """One service: its state, since when (ISO 8601), starts after the first, memory of its tree (PSS, bytes)."""

    name: str
    state: str
    since: str | None
    restarts: int
    memory: int


@dataclass(frozen=True)
class PortHealth:
    """One listener, and why it does not serve ("" = it does)."""

    protocol: str
    address: str
    fault: str


@dataclass(frozen=True)
class Health:
    """The whole instance at one moment."""

    running: bool
    services: list[ServiceHealth]
    ports: list[PortHealth]
    memory: int
    generation: int | None
    certificate_ends: str
    certificate_days: int
    private_authority: bool
    queue_length: int | None
    directory_lag: int | None  # None where the accounts database can't be asked
    database: str  # why it can't ("" = it can)

    @property
    def well(self) -> bool:
        """Whether everything serves."""
        return (
            self.running
            and all(service.state == "RUNNING" for service in self.services)
            and not any(port.fault for port in self.ports)
            and self.certificate_days > 0
            and self.directory_lag == 0
        )


def examine(instance: Instance) -> Health:
    """Look at everything; what can't be reached shows as such, not as an error."""
    supervisor = Control(instance.layout.supervisor_socket)
    running = supervisor.answers()
    lag, trouble = _lag(instance)
    ends = certificates.expiry(instance.certificate_file)
    return Health(
        running=running,
        services=services(supervisor) if running else [],
        ports=listeners(instance) if running else [],
        memory=processes.tree_memory(supervisor.process_id()) if running else 0,
        generation=Generations(instance.layout).current(),
        certificate_ends=ends.isoformat(),
        certificate_days=(ends - datetime.datetime.now(datetime.UTC)).days,
        private_authority=instance.own_authority,
        queue_length=_queue_length(instance) if running else None,
        directory_lag=lag,
        database=trouble,
    )


def _lag(instance: Instance) -> tuple[int | None, str]:
    try:
        return directory.lag(instance.layout), ""
    except DatabaseFault as fault:
        return None, " ".join(explain(fault))


def services(supervisor: Control) -> list[ServiceHealth]:
    """Every service of a supervisor that runs."""
    return [
        ServiceHealth(
            name=program.name,
            state=program.state,
            since=_moment(program.since) if program.since else None,
            restarts=program.restarts,
            memory=processes.tree_memory(program.process_id) if program.process_id else 0,
        )
        for program in supervisor.programs()
    ]


def _moment(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat(timespec="seconds")


def listeners(instance: Instance) -> list[PortHealth]:
    """Every listener, asked through its protocol."""
    return [_port(instance, probe) for probe in probes.current(instance) if probe.port]


def _port(instance: Instance, probe: Probe) -> PortHealth:
    try:
        probes.ask(instance, probe)
        fault = ""
    except Fault as told:
        fault = str(told)
    return PortHealth(probe.kind, str(Endpoint(probe.host, probe.port, "")), fault)


def _queue_length(instance: Instance) -> int | None:
    try:
        return len(queue.messages(instance))
    except Fault:
        return None

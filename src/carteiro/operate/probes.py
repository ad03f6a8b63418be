"""Ask every listener through its real protocol whether it serves."""

import time
from collections.abc import Callable

from carteiro.clients import http, imap, managesieve, pop3, smtp
from carteiro.clients.endpoint import Endpoint
from carteiro.host import run
from carteiro.operate.generations import Generations
from carteiro.operate.instance import Instance
from carteiro.stack.tree import Probe
from carteiro.words import N_, Fault

_LISTENERS: dict[str, Callable[[Endpoint], None]] = {
    "smtp": smtp.check,
    "submission": lambda endpoint: smtp.check(endpoint, authentication=True),
    "submissions": lambda endpoint: smtp.check(endpoint, implicit_tls=True, authentication=True),
    "imap": imap.check,
    "imaps": lambda endpoint: imap.check(endpoint, implicit_tls=True),
    "pop3": pop3.check,
    "pop3s": lambda endpoint: pop3.check(endpoint, implicit_tls=True),
    "managesieve": managesieve.check,
    "https": http.check,
    "http": http.check_plain,
}


def all_answer(instance: Instance, patience: float = 20.0) -> None:
    """Return once every probe passes; raise the last one's Fault when `patience` seconds did not do."""
    deadline = time.monotonic() + patience
    for probe in current(instance):
        _until(lambda probe=probe: ask(instance, probe), deadline)  # type: ignore[misc]


def current(instance: Instance) -> tuple[Probe, ...]:
    """What must answer while the current generation runs; the settings may already want something else."""
    generations = Generations(instance.layout)
    number = generations.current()
    return instance.stack.probes if number is None else generations.demands(number).probes


def ask(instance: Instance, probe: Probe) -> None:
    """One probe, once. Raises Fault when it fails."""
    if probe.kind == "map":
        _ask_map(instance, probe.argument)
        return
    # The private authority too: after going back from a public certificate it is the private one that is shown.
    authority = instance.layout.tls / "ca.crt"
    _LISTENERS[probe.kind](Endpoint(probe.host, probe.port, instance.settings.hostname, authority, timeout=5.0))


def _ask_map(instance: Instance, table: str) -> None:
    directory = str(instance.layout.current / "postfix")
    # postmap says 1 without a word for "not found", which is a good answer; an error has words.
    map_file = f"proxy:sqlite:{directory}/maps/{table}.cf"
    result = run.run(("postmap", "-c", directory, "-q", "probe@carteiro.invalid", map_file), accept=None)
    if result.err.strip():
        raise Fault(
            N_("Postfix can't read its map {table}: {reason}."),
            N_("`carteiro directory check` tells what is wrong with the directory."),
            table=table,
            reason=result.err.strip().splitlines()[-1],
        )


def _until(ask_once: Callable[[], None], deadline: float) -> None:
    while True:
        try:
            ask_once()
        except Fault:
            if time.monotonic() >= deadline:
                raise
            time.sleep(0.1)
        else:
            return

"""Whatever child is killed, it is back within seconds, and the log says so."""

import json
import time
from typing import Any

import psutil
import pytest

from .clients import accepts_connections, letter, subjects, submit
from .instance import Instance, Town, ask


@pytest.fixture(scope="module")
def host(own_host: Instance) -> Instance:
    """Not the shared one: each process that was connected to a killed one fails once more, some time later."""
    return own_host


def _services(host: Instance) -> dict[str, dict[str, Any]]:
    # The exit status is 1 while something is down.
    return {service["name"]: service for service in json.loads(host.run("--json", "status").stdout)["services"]}


def _main_process(host: Instance, service: str) -> psutil.Process:
    programs = {"postfix": "master", "dovecot": "dovecot"}
    if service in programs:
        return host.engine(programs[service])
    found = [process for process in host.python_processes() if ask(process.cmdline, [])[-2:] == ["service", service]]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize("service", ["postfix", "dovecot", "projector", "worker"])
def test_a_killed_service_comes_back(host: Instance, town: Town, service: str) -> None:
    before = _services(host)[service]["restarts"]
    process = _main_process(host, service)
    process.kill()
    process.wait(10)
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        after = _services(host).get(service, {})
        if after.get("state") == "RUNNING" and after["restarts"] > before:
            break
        time.sleep(0.5)
    assert after["state"] == "RUNNING", host.logs()
    assert after["restarts"] == before + 1
    assert service in host.wait_for_log("carteiro.log", f"{service} died")
    _wait_until_it_listens(host)
    subject = f"After {service} died"
    _send_until_taken(host, town, subject)
    host.add_person(town.at(f"after-{service}"))


@pytest.mark.parametrize("name", ["qmgr", "auth", "anvil", "proxymap"])
def test_a_killed_helper_of_an_engine_comes_back(host: Instance, town: Town, name: str) -> None:
    _send_until_taken(host, town, f"Before {name}")
    process = host.engine(name)
    process.kill()
    process.wait(10)
    _send_until_taken(host, town, f"After {name}")


def _send_until_taken(host: Instance, town: Town, subject: str) -> None:
    """As people's programs and other hosts do: who meets the gap is told to come again, and does."""
    deadline = time.monotonic() + 60
    while True:
        try:
            submit(host, town.alice, letter(subject, town.alice.address, town.bob.address), town.bob.address)
            break
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)
    # What meets it on its last yards waits in the queue; it is not lost, and here not waited for.
    while subject not in subjects(host, town.bob) and time.monotonic() < deadline:
        host.cli("queue", "flush")
        time.sleep(1)
    assert subject in subjects(host, town.bob)


def _wait_until_it_listens(host: Instance) -> None:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        if all(accepts_connections(host.address, port) for port in (25, 587, 993)):
            return
        time.sleep(0.1)
    raise AssertionError(f"ports stay shut\n{host.logs()}")

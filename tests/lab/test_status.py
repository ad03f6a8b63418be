"""`carteiro status` tells how everything is, and `stop` leaves nothing behind."""

import json
import time
from collections.abc import Callable
from datetime import datetime

from .clients import accepts_connections, letter, submit
from .foreign import World
from .instance import Instance, Town

PORTS = (25, 110, 143, 465, 587, 993, 995, 4190)


def test_status_tells_of_every_service_and_port(host: Instance, town: Town) -> None:
    told = host.cli("status")
    assert told["well"] is True
    services = {service["name"]: service for service in told["services"]}
    assert {"postfix", "dovecot", "projector", "worker"} <= set(services)
    for service in services.values():
        assert service["state"] == "RUNNING"
        assert datetime.fromisoformat(service["since"]).timestamp() <= time.time()
        assert service["memory"] > 1_000_000
    ports = {int(port["address"].rsplit(":", 1)[1]) for port in told["ports"]}
    assert ports == set(PORTS)
    assert told["memory"] >= max(service["memory"] for service in services.values())
    assert told["generation"] >= 1
    assert told["certificate_days"] > 0
    assert told["directory_lag"] == 0


def test_status_counts_the_queue(host: Instance, town: Town, world: World) -> None:
    before = host.cli("status")["queue_length"]
    submit(host, town.alice, letter("Queued", town.alice.address, "later-s@world.test"), "later-s@world.test")
    host.wait_for_log("mail.log", "to=<later-s@world.test>")
    assert host.cli("status")["queue_length"] >= before + 1
    for entry in host.cli("queue", "list"):
        if "later-s@world.test" in str(entry):
            host.cli("queue", "delete", entry["id"])


def test_status_for_people_names_the_services(host: Instance) -> None:
    told = host.run("status")
    assert told.returncode == 0, told.stderr
    assert "postfix" in told.stdout
    assert "RUNNING" in told.stdout


def test_a_stopped_instance_leaves_no_process_and_starts_again_in_seconds(
    new_instance: Callable[..., Instance],
) -> None:
    instance = new_instance()
    instance.start()
    instance.stop()
    assert instance.processes() == []
    assert not any(accepts_connections(instance.address, port) for port in PORTS)
    told = instance.run("--json", "status")
    assert told.returncode == 1
    assert json.loads(told.stdout)["running"] is False
    began = time.monotonic()
    instance.start()
    assert time.monotonic() - began < 10


def test_log_tail_shows_the_last_lines(host: Instance) -> None:
    assert any("postfix" in line for line in host.cli("log", "tail")["lines"])

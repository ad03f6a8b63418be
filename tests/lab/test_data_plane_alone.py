"""Mail does not depend on the control plane: no accounts database, no Python, and it still flows."""

import signal
from collections.abc import Callable

from .clients import deliver, letter, submit, wait_for_letter
from .dns import LabDNS
from .foreign import World
from .instance import Instance, Town


def _prove_that_mail_flows(town: Town, world: World, when: str) -> None:
    """In from the world, log-in over IMAP, out to the world."""
    host = town.host
    message = letter(f"In {when}", "eve@world.test", town.alice.address)
    assert world.send(message, "eve@world.test", town.alice.address).delivered
    wait_for_letter(host, town.alice, f"In {when}")
    submit(host, town.alice, letter(f"Out {when}", town.alice.address, "friend@world.test"), "friend@world.test")
    world.wait_for_mail("friend@world.test", f"Out {when}")
    deliver(host, letter(f"Alias {when}", "eve@world.test", town.at("team")), "eve@world.test", town.at("team"))
    wait_for_letter(host, town.bob, f"Alias {when}")


def test_mail_flows_without_accounts_and_without_python(
    new_instance: Callable[..., Instance], lab_dns: LabDNS, world: World
) -> None:
    host = new_instance()
    host.start()
    town = host.add_town("alone.test", names=("alice", "bob"))
    host.cli("alias", "add", town.at("team"), town.bob.address)
    lab_dns.add_mail_domain(town.domain, host.hostname)

    accounts = host.directory / "state" / "accounts"
    accounts.rename(host.directory / "state" / "accounts.away")
    control_plane = host.python_processes()
    assert len(control_plane) >= 3, "the supervisor, the projector and the worker at least"
    for process in control_plane:
        process.send_signal(signal.SIGSTOP)
    _prove_that_mail_flows(town, world, "while Python sleeps")

    host.crippled = True
    for process in control_plane:
        process.kill()
    for process in control_plane:
        process.wait(10)
    _prove_that_mail_flows(town, world, "when Python is dead")

    # And nothing needs cleaning by hand before the next start.
    (host.directory / "state" / "accounts.away").rename(accounts)
    host.start()
    host.crippled = False
    _prove_that_mail_flows(town, world, "again")
    host.add_person("new@alone.test")
    assert len(host.cli("mailbox", "list", "--domain", "alone.test")) == 3

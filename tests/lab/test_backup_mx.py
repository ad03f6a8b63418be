"""Relay domains: mail is held for a host that is away, and only for recipients who exist there."""

import time
from collections.abc import Callable

import pytest

from .clients import ask_recipient, deliver, letter
from .dns import LabDNS
from .foreign import World
from .instance import Instance

# Nothing listens here.
AWAY = "127.0.9.9"


@pytest.fixture(scope="module")
def primary(lab_dns: LabDNS, world: World, host: Instance) -> Callable[[str], None]:
    """Moves the primary host of primary.test; the instance is its second MX."""
    lab_dns.add_mail_domain("primary.test", "mx1.primary.test", host.hostname)

    def move(address: str) -> None:
        lab_dns.remove("mx1.primary.test", "A")
        lab_dns.add("mx1.primary.test", "A", address)

    move(world.address)
    return move


def test_known_recipients_are_relayed_and_others_refused(
    host: Instance, world: World, primary: Callable[[str], None]
) -> None:
    host.cli("domain", "add", "primary.test", "--relay", "list")
    host.cli("relay-recipient", "add", "ann@primary.test")
    assert ask_recipient(host, "nobody@primary.test").code == 550
    deliver(host, letter("Passed on", "eve@world.test", "ann@primary.test"), "eve@world.test", "ann@primary.test")
    world.wait_for_mail("ann@primary.test", "Passed on")

    primary(AWAY)
    deliver(host, letter("Held", "eve@world.test", "ann@primary.test"), "eve@world.test", "ann@primary.test")
    _wait_until_deferred(host, "ann@primary.test")
    # The instance itself stands in the MX list: it must neither loop nor bounce.
    told = [line for line in host.log("mail.log").splitlines() if "primary.test" in line]
    assert not any("loops back" in line for line in told)

    primary(world.address)
    host.cli("queue", "flush")
    world.wait_for_mail("ann@primary.test", "Held")

    host.cli("relay-recipient", "remove", "ann@primary.test", "--yes")
    assert ask_recipient(host, "ann@primary.test").code == 550


def test_verified_recipients_are_asked_of_the_primary_host(host: Instance, world: World, lab_dns: LabDNS) -> None:
    lab_dns.add_mail_domain("asked.world.test", "mx.world.test", host.hostname)
    host.cli("domain", "add", "asked.world.test", "--relay", "verify")
    assert _verdict(host, "unknown-one@asked.world.test") == 550
    assert _verdict(host, "ann@asked.world.test") == 250
    message = letter("Asked", "eve@world.test", "ann@asked.world.test")
    deliver(host, message, "eve@world.test", "ann@asked.world.test")
    world.wait_for_mail("ann@asked.world.test", "Asked")


def test_an_inactive_relay_domain_takes_nothing(host: Instance, lab_dns: LabDNS) -> None:
    lab_dns.add_mail_domain("idle.world.test", "mx.world.test", host.hostname)
    host.cli("domain", "add", "idle.world.test", "--relay", "list")
    host.cli("relay-recipient", "add", "ann@idle.world.test")
    assert ask_recipient(host, "ann@idle.world.test").code == 250
    host.cli("domain", "set", "idle.world.test", "--active", "no")
    assert ask_recipient(host, "ann@idle.world.test").code >= 500


def _verdict(host: Instance, address: str) -> int:
    """The answer once the probe is back; 450 stands for "being verified, ask again"."""
    deadline = time.monotonic() + 25
    code = 450
    while code == 450 and time.monotonic() < deadline:
        code = ask_recipient(host, address).code
    return code


def _wait_until_deferred(host: Instance, recipient: str) -> None:
    host.wait_for_log("mail.log", f"to=<{recipient}>, relay=none")
    held = host.cli("queue", "list")
    assert recipient in str(held), held

"""Where outgoing mail goes first: a next hop per domain, a smarthost for all."""

from collections.abc import Iterator

import pytest

from .clients import letter, submit
from .dns import LabDNS
from .foreign import SMARTHOST_PORT, World
from .instance import Instance, Town


def test_a_domains_mail_goes_to_its_next_hop_with_credentials(
    host: Instance, town: Town, world: World, lab_dns: LabDNS
) -> None:
    # No MX record leads to this domain: only the transport does.
    next_hop = f"[{world.address}]:{SMARTHOST_PORT}"
    host.cli(
        "transport", "set", "hidden.world.test", next_hop, "--username", "smart", "--password-stdin",
        stdin="host-secret\n",
    )  # fmt: skip
    submit(host, town.alice, letter("Over the hop", town.alice.address, "x@hidden.world.test"), "x@hidden.world.test")
    world.wait_for_mail("x@hidden.world.test", "Over the hop")
    line = _arrival(world, "x@hidden.world.test")
    assert "A=plain:smart" in line
    assert "X=TLS" in line


def test_a_transport_without_port_or_credentials(host: Instance, town: Town, world: World, lab_dns: LabDNS) -> None:
    host.cli("transport", "set", "plain.world.test", "mx.world.test")
    submit(host, town.alice, letter("Plain hop", town.alice.address, "x@plain.world.test"), "x@plain.world.test")
    world.wait_for_mail("x@plain.world.test", "Plain hop")
    assert "A=plain" not in _arrival(world, "x@plain.world.test")


def test_a_removed_transport_is_used_no_more(host: Instance, town: Town, world: World) -> None:
    host.cli("transport", "set", "gone.world.test", f"[{world.address}]")
    host.cli("transport", "remove", "gone.world.test", "--yes")
    message = letter("Nowhere", town.alice.address, "x@gone.world.test")
    submit(host, town.alice, message, "x@gone.world.test")
    host.wait_for_log("mail.log", "to=<x@gone.world.test>, relay=none")
    assert world.inbox("x@gone.world.test") == []


@pytest.fixture
def smarthost(host: Instance, world: World) -> Iterator[Instance]:
    """The shared instance with all outgoing mail over the world's smarthost, for one test."""
    before = host.settings_file.read_text()
    (host.directory / "smarthost.password").write_text("host-secret\n")
    outgoing = f"""
[outgoing]
smarthost = "[{world.address}]:{SMARTHOST_PORT}"
username = "smart"
password_file = "{host.directory}/smarthost.password"
tls = "required"
"""
    host.settings_file.write_text(before + outgoing)
    try:
        planned = host.cli("plan")
        host.cli("apply")
        assert "host-secret" not in str(planned)
        yield host
    finally:
        host.settings_file.write_text(before)
        host.cli("apply")


def test_all_outgoing_mail_goes_over_the_smarthost(smarthost: Instance, town: Town, world: World) -> None:
    message = letter("Smart", town.alice.address, "x@behind-the-smarthost.world.test")
    submit(smarthost, town.alice, message, "x@behind-the-smarthost.world.test")
    world.wait_for_mail("x@behind-the-smarthost.world.test", "Smart")
    assert "A=plain:smart" in _arrival(world, "x@behind-the-smarthost.world.test")


def _arrival(world: World, recipient: str) -> str:
    lines = [line for line in world.log().splitlines() if " <= " in line and f"for {recipient}" in line]
    assert lines, world.log()[-2000:]
    return lines[-1]

"""Outgoing TLS: DANE where the resolver validates (RFC 7672), else opportunistic."""

from .clients import letter, submit
from .dns import LabDNS
from .foreign import World
from .instance import Instance, Town

WRONG = "3 1 1 " + "00" * 32


def _domain(lab_dns: LabDNS, world: World, name: str, tlsa: str | None) -> str:
    """A domain of the world whose mail host publishes this TLSA record."""
    lab_dns.add_mail_domain(name, f"mx.{name}")
    lab_dns.add(f"mx.{name}", "A", world.address)
    if tlsa:
        lab_dns.add(f"_25._tcp.mx.{name}", "TLSA", tlsa)
    return f"friend@{name}"


def test_a_matching_record_makes_a_verified_connection(
    host: Instance, town: Town, world: World, lab_dns: LabDNS
) -> None:
    friend = _domain(lab_dns, world, "dane.world.test", world.tlsa())
    submit(host, town.alice, letter("Verified", town.alice.address, friend), friend)
    world.wait_for_mail(friend, "Verified")
    assert "Verified TLS connection established to mx.dane.world.test" in host.log("mail.log")


def test_a_record_that_does_not_match_stops_the_message(
    host: Instance, town: Town, world: World, lab_dns: LabDNS
) -> None:
    friend = _domain(lab_dns, world, "forged.world.test", WRONG)
    submit(host, town.alice, letter("Stopped", town.alice.address, friend), friend)
    line = host.wait_for_log("mail.log", f"to=<{friend}>, relay=")
    assert "status=deferred" in line, line
    assert world.inbox(friend) == []
    (waiting,) = (entry for entry in host.cli("queue", "list") if friend in entry["recipients"])
    host.cli("queue", "delete", waiting["id"])


def test_without_a_record_tls_is_opportunistic(host: Instance, town: Town, world: World, lab_dns: LabDNS) -> None:
    friend = _domain(lab_dns, world, "plain-tls.world.test", None)
    submit(host, town.alice, letter("Encrypted", town.alice.address, friend), friend)
    world.wait_for_mail(friend, "Encrypted")
    arrival = next(line for line in world.log().splitlines() if " <= " in line and f"for {friend}" in line)
    assert " X=TLS1.3:" in arrival

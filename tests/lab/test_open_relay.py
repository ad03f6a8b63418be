"""Whoever has not logged in reaches hosted addresses and nothing else, however the address is written."""

import pytest

from .clients import Reply, ask_recipient, deliver, letter, smtp, trusting, wait_for_letter, wire
from .foreign import World
from .instance import Instance, Town

VICTIM = "victim@world.test"


@pytest.mark.parametrize(
    "address",
    [
        "victim@world.test",
        "VICTIM@WORLD.TEST",
        "victim@world.test.",
        "victim%world.test@{domain}",
        "victim%world.test@{hostname}",
        "victim%world.test@[{address}]",
        "victim%world.test",
        "world.test!victim",
        "world.test!victim@{domain}",
        "{domain}!world.test!victim",
        '"victim@world.test"',
        '"victim@world.test"@{domain}',
        '"victim%world.test"@{domain}',
        '"world.test!victim"@{domain}',
        '"victim"@world.test',
        "@{domain}:victim@world.test",
        "@{domain},@{hostname}:victim@world.test",
        "victim@world.test@{domain}",
        "victim@{domain}@world.test",
        "victim@[127.0.3.1]",
        "victim@[{address}]",
        "victim@127.0.3.1",
        "victim+alice@world.test",
        "alice+victim@world.test",
        "victim@mx.world.test",
        "victim@localhost",
        "victim",
        "alice@sub.{domain}",
        "@{domain}",
        "alice@{domain} <victim@world.test>",
    ],
)
def test_a_stranger_cannot_relay(host: Instance, town: Town, address: str) -> None:
    written = address.format(domain=town.domain, hostname=host.hostname, address=host.address)
    reply = ask_recipient(host, written)
    assert 400 <= reply.code < 600, reply


def test_a_source_route_to_a_hosted_address_goes_nowhere_else(host: Instance, town: Town, world: World) -> None:
    # RFC 5321, appendix C: a server may strip the route; then the mail is for Alice and for nobody else.
    reply = ask_recipient(host, f"@world.test,@mx.world.test:{town.alice.address}")
    if reply.code == 250:
        _send(host, f"@world.test:{town.alice.address}", "Routed")
        wait_for_letter(host, town.alice, "Routed")
    assert world.inbox(town.alice.address) == []


def test_a_hosted_sender_address_opens_nothing(host: Instance, town: Town) -> None:
    assert ask_recipient(host, VICTIM, sender=town.alice.address).code >= 400


def test_an_unverified_tls_client_may_not_relay(host: Instance) -> None:
    with smtp(host) as client:
        client.starttls(context=trusting(host))
        client.ehlo("client.world.test")
        client.docmd("MAIL FROM:<eve@world.test>")
        assert client.docmd(f"RCPT TO:<{VICTIM}>")[0] >= 400


def test_the_internal_listener_takes_nothing_without_the_instances_own_certificate(host: Instance) -> None:
    with smtp(host, 10025) as client:
        if client.has_extn("starttls"):
            client.starttls(context=trusting(host))
            client.ehlo("client.world.test")
        client.docmd("MAIL FROM:<eve@world.test>")
        assert client.docmd(f"RCPT TO:<{VICTIM}>")[0] >= 400


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("percent", "victim%world.test"),
        ("bang", "world.test!victim"),
        ("quoted", '"victim@world.test"'),
        ("verp", "x+victim=world.test"),
    ],
)
def test_a_catch_all_is_no_relay(host: Instance, world: World, town: Town, kind: str, written: str) -> None:
    domain = f"{kind}.test"
    host.cli("domain", "add", domain)
    host.cli("alias", "add", f"@{domain}", town.bob.address)
    if ask_recipient(host, f"{written}@{domain}").code == 250:
        _send(host, f"{written}@{domain}", f"Caught {domain}")
        wait_for_letter(host, town.bob, f"Caught {domain}")
    assert world.inbox(VICTIM) == []


def test_an_alias_with_a_foreign_target_reaches_that_target_only(host: Instance, world: World, town: Town) -> None:
    host.cli("alias", "add", town.at("outward"), "friend@world.test")
    deliver(host, letter("Outward", "eve@world.test", town.at("outward")), "eve@world.test", town.at("outward"))
    world.wait_for_mail("friend@world.test", "Outward")
    reply = ask_recipient(host, town.at("outward+victim=world.test"))
    if reply.code == 250:
        _send(host, town.at("outward+victim=world.test"), "Bent outward")
        world.wait_for_mail("friend@world.test", "Bent outward")
    assert world.inbox(VICTIM) == []


def _send(host: Instance, recipient: str, subject: str) -> Reply:
    """Send to an address exactly as written."""
    with smtp(host) as client:
        client.docmd("MAIL FROM:<eve@world.test>")
        code, text = client.docmd(f"RCPT TO:<{recipient}>")
        assert code == 250, text
        code, text = client.data(wire(letter(subject, "eve@world.test", "list@world.test")))
    return Reply(code, text.decode())

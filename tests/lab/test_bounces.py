"""What the sender learns when the world does not want a message."""

from typing import Any

from .clients import letter, submit, wait_for_letter
from .foreign import World
from .instance import Instance, Town


def test_a_refused_message_comes_back_readable(host: Instance, town: Town, world: World) -> None:
    submit(host, town.alice, letter("Hello?", town.alice.address, "unknown-x@world.test"), "unknown-x@world.test")
    bounce = wait_for_letter(host, town.alice, "Undelivered")
    assert bounce.get_content_type() == "multipart/report"
    assert bounce.get_param("report-type") == "delivery-status"
    assert bounce["Return-Path"] == "<>"
    kinds = [part.get_content_type() for part in bounce.walk()]
    assert "message/delivery-status" in kinds
    text = bounce.as_string()
    assert "The world knows no such person" in text
    assert "unknown-x@world.test" in text
    assert "Hello?" in text


def test_a_domain_that_does_not_exist_bounces_at_once(host: Instance, town: Town, world: World) -> None:
    submit(host, town.bob, letter("Void", town.bob.address, "x@no-such-domain.test"), "x@no-such-domain.test")
    assert "no-such-domain.test" in wait_for_letter(host, town.bob, "Undelivered").as_string()


def test_a_deferred_message_stays_and_the_queue_can_be_worked_on(host: Instance, town: Town, world: World) -> None:
    submit(host, town.charlie, letter("Wait", town.charlie.address, "later@world.test"), "later@world.test")
    host.wait_for_log("mail.log", "to=<later@world.test>, relay=mx.world.test")
    queue_id = _only_entry(host, "later@world.test")["id"]
    assert town.charlie.address in str(host.cli("queue", "show", queue_id))
    host.cli("queue", "hold", queue_id)
    assert _only_entry(host, "later@world.test")["state"] == "hold"
    host.cli("queue", "release", queue_id)
    assert _only_entry(host, "later@world.test")["state"] != "hold"
    host.cli("queue", "delete", queue_id)
    assert _entries(host, "later@world.test") == []


def _entries(host: Instance, recipient: str) -> list[dict[str, Any]]:
    return [entry for entry in host.cli("queue", "list") if recipient in str(entry)]


def _only_entry(host: Instance, recipient: str) -> dict[str, Any]:
    (entry,) = _entries(host, recipient)
    return entry

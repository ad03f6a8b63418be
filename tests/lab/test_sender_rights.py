"""Whose address may stand on the envelope."""

import pytest

from .clients import Reply, letter, submission, submit, wait_for_letter
from .instance import Instance, Person, Town


def _ask_sender(host: Instance, person: Person, sender: str) -> Reply:
    """What submission says to this sender, at MAIL or at the first RCPT."""
    with submission(host, person) as client:
        code, text = client.docmd(f"MAIL FROM:<{sender}>")
        if code == 250:
            code, text = client.docmd("RCPT TO:<friend@world.test>")
    return Reply(code, text.decode(errors="replace"))


def test_the_own_address_in_any_case(host: Instance, town: Town) -> None:
    assert _ask_sender(host, town.alice, town.alice.address).code == 250
    assert _ask_sender(host, town.alice, town.alice.address.upper()).code == 250


def test_the_own_address_with_a_tag(host: Instance, town: Town) -> None:
    assert _ask_sender(host, town.alice, town.at("alice+news")).code == 250


def test_anothers_address_is_refused(host: Instance, town: Town) -> None:
    reply = _ask_sender(host, town.alice, town.bob.address)
    assert reply.code == 553, reply


@pytest.mark.parametrize("sender", ["ceo@world.test", "postmaster@mail.one.test", "nobody@{domain}"])
def test_an_address_that_nobody_gave_is_refused(host: Instance, town: Town, sender: str) -> None:
    assert _ask_sender(host, town.alice, sender.format(domain=town.domain)).code >= 500


def test_the_null_sender_of_a_read_receipt(host: Instance, town: Town) -> None:
    # RFC 8098, section 3: a mail program sends such receipts with an empty envelope sender.
    assert _ask_sender(host, town.alice, "").code == 250


def test_an_alias_that_reaches_the_login(host: Instance, town: Town) -> None:
    host.cli("alias", "add", town.at("team"), town.alice.address, town.bob.address)
    host.cli("alias", "add", town.at("everyone"), town.at("team"))
    for person in (town.alice, town.bob):
        assert _ask_sender(host, person, town.at("team")).code == 250
        assert _ask_sender(host, person, town.at("everyone")).code == 250
    assert _ask_sender(host, town.charlie, town.at("team")).code == 553


def test_an_inactive_alias_gives_no_right(host: Instance, town: Town) -> None:
    host.cli("alias", "add", town.at("former"), town.alice.address)
    host.cli("alias", "set", town.at("former"), "--active", "no")
    assert _ask_sender(host, town.alice, town.at("former")).code == 553


def test_an_address_of_an_alias_domain(host: Instance, town: Town) -> None:
    host.cli("alias-domain", "add", "second-name.test", town.domain)
    assert _ask_sender(host, town.alice, "alice@second-name.test").code == 250
    assert _ask_sender(host, town.alice, "bob@second-name.test").code == 553


def test_a_granted_address_until_it_is_taken_back(host: Instance, town: Town) -> None:
    host.cli("grant", "add", town.charlie.address, town.bob.address)
    assert _ask_sender(host, town.charlie, town.bob.address).code == 250
    host.cli("grant", "remove", town.charlie.address, town.bob.address, "--yes")
    assert _ask_sender(host, town.charlie, town.bob.address).code == 553


def test_all_of_a_granted_domain_until_it_is_taken_back(host: Instance, town: Town) -> None:
    host.cli("domain", "add", "granted.test")
    host.cli("grant", "add", town.charlie.address, "@granted.test")
    for sender in ("anybody@granted.test", "list-bounces@granted.test"):
        assert _ask_sender(host, town.charlie, sender).code == 250
    assert _ask_sender(host, town.charlie, "anybody@elsewhere.test").code == 553
    assert _ask_sender(host, town.bob, "anybody@granted.test").code == 553
    host.cli("grant", "remove", town.charlie.address, "@granted.test", "--yes")
    assert _ask_sender(host, town.charlie, "anybody@granted.test").code == 553


def test_what_is_allowed_also_arrives(host: Instance, town: Town) -> None:
    host.cli("alias", "add", town.at("office"), town.alice.address)
    message = letter("On behalf", town.at("office"), town.bob.address)
    submit(host, town.alice, message, town.bob.address, sender=town.at("office"))
    assert wait_for_letter(host, town.bob, "On behalf")["Return-Path"] == f"<{town.at('office')}>"

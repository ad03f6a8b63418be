"""Port 25: what is taken in for hosted domains, and what is refused while the other side still listens."""

import smtplib
import socket

import pytest

from .clients import ask_recipient, deliver, letter, old_tls, smtp, subjects, trusting, wait_for_letter, wire
from .dns import LabDNS
from .foreign import World
from .instance import Instance, Town


def test_a_foreign_host_finds_the_mailbox_by_its_mx_record_and_uses_tls(
    host: Instance, town: Town, world: World
) -> None:
    outcome = world.send(
        letter("From afar", "eve@world.test", town.alice.address), "eve@world.test", town.alice.address
    )
    assert outcome.delivered, outcome
    assert any(" X=TLS1.3" in line or " X=TLS1.2" in line for line in outcome.lines), outcome
    message = wait_for_letter(host, town.alice, "From afar")
    assert message["Return-Path"] == "<eve@world.test>"
    assert "Good day." in message.get_content()


def test_an_unknown_user_is_refused_at_rcpt(host: Instance, town: Town) -> None:
    reply = ask_recipient(host, town.at("nobody"))
    assert reply.code == 550
    assert "5.1.1" in reply.text


def test_the_foreign_host_learns_that_a_user_is_unknown(town: Town, world: World) -> None:
    outcome = world.send(letter("Lost", "eve@world.test", town.at("nobody")), "eve@world.test", town.at("nobody"))
    assert "550 5.1.1" in outcome.refused, outcome


def test_addresses_match_in_any_case(host: Instance, town: Town) -> None:
    deliver(host, letter("Shouted", "eve@world.test", town.alice.address), "eve@world.test", town.alice.address.upper())
    wait_for_letter(host, town.alice, "Shouted")


def test_a_bounce_with_the_null_sender_is_taken(host: Instance, town: Town) -> None:
    assert ask_recipient(host, town.alice.address, sender="").code == 250


def test_an_inactive_mailbox_is_refused_with_its_reason(host: Instance, town: Town) -> None:
    host.add_person(town.at("dormant"))
    host.cli("mailbox", "set", town.at("dormant"), "--active", "no")
    reply = ask_recipient(host, town.at("dormant"))
    assert reply.code == 550
    assert reply.text != ask_recipient(host, town.at("nobody")).text.replace("nobody", "dormant")
    host.cli("mailbox", "set", town.at("dormant"), "--active", "yes")
    assert ask_recipient(host, town.at("dormant")).code == 250


def test_an_inactive_domain_is_refused_with_its_reason(host: Instance) -> None:
    shut = host.add_town("shut.test", names=("alice",))
    host.cli("domain", "set", "shut.test", "--active", "no")
    reply = ask_recipient(host, shut.alice.address)
    assert reply.code == 550
    assert "5.1.1" not in reply.text
    host.cli("domain", "set", "shut.test", "--active", "yes")
    assert ask_recipient(host, shut.alice.address).code == 250


def test_a_removed_mailbox_is_unknown_and_a_restored_one_gets_mail_again(host: Instance, town: Town) -> None:
    phoenix = host.add_person(town.at("phoenix"))
    deliver(host, letter("Before", "eve@world.test", phoenix.address), "eve@world.test", phoenix.address)
    wait_for_letter(host, phoenix, "Before")
    host.cli("mailbox", "remove", phoenix.address, "--yes")
    assert ask_recipient(host, phoenix.address).code == 550
    host.cli("mailbox", "restore", phoenix.address)
    deliver(host, letter("After", "eve@world.test", phoenix.address), "eve@world.test", phoenix.address)
    wait_for_letter(host, phoenix, "After")
    assert "Before" in subjects(host, phoenix)


def test_a_renamed_mailbox_keeps_its_mail_and_gives_up_its_old_address(host: Instance, town: Town) -> None:
    maiden = host.add_person(town.at("maiden"))
    deliver(host, letter("To the old name", "eve@world.test", maiden.address), "eve@world.test", maiden.address)
    wait_for_letter(host, maiden, "To the old name")
    host.cli("mailbox", "rename", maiden.address, town.at("married"))
    married = type(maiden)(town.at("married"), maiden.password)
    assert ask_recipient(host, maiden.address).code == 550
    assert subjects(host, married) == ["To the old name"]


def test_an_address_given_away_later_never_shows_the_earlier_owners_mail(host: Instance, town: Town) -> None:
    first = host.add_person(town.at("desk"))
    deliver(host, letter("Private", "eve@world.test", first.address), "eve@world.test", first.address)
    wait_for_letter(host, first, "Private")
    host.cli("mailbox", "remove", first.address, "--yes")
    second = host.add_person(town.at("desk"), password="another one entirely")
    assert subjects(host, second) == []


def test_an_internationalised_domain_gets_mail(host: Instance, lab_dns: LabDNS, world: World) -> None:
    books = host.add_town("bücher.test", names=())
    alice = host.add_person("alice@bücher.test")
    lab_dns.add_mail_domain("xn--bcher-kva.test", host.hostname)
    assert ask_recipient(host, "alice@xn--bcher-kva.test").code == 250
    outcome = world.send(
        letter("Ein Buch", "eve@world.test", "alice@xn--bcher-kva.test"), "eve@world.test", "alice@xn--bcher-kva.test"
    )
    assert outcome.delivered, outcome
    ascii_alice = type(alice)("alice@xn--bcher-kva.test", alice.password)
    wait_for_letter(books.host, ascii_alice, "Ein Buch")


def test_the_size_limit_is_announced_and_kept(host: Instance, town: Town) -> None:
    with smtp(host) as client:
        assert client.esmtp_features["size"] == str(2 * 1024 * 1024)
        code, text = client.docmd(f"MAIL FROM:<eve@world.test> SIZE={3 * 1024 * 1024}")
        assert code == 552, text
    big = letter("Too big", "eve@world.test", town.alice.address, "x" * 70 + "\n")
    big.set_content(("x" * 70 + "\n") * 40_000)
    with smtp(host) as client:
        client.docmd("MAIL FROM:<eve@world.test>")
        client.docmd(f"RCPT TO:<{town.alice.address}>")
        code, text = client.data(wire(big))
    assert code == 552, text


def test_vrfy_and_expn_tell_nothing(host: Instance, town: Town) -> None:
    with smtp(host) as client:
        assert client.docmd(f"VRFY {town.alice.address}")[0] >= 500
        assert client.docmd(f"VRFY {town.at('nobody')}")[0] >= 500
        assert client.docmd(f"EXPN {town.alice.address}")[0] >= 500


def test_port_25_offers_tls_and_no_login(host: Instance) -> None:
    with smtp(host) as client:
        assert client.has_extn("starttls")
        assert not client.has_extn("auth")
        client.starttls(context=trusting(host))
        client.ehlo("client.world.test")
        assert not client.has_extn("auth")


def test_tls_older_than_1_2_is_refused(host: Instance) -> None:
    with smtp(host) as client, pytest.raises((OSError, smtplib.SMTPException)):
        client.starttls(context=old_tls())


def test_a_client_on_this_machine_is_known_without_a_question_to_the_dns(host: Instance, town: Town) -> None:
    """In its chroot smtpd found no /etc/hosts: a session now and then waited five seconds for a lost packet."""
    ask_recipient(host, town.bob.address)
    host.wait_for_log("mail.log", f"connect from {socket.gethostbyaddr('127.0.0.1')[0]}[127.0.0.1]")

"""Ports 587 and 465: who logs in may send, and nobody else."""

import smtplib

import pytest

from .clients import curl, letter, old_tls, smtp, submission, submit, swaks, trusting, wait_for_letter
from .foreign import World
from .instance import Instance, Person, Town


@pytest.mark.parametrize("how", [("--port", "587", "--tls"), ("--port", "465", "--tls-on-connect")], ids=["587", "465"])
@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_mail_goes_to_the_world(host: Instance, world: World, town: Town, how: tuple[str, ...], mechanism: str) -> None:
    subject = f"By {how[1]} {mechanism}"
    done = swaks(
        host, *how, "--tls-verify", "--tls-ca-path", str(host.authority), "--auth", mechanism,
        "--auth-user", town.alice.address, "--auth-password", town.alice.password,
        "--from", town.alice.address, "--to", "friend@world.test", "--header", f"Subject: {subject}",
    )  # fmt: skip
    assert done.status == 0, done.transcript
    assert world.wait_for_mail("friend@world.test", subject)["Return-path"] == f"<{town.alice.address}>"


def test_curl_sends_too(host: Instance, town: Town) -> None:
    message = letter("From curl", town.alice.address, town.bob.address).as_string().replace("\n", "\r\n")
    done = curl(
        host, f"smtps://{host.hostname}:465", "--user", f"{town.alice.address}:{town.alice.password}",
        "--mail-from", town.alice.address, "--mail-rcpt", town.bob.address, "--upload-file", "-", stdin=message,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    wait_for_letter(host, town.bob, "From curl")


@pytest.mark.parametrize("port", [587, 465])
def test_nothing_is_taken_without_a_login(host: Instance, town: Town, port: int) -> None:
    with smtp(host, port) as client:
        if port == 587:
            assert client.docmd(f"MAIL FROM:<{town.alice.address}>")[0] == 530
            client.starttls(context=trusting(host))
            client.ehlo("client.world.test")
        client.docmd(f"MAIL FROM:<{town.alice.address}>")
        assert client.docmd(f"RCPT TO:<{town.bob.address}>")[0] >= 500


def test_no_login_is_offered_or_taken_before_tls(host: Instance) -> None:
    with smtp(host, 587) as client:
        assert not client.has_extn("auth")
        assert client.docmd("AUTH PLAIN AGFsaWNlAHNlY3JldA==")[0] >= 500


def test_a_wrong_password_is_refused(host: Instance, town: Town) -> None:
    with (
        pytest.raises(smtplib.SMTPAuthenticationError) as refusal,
        submission(host, Person(town.alice.address, "wrong")),
    ):
        pass
    assert refusal.value.smtp_code == 535


def test_a_new_password_counts_at_once_and_the_old_one_no_more(host: Instance, town: Town) -> None:
    carol = host.add_person(town.at("carol"))
    host.cli("mailbox", "passwd", carol.address, "--password-stdin", stdin="quite another one\n")
    with pytest.raises(smtplib.SMTPAuthenticationError), submission(host, carol):
        pass
    with submission(host, Person(carol.address, "quite another one")) as client:
        assert client.noop()[0] == 250


@pytest.mark.parametrize("setting", ["--active", "--smtp"])
def test_who_may_not_send_cannot_log_in(host: Instance, town: Town, setting: str) -> None:
    mute = host.add_person(town.at(f"mute{setting}"))
    host.cli("mailbox", "set", mute.address, setting, "no")
    with pytest.raises(smtplib.SMTPException), submission(host, mute) as client:
        client.send_message(letter("No", mute.address, town.bob.address))


def test_the_received_header_hides_the_clients_address(host: Instance, world: World, town: Town) -> None:
    with submission(host, town.alice) as client:
        client.ehlo("laptop-of-alice.example")
        client.send_message(letter("Hidden", town.alice.address, "friend@world.test"))
    received = " ".join(world.wait_for_mail("friend@world.test", "Hidden").get_all("Received", []))
    assert "laptop-of-alice" not in received
    ours = received[received.index("by mail.one.test") - 200 :] if "by mail.one.test" in received else received
    assert "127.0.0.1" not in ours.split("by mx.world.test")[0], received


def test_a_message_without_date_or_id_gets_them(host: Instance, world: World, town: Town) -> None:
    with submission(host, town.alice) as client:
        content = f"Subject: Bare\r\nFrom: {town.alice.address}\r\n\r\nText\r\n"
        client.sendmail(town.alice.address, ["friend@world.test"], content)
    message = world.wait_for_mail("friend@world.test", "Bare")
    assert message["Message-ID"]
    assert message["Date"]


def test_local_mail_goes_straight_to_the_mailbox(host: Instance, town: Town) -> None:
    submit(host, town.alice, letter("Next door", town.alice.address, town.bob.address), town.bob.address)
    assert wait_for_letter(host, town.bob, "Next door")["Return-Path"] == f"<{town.alice.address}>"


def test_tls_older_than_1_2_is_refused(host: Instance) -> None:
    with smtp(host, 587) as client, pytest.raises((OSError, smtplib.SMTPException)):
        client.starttls(context=old_tls())

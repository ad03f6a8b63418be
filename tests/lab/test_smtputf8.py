"""SMTPUTF8 (RFC 6531): refused in the dialogue for hosted mailboxes, whose store can't take it; relayed otherwise."""

from .clients import letter, smtp, subjects, submission, wait_for_letter
from .foreign import World
from .instance import Instance, Town


def _dialogue(host: Instance, sender: str, recipient: str, subject: str) -> tuple[int, str]:
    """Talk until the server refuses or has taken the message; its last answer."""
    with smtp(host) as client:
        content = f"Subject: {subject}\r\nFrom: {sender}\r\n\r\nGruß\r\n.\r\n"
        commands = (
            f"MAIL FROM:<{sender}> SMTPUTF8 BODY=8BITMIME\r\n",
            f"RCPT TO:<{recipient}>\r\n",
            "DATA\r\n",
            content,
        )
        for command in commands:
            client.send(command.encode())
            code, text = client.getreply()
            if code >= 400:
                break
    return code, text.decode(errors="replace")


def test_a_message_with_such_a_sender_is_refused_with_a_clear_text(host: Instance, town: Town) -> None:
    code, text = _dialogue(host, "grün@world.test", town.alice.address, "Von Grün")
    assert 550 <= code < 560, text
    assert "utf" in text.lower() or "internation" in text.lower(), text


def test_a_message_with_such_a_recipient_is_refused(host: Instance, town: Town) -> None:
    code, text = _dialogue(host, "eve@world.test", town.at("grün"), "An Grün")
    assert 500 <= code < 560, text


def test_a_message_with_such_headers_only_is_never_taken_and_bounced(host: Instance, world: World, town: Town) -> None:
    code, text = _dialogue(host, "eve8@world.test", town.alice.address, "Nur ein Gruß")
    assert 550 <= code < 560, text
    assert not any("Gruß" in subject for subject in subjects(host, town.alice))
    assert world.inbox("eve8@world.test") == []


def test_a_foreign_host_that_sees_it_is_not_offered_may_turn_the_message_into_ascii(
    host: Instance, town: Town, world: World
) -> None:
    outcome = world.send(letter("Fern", "grün@world.test", town.alice.address), "grün@world.test", town.alice.address)
    assert outcome.delivered, outcome
    assert wait_for_letter(host, town.alice, "Fern")["Return-Path"].isascii()


def test_a_relayed_message_may_use_it(host: Instance, world: World, town: Town) -> None:
    message = letter("Weiter", town.alice.address, "grün@world.test")
    with submission(host, town.alice) as client:
        assert client.has_extn("smtputf8")
        client.send_message(message, town.alice.address, ["grün@world.test"], mail_options=["SMTPUTF8"])
    assert world.wait_for_mail("grün@world.test", "Weiter")

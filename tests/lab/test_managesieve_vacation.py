"""Filters at delivery, put there over ManageSieve, and the mail that they send themselves."""

import pytest

from .clients import deliver, letter, subjects, wait_for_letter
from .foreign import World
from .instance import Instance, Person, Town
from .sieve_client import ManageSieve, Refused, use_script


def _send(host: Instance, person: Person, subject: str, sender: str = "eve@world.test") -> None:
    deliver(host, letter(subject, sender, person.address), sender, person.address)


def test_no_password_is_taken_before_starttls(host: Instance, town: Town) -> None:
    with ManageSieve(host) as client:
        assert '"SASL" ""' in client.capabilities
        assert '"STARTTLS"' in client.capabilities
        with pytest.raises(Refused):
            client.login(town.alice)


def test_a_wrong_password_is_refused(host: Instance, town: Town) -> None:
    with ManageSieve(host) as client:
        client.start_tls()
        with pytest.raises(Refused):
            client.login(Person(town.alice.address, "wrong"))


def test_a_faulty_script_is_refused_with_its_line(host: Instance, town: Town) -> None:
    with ManageSieve(host) as client:
        client.start_tls()
        client.login(town.alice)
        with pytest.raises(Refused, match="line 2"):
            client.put("faulty", "keep;\nfly me to the moon;\n")


def test_a_filter_files_mail_into_a_folder(host: Instance, town: Town) -> None:
    script = 'require ["fileinto", "mailbox"];\nif header :contains "Subject" "bill" { fileinto :create "Bills"; }\n'
    use_script(host, town.alice, script)
    _send(host, town.alice, "Your bill")
    _send(host, town.alice, "Your dinner")
    wait_for_letter(host, town.alice, "Your bill", "Bills")
    wait_for_letter(host, town.alice, "Your dinner")
    assert "Your bill" not in subjects(host, town.alice)


def test_a_vacation_answer_reaches_the_sender_once(host: Instance, town: Town, world: World) -> None:
    use_script(host, town.bob, 'require "vacation";\nvacation :days 1 :subject "Away" "Back in May.";\n')
    for number in (1, 2):
        _send(host, town.bob, f"Are you there {number}", sender="caller@world.test")
        wait_for_letter(host, town.bob, f"Are you there {number}")
    answer = world.wait_for_mail("caller@world.test", "Away")
    assert town.bob.address in answer["From"]
    assert answer["Auto-Submitted"].startswith("auto-replied")
    assert "Back in May." in answer.as_string()
    assert len(world.inbox("caller@world.test")) == 1


def test_a_redirect_goes_out_to_the_world(host: Instance, town: Town, world: World) -> None:
    use_script(host, town.charlie, 'redirect "elsewhere@world.test";\n')
    _send(host, town.charlie, "Onward")
    world.wait_for_mail("elsewhere@world.test", "Onward")
    assert subjects(host, town.charlie) == []


def test_managesieve_can_be_switched_off_for_a_mailbox(host: Instance, town: Town) -> None:
    plain = host.add_person(town.at("plain"))
    host.cli("mailbox", "set", plain.address, "--sieve", "no")
    with pytest.raises(Refused):
        use_script(host, plain, "keep;\n")

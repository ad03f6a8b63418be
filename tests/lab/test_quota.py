"""Quotas: refused at RCPT time, told to the owner before."""

import sqlite3
import time
from contextlib import closing

from .clients import Reply, ask_recipient, deliver, imap, letter, smtp, subjects, wait_for_letter
from .instance import Instance, Person, Town

LINE = "x" * 62 + "\n"


def _fill(host: Instance, person: Person, kilobytes: int, subject: str) -> None:
    message = letter(subject, "eve@world.test", person.address, LINE * (kilobytes * 16))
    deliver(host, message, "eve@world.test", person.address)
    wait_for_letter(host, person, subject)


def _wait_for_refusal(host: Instance, address: str, seconds: float = 10) -> Reply:
    """What RCPT says once the usage is known; the last answer when it stays 250."""
    deadline = time.monotonic() + seconds
    reply = ask_recipient(host, address)
    while reply.code == 250 and time.monotonic() < deadline:
        time.sleep(0.2)
        reply = ask_recipient(host, address)
    return reply


def test_a_full_mailbox_refuses_at_rcpt_and_takes_mail_again_when_emptied(host: Instance, town: Town) -> None:
    small = host.add_person(town.at("small"), "--quota", "100K")
    assert ask_recipient(host, small.address).code == 250
    _fill(host, small, 90, "Filling")
    with smtp(host) as client:
        client.docmd(f"MAIL FROM:<eve@world.test> SIZE={50 * 1024}")
        code, text = client.docmd(f"RCPT TO:<{small.address}>")
    assert code in (452, 552), text
    with imap(host, small) as client:
        client.select("INBOX")
        client.store("1:*", "+FLAGS", r"(\Deleted)")
        client.expunge()
    assert ask_recipient(host, small.address).code == 250


def test_the_number_of_messages_may_be_limited_too(host: Instance, town: Town) -> None:
    few = host.add_person(town.at("few"), "--quota-messages", "2")
    for number in (1, 2):
        deliver(host, letter(f"Number {number}", "eve@world.test", few.address), "eve@world.test", few.address)
        wait_for_letter(host, few, f"Number {number}")
    assert _wait_for_refusal(host, few.address).code in (452, 552)


def test_a_message_larger_than_the_whole_quota_is_refused_for_good(host: Instance, town: Town) -> None:
    little = host.add_person(town.at("little"), "--quota", "100K")
    host.cli("alias", "add", town.at("to-little"), little.address)
    for address in (little.address, town.at("to-little")):
        with smtp(host) as client:
            client.docmd(f"MAIL FROM:<eve@world.test> SIZE={200 * 1024}")
            code, text = client.docmd(f"RCPT TO:<{address}>")
        assert code == 552, text
        assert b"larger than the whole mailbox" in text


def test_imap_refuses_to_append_over_quota(host: Instance, town: Town) -> None:
    tight = host.add_person(town.at("tight"), "--quota", "20K")
    with imap(host, tight) as client:
        big = letter("Draft", tight.address, "x@world.test", LINE * 600).as_bytes()
        kind, text = client.append("Drafts", "", "", big)
        assert kind == "NO"
        assert b"OVERQUOTA" in text[0]
        assert b"20" in b" ".join(part for part in client.getquotaroot("INBOX")[1][1] if isinstance(part, bytes))


def test_a_larger_quota_counts_at_once(host: Instance, town: Town) -> None:
    grown = host.add_person(town.at("grown"), "--quota", "20K")
    _fill(host, grown, 18, "Nearly full")
    with smtp(host) as client:
        client.docmd(f"MAIL FROM:<eve@world.test> SIZE={10 * 1024}")
        assert client.docmd(f"RCPT TO:<{grown.address}>")[0] in (452, 552)
    host.cli("mailbox", "set", grown.address, "--quota", "1M")
    with smtp(host) as client:
        client.docmd(f"MAIL FROM:<eve@world.test> SIZE={10 * 1024}")
        assert client.docmd(f"RCPT TO:<{grown.address}>")[0] == 250


def test_a_smaller_quota_counts_at_once_for_a_mailbox_that_was_found_to_have_room(host: Instance, town: Town) -> None:
    roomy = host.add_person(town.at("roomy"), "--quota", "10G")
    _fill(host, roomy, 60, "Something")
    _wait_until_found_to_have_room(host, roomy.address)
    assert ask_recipient(host, roomy.address).code == 250
    host.cli("mailbox", "set", roomy.address, "--quota", "50K")
    assert ask_recipient(host, roomy.address).code in (452, 552)


def test_the_owner_is_warned_at_80_and_at_95_per_cent(host: Instance, town: Town) -> None:
    warned = host.add_person(town.at("warned"), "--quota", "200K")
    _fill(host, warned, 100, "Half")
    assert subjects(host, warned) == ["Half"]
    _fill(host, warned, 65, "Past eighty")
    _wait_for_warning(host, warned, "80", others=2)
    _fill(host, warned, 27, "Past ninety-five")
    _wait_for_warning(host, warned, "95", others=3)


def test_a_domains_quota_in_all_refuses_for_everybody_in_it(host: Instance) -> None:
    tiny = host.add_town("tiny.test", quota="200K", names=("alice", "bob"))
    _fill(host, tiny.alice, 120, "Mine")
    assert ask_recipient(host, tiny.bob.address).code == 250
    _fill(host, tiny.bob, 100, "Yours")
    reply = _wait_for_refusal(host, tiny.alice.address)
    assert reply.code in (452, 552), reply
    assert _wait_for_refusal(host, tiny.bob.address).code in (452, 552)
    with imap(host, tiny.alice) as client:
        client.select("INBOX")
        client.store("1:*", "+FLAGS", r"(\Deleted)")
        client.expunge()
    deadline = time.monotonic() + 10
    while ask_recipient(host, tiny.bob.address).code != 250 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert ask_recipient(host, tiny.bob.address).code == 250


def test_an_alias_elsewhere_does_not_get_round_a_domains_quota_in_all(host: Instance, town: Town) -> None:
    full = host.add_town("full.test", quota="100K", names=("alice", "bob"))
    host.cli("alias-domain", "add", "also-full.test", full.domain)
    host.cli("alias", "add", town.at("one"), full.alice.address)
    host.cli("alias", "add", town.at("nested"), town.at("one"), f"bob@also-{full.domain}")
    host.cli("alias", "add", town.at("several"), full.alice.address, town.bob.address)
    host.cli("alias", "add", f"away@{full.domain}", town.bob.address)
    host.cli("alias", "add", f"some@{full.domain}", full.alice.address, town.bob.address)
    refused = [town.at("one"), town.at("nested"), f"alice+tag@also-{full.domain}", f"some@{full.domain}"]
    taken = [town.at("several"), f"away@{full.domain}"]
    assert {ask_recipient(host, address).code for address in refused + taken} == {250}
    _fill(host, full.bob, 120, "Filling")
    assert _wait_for_refusal(host, full.alice.address).code == 452
    assert {address: ask_recipient(host, address).code for address in refused} == dict.fromkeys(refused, 452)
    assert {address: ask_recipient(host, address).code for address in taken} == dict.fromkeys(taken, 250)


def _wait_for_warning(host: Instance, person: Person, percent: str, others: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if any(percent in subject for subject in subjects(host, person)) and len(subjects(host, person)) > others:
            return
        time.sleep(0.2)
    raise AssertionError(f"no warning at {percent} %: {subjects(host, person)}\n{host.logs()}")


def _wait_until_found_to_have_room(host: Instance, address: str) -> None:
    """The worker looks twice a minute."""
    database = f"file:{host.directory}/state/directory/directory.sqlite3?mode=ro"
    deadline = time.monotonic() + 75
    with closing(sqlite3.connect(database, uri=True)) as directory:
        while directory.execute("SELECT room FROM mailbox WHERE address = ?", (address,)).fetchone() != (1,):
            assert time.monotonic() < deadline, host.logs()
            time.sleep(0.5)

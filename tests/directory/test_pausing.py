"""A paused domain: its mail is put off, whoever it is for; everything else goes on."""

import pytest

from tests.directory.postmap import Postmap


@pytest.fixture(autouse=True)
def accounts(postmap: Postmap) -> None:
    """A paused domain of each kind, and one that is not."""
    rows = postmap.rows
    rows.domain("paused.test", paused=True)
    rows.domain("alias.test", "alias", target="paused.test")
    rows.domain("backup.test", "relay", paused=True, recipients="verify")
    rows.domain("example.org")
    rows.domain("off.test", active=False, paused=True)
    rows.mailbox("ana@paused.test")
    rows.mailbox("gone@paused.test", active=False)
    rows.mailbox("bob@example.org")


@pytest.mark.parametrize(
    "address",
    ["ana@paused.test", "gone@paused.test", "nobody@paused.test", "Ana+tag@alias.test", "x@backup.test"],
)
def test_mail_for_a_paused_domain_is_put_off_and_not_refused(postmap: Postmap, address: str) -> None:
    assert postmap.ask("recipient_status", address)[address].startswith("450 4.2.1 ")


def test_a_domain_that_is_switched_off_is_so_even_while_it_is_paused(postmap: Postmap) -> None:
    assert postmap.ask("recipient_status", "x@off.test")["x@off.test"].startswith("550 5.2.1 ")


def test_the_short_way_of_plain_mailboxes_does_not_lead_past_the_pause(postmap: Postmap) -> None:
    assert set(postmap.ask("room", "ana@paused.test", "bob@example.org")) == {"bob@example.org"}


def test_mail_that_is_on_its_way_already_still_finds_its_mailbox(postmap: Postmap) -> None:
    assert set(postmap.ask("mailboxes", "ana@paused.test")) == {"ana@paused.test"}
    assert postmap.ask("routes", "ana@alias.test") == {"ana@alias.test": "ana@paused.test"}


def test_people_of_a_paused_domain_log_in_and_send(postmap: Postmap) -> None:
    assert postmap.rows.ask("password", "ana@paused.test", "imap")
    assert postmap.rows.ask("password", "ana@paused.test", "smtp")
    assert set(postmap.ask("sender_logins", "ana@paused.test")) == {"ana@paused.test"}

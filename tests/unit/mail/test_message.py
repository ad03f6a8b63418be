"""The messages that the host itself sends."""

from email import message_from_bytes
from email.policy import default
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carteiro.mail.address import InvalidAddress
from carteiro.mail.message import plain_message

ANA, BOB = "ana@example.org", "bob@example.net"


def test_a_message_can_be_read_as_it_was_written() -> None:
    made = plain_message(sender=ANA, recipient=BOB, subject="Olá", text="Até já\n", sender_name="Ana, a carteira")
    read = message_from_bytes(made.as_bytes(), policy=default)
    assert read["Subject"] == "Olá"
    assert read["From"].addresses[0].display_name == "Ana, a carteira"
    assert read["To"].addresses[0].addr_spec == BOB
    assert read.get_content() == "Até já\r\n"
    assert read["Message-ID"].endswith("@example.org>")
    assert parsedate_to_datetime(read["Date"]).tzinfo is not None


def test_every_message_has_an_id_of_its_own() -> None:
    ids = {plain_message(sender=ANA, recipient=BOB, subject="", text="")["Message-ID"] for _ in range(50)}
    assert len(ids) == 50


def test_only_an_automatic_message_says_that_it_is() -> None:
    assert plain_message(sender=ANA, recipient=BOB, subject="", text="")["Auto-Submitted"] is None
    notice = plain_message(sender=ANA, recipient=BOB, subject="", text="", automatic=True)
    assert notice["Auto-Submitted"] == "auto-generated"


def test_a_subject_can_not_add_a_header() -> None:
    made = plain_message(sender=ANA, recipient=BOB, subject="x\r\nBcc: eve@example.com", text="")
    assert message_from_bytes(made.as_bytes(), policy=default)["Bcc"] is None


@pytest.mark.parametrize(
    "address", ["ana", "ana@example.org\r\nBcc: eve@example.com", "ana@example.org, eve@example.com"]
)
def test_a_false_address_is_refused(address: str) -> None:
    with pytest.raises(InvalidAddress):
        plain_message(sender=address, recipient=BOB, subject="", text="")


@given(st.text(st.characters(exclude_categories=())), st.text(st.characters(exclude_categories=())))
def test_any_subject_and_text_give_seven_bit_lines_of_legal_length(subject: str, text: str) -> None:
    content = plain_message(sender=ANA, recipient=BOB, subject=subject, text=text, sender_name=subject).as_bytes()
    assert content.isascii()
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")

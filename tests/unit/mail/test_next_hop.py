"""The host and port that mail is handed to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carteiro.mail.fault import InvalidAddress
from carteiro.mail.next_hop import parse_next_hop


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("smtp.example.org", "smtp.example.org:25"),
        ("SMTP.example.org:587", "smtp.example.org:587"),
        ("[smtp.example.org]:587", "smtp.example.org:587"),
        ("192.0.2.1:2525", "192.0.2.1:2525"),
        ("[2001:DB8::1]:25", "[2001:db8::1]:25"),
    ],
)
def test_a_next_hop_is_a_host_with_an_optional_port(text: str, shown: str) -> None:
    assert str(parse_next_hop(text)) == shown


BAD = [
    "",
    ":25",
    "smtp.example.org:",
    "smtp.example.org:0",
    "smtp.example.org:65536",
    "2001:db8::1",
    "[IPv6:2001:db8::1]",
    "a b.org",
    "[]:25",
    "[fe80::1%eth0]:25",
    "smtp.example.org:٢٥",
    "smtp.example.org:25\n",
    "$myhostname",
    "localhost",
    "[[192.0.2.1]]",
]


@pytest.mark.parametrize("text", BAD)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidAddress):
        parse_next_hop(text)


@given(st.text() | st.from_regex(r"\[?[0-9a-fA-F:.%a-z]{1,40}\]?(:[0-9]{1,6})?", fullmatch=True))
def test_any_text_is_a_next_hop_or_a_fault(text: str) -> None:
    try:
        hop = parse_next_hop(text)
    except InvalidAddress:
        return
    assert parse_next_hop(str(hop)) == hop

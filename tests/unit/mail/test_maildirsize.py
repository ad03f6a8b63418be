"""Sums in Maildirs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carteiro.mail.maildirsize import Usage, parse_maildirsize


@pytest.mark.parametrize(
    ("content", "usage"),
    [
        (b"2147483648S\n0 0\n", Usage(0, 0)),
        (b"2147483648S,1000C\n44260 10\n4426 1\n-8852 -2\n", Usage(39834, 9)),
        (b"0S\n        4426 1\n", None),
        (b"100S\n12 1           \n", Usage(12, 1)),  # Courier pads its lines
        (b"100S\n12 1\n-13 0\n", None),
        (b"100S\n12 1\n0 -2\n", None),
        (b"100S\n12 1\nrubbish\n", None),
        (b"100S\n12 1\n\0\0\0\n", None),
        (b"100S\n", None),
        (b"", None),
    ],
)
def test_the_sum_is_that_of_all_changes(content: bytes, usage: Usage | None) -> None:
    assert parse_maildirsize(content) == usage


@given(st.binary())
def test_whatever_the_file_holds_there_is_a_sum_or_none(content: bytes) -> None:
    usage = parse_maildirsize(content)
    assert usage is None or (usage.size >= 0 and usage.messages >= 0)

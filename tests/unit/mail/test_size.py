"""Sizes in text and in bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carteiro.mail.size import LARGEST, InvalidSize, parse_size, show_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0),
        ("1536", 1536),
        ("1B", 1),
        ("1K", 1024),
        ("50M", 50 * 1024**2),
        ("2g", 2 * 1024**3),
        ("2GB", 2 * 1024**3),
        ("3T", 3 * 1024**4),
        ("8191P", 8191 * 1024**5),
    ],
)
def test_a_unit_is_a_power_of_1024(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "text",
    [
        "",
        "M",
        "-1",
        "+1",
        "1.5G",
        "1 G",
        " 1G",
        "1G\n",
        "2X",
        "2MG",
        "1e3",
        "0x10",
        "١",
        "²",
        "9" * 5000,
        "8192P",
        "\0",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidSize):
        parse_size(text)


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0"), (1536, "1536"), (1024, "1K"), (2 * 1024**3, "2G"), (1025, "1025")]
)
def test_a_size_is_shown_with_the_largest_unit_that_is_exact(size: int, text: str) -> None:
    assert show_size(size) == text


@given(st.integers(0, LARGEST) | st.builds(lambda n, p: n * 1024**p, st.integers(0, 1000), st.integers(0, 5)))
def test_a_size_that_is_shown_can_be_read_again(size: int) -> None:
    assert parse_size(show_size(size)) == size


@given(st.text() | st.from_regex(r"[0-9]{1,25}[KMGTPkmgtp]?[bB]?", fullmatch=True))
def test_any_text_is_a_size_or_a_fault(text: str) -> None:
    try:
        size = parse_size(text)
    except InvalidSize:
        return
    assert 0 <= size <= LARGEST

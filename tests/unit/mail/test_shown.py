"""Text from outside inside our own messages."""

from hypothesis import given
from hypothesis import strategies as st

from carteiro.mail.shown import shown


def test_what_can_not_be_seen_is_escaped() -> None:
    assert shown("a\x00\n\u202e\ud800") == r'"a\x00\n\u202e\ud800"'


def test_a_long_text_is_cut() -> None:
    assert shown("a" * 1000) == '"' + "a" * 80 + '…"'


@given(st.text(st.characters(exclude_categories=())) | st.integers() | st.lists(st.text()))
def test_anything_is_shown_on_one_line(value: object) -> None:
    assert shown(value).isprintable()

"""Contacts written as vCard, and read back."""

from hypothesis import given
from hypothesis import strategies as st

from carteiro.mail.vcard import Card, parse, render

_TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60)


@given(st.lists(st.builds(Card, st.text("ab,;:\\ ç", min_size=1, max_size=40), _TEXTS, _TEXTS,
                          st.lists(_TEXTS.filter(bool), max_size=3).map(tuple), _TEXTS), max_size=4))  # fmt: skip
def test_contacts_come_back_as_they_were(cards: list[Card]) -> None:
    assert parse(render(cards)) == cards


def test_lines_are_no_longer_than_programs_take_them() -> None:
    card = Card("zé", note="ã" * 200 + "\nsecond line")
    text = render([card])
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert parse(text) == [card]


def test_what_other_programs_write_is_understood() -> None:
    text = "BEGIN:VCARD\nVERSION:3.0\nFN:Ana Souza\nitem1.EMAIL;TYPE=INTERNET:ana@empresa.\n test\nEND:VCARD\n"
    assert parse(text) == [Card(first_name="Ana Souza", addresses=("ana@empresa.test",))]

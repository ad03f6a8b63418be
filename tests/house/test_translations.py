"""The Portuguese catalogue is complete and sound."""

import string

import pytest
from babel.messages.pofile import read_po

from .catalogue import PORTUGUESE, catalogue, end_of, texts, translations
from .words_of_help import helps
from .words_of_tables import words


def _places(text: str) -> list[str]:
    return sorted(f"{name}!{how}:{form}" for _, name, form, how in string.Formatter().parse(text) if name is not None)


def test_every_text_is_translated() -> None:
    known = translations()
    assert not {text: places for text, places in texts().items() if not known.get(text)}


def test_every_word_that_tables_show_is_translated() -> None:
    assert not words() - {text for text, translation in translations().items() if translation}


def test_every_line_of_help_is_translated() -> None:
    assert len(helps()) > 150
    assert not helps() - {text for text, translation in translations().items() if translation}


def test_nothing_is_fuzzy_or_left_over() -> None:
    assert not [message.id for message in catalogue() if message.id and message.fuzzy]
    assert not catalogue().obsolete
    assert set(translations()) == texts().keys() | words() | helps()


def test_a_translation_has_the_places_of_its_text() -> None:
    wrong = [text for text, translation in translations().items() if _places(text) != _places(translation)]
    assert not wrong


def test_a_translation_ends_as_its_text_does() -> None:
    assert not [text for text, translation in translations().items() if end_of(text) != end_of(translation)]


@pytest.mark.parametrize("wrong", ["{value} is not a size.", "{other}"])
def test_the_comparison_of_places_tells_a_wrong_one(wrong: str) -> None:
    assert _places(wrong) != _places("{value!r} não é um tamanho.")


def test_the_catalogue_can_be_read_as_gettext_tools_do() -> None:
    with PORTUGUESE.open("rb") as file:
        assert read_po(file, abort_invalid=True)

"""The catalogues of the web pages are complete and sound, in every language that there is."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.core import Locale
from babel.messages.catalog import Message
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po

from . import web_catalogue
from .catalogue import end_of

# What the code or a template fills: %(name)s, %d, %%, {name}.
_PLACE = re.compile(r"%\(\w+\)[a-z]|%[a-z%]|\{\w*\}")
PATHS = web_catalogue.paths()

in_every_language = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.parts[-3])


def test_there_is_brazilian_portuguese() -> None:
    assert web_catalogue.path_of("pt_BR") in PATHS


def test_texts_of_code_and_of_templates_are_found() -> None:
    found = web_catalogue.keys(web_catalogue.texts())
    assert ("Message of the day", None) in found  # gettext_lazy as _
    assert ("Skip to the content", None) in found  # {% translate %}
    assert (("Remove %(n)s alias?", "Remove %(n)s aliases?"), None) in found  # {% blocktranslate count %}
    assert ("is", "comparison") in found  # pgettext_lazy


@in_every_language
def test_every_text_is_translated_and_nothing_is_left_over(path: Path) -> None:
    catalogue = web_catalogue.read(path)
    assert web_catalogue.keys(catalogue) == web_catalogue.keys(web_catalogue.texts())
    assert not [message.id for message in _messages(path) if not web_catalogue.is_translated(message)]
    assert not catalogue.obsolete


@in_every_language
def test_nothing_is_guessed(path: Path) -> None:
    assert not web_catalogue.read(path).fuzzy
    assert not [message.id for message in _messages(path) if message.fuzzy]


@in_every_language
def test_the_plural_forms_are_those_of_the_language(path: Path) -> None:
    catalogue = web_catalogue.read(path)
    rule = get_plural(Locale.parse(path.parts[-3]))
    assert (catalogue.num_plurals, catalogue.plural_expr) == (rule.num_plurals, rule.plural_expr)
    wrong = [each.id for each in _messages(path) if len(_forms(each)) != (rule.num_plurals if each.pluralizable else 1)]
    assert not wrong


@in_every_language
def test_every_form_of_a_translation_has_the_places_of_its_text(path: Path) -> None:
    assert not [message.id for message in _messages(path) if not _same_places(message)]


@in_every_language
def test_a_translation_ends_as_its_text_does(path: Path) -> None:
    assert not [
        message.id
        for message in _messages(path)
        if {end_of(form) for form in _forms(message)} != {end_of(_plural(message))}
    ]


@pytest.mark.parametrize(
    "entry",
    [
        'msgid "%(n)s of %(most)s"\nmsgstr "%(n)s de %(mais)s"',
        'msgid "{n} chosen"\nmsgstr "escolhidos"',
        'msgid "%(n)d day"\nmsgid_plural "%(n)d days"\nmsgstr[0] "um dia"\nmsgstr[1] "%(n)d dias"',
        'msgid "100%% of it"\nmsgstr "tudo"',
    ],
)
def test_the_comparison_of_places_tells_a_wrong_one(entry: str) -> None:
    (message,) = (message for message in read_po(BytesIO(entry.encode()), locale="pt_BR") if message.id)
    assert not _same_places(message)


def _messages(path: Path) -> Iterator[Message]:
    return (message for message in web_catalogue.read(path) if message.id)


def _plural(message: Message) -> str:
    """The text that tells the places: "one" may be written out in the other, but 0 is singular in some languages."""
    return str(message.id[1] if isinstance(message.id, tuple | list) else message.id)


def _forms(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, tuple | list) else (str(message.string),)


def _same_places(message: Message) -> bool:
    wanted = sorted(_PLACE.findall(_plural(message)))
    return all(sorted(_PLACE.findall(form)) == wanted for form in _forms(message))

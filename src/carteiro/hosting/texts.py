"""Texts and numbers that people give to things, in bounds that every database holds."""

from collections.abc import Iterable

from carteiro.hosting.errors import Invalid
from carteiro.mail.shown import shown
from carteiro.words import N_

LONGEST = 255
LARGEST = 2**63 - 1
MOST = 2**31 - 1
_MOST_WORDS = 20
_LONGEST_WORD = 32


def one_line(field: str, value: str) -> str:
    """`value` itself, if it is one line of at most 255 characters. Raises Invalid."""
    if len(value) > LONGEST or not value.isprintable():
        raise Invalid(
            N_("The {field} {value} is too long or holds control characters."),
            N_("Use one line of at most 255 characters."),
            field=field,
            value=shown(value),
        )
    return value


def lines(field: str, value: str, longest: int) -> str:
    """`value` with its line ends as LF, if it is text of at most `longest` characters. Raises Invalid."""
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > longest or not text.replace("\n", "").replace("\t", "").isprintable():
        raise Invalid(
            N_("The {field} is too long or holds control characters."),
            N_("Use at most {longest} characters."),
            field=field,
            longest=longest,
        )
    return text


def amount(field: str, value: int, largest: int = LARGEST) -> int:
    """`value` itself, if it is a number from 0 to `largest`. Raises Invalid."""
    if not 0 <= value <= largest:
        raise Invalid(
            N_("{field} can't be {value}."),
            N_("Give a number from 0 to {largest}."),
            field=field,
            value=value,
            largest=largest,
        )
    return value


def words(field: str, given: Iterable[str]) -> list[str]:
    """The words, lower case, each once and in order; short ones without spaces and commas. Raises Invalid."""
    found = sorted({word.lower() for word in given})
    odd = [word for word in found if not _is_word(word)]
    if odd or len(found) > _MOST_WORDS:
        raise Invalid(
            N_("{field} can't be {value}."),
            N_("Give at most {most} words of at most {longest} letters, digits, - and _."),
            field=field,
            value=shown(" ".join(odd or found)),
            most=_MOST_WORDS,
            longest=_LONGEST_WORD,
        )
    return found


def _is_word(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_WORD and text.replace("-", "").replace("_", "").isalnum()

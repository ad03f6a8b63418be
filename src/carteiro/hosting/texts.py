"""Texts and numbers that people give to things, in bounds that every database holds."""

from carteiro.hosting.errors import Invalid
from carteiro.mail.shown import shown
from carteiro.words import N_

LONGEST = 255
LARGEST = 2**63 - 1
MOST = 2**31 - 1


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

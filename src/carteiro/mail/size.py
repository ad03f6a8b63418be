"""Sizes as people write them ("2G") and as programs count them (bytes)."""

import re
from typing import NewType

from carteiro.mail.shown import shown
from carteiro.words import N_, Fault

Size = NewType("Size", int)
"""A number of bytes, 0 or more."""

LARGEST = 2**63 - 1
"""The largest number that every engine and database here can hold (a signed 64-bit integer)."""

_FORM = re.compile(r"([0-9]{1,19})([KMGTP]?)B?", re.ASCII | re.IGNORECASE)
_POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4, "P": 5}


class InvalidSize(Fault):
    """A text that is not a size."""

    code = "invalid"


def parse_size(text: str) -> Size:
    """The bytes that `text` means: digits and at most one unit of K, M, G, T, P, which are powers of 1024.

    Raises InvalidSize for anything else.
    """
    match = _FORM.fullmatch(text)
    if not match:
        raise InvalidSize(
            N_("{value} is not a size."),
            N_("Write whole numbers with K, M, G or T, such as 50M or 2G."),
            value=shown(text),
        )
    size = int(match[1]) * 1024 ** _POWERS[match[2].upper()]
    if size > LARGEST:
        raise InvalidSize(N_("The size {value} is too large."), N_("The largest is 8191P."), value=shown(text))
    return Size(size)


def show_size(size: int) -> str:
    """`size` bytes with the largest unit that says it exactly, so that `parse_size` gives it back."""
    for unit, power in reversed(_POWERS.items()):
        if size and size % 1024**power == 0:
            return f"{size // 1024**power}{unit}"
    return str(size)

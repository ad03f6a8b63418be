"""Passwords that people choose: how hard they are to guess, and whether the host takes them."""

import re
import threading
from collections.abc import Iterable

from zxcvbn import zxcvbn

from carteiro.hosting.errors import Invalid
from carteiro.hosting.people import policy
from carteiro.mail.password import SHORTEST, check_policy, hash_password
from carteiro.words import N_

_RATED = 72  # characters: what is longer than this is not easier to guess
_SHORTEST_WORD = 4
_one_at_a_time = threading.Lock()  # zxcvbn keeps the words of a call in a table of its module


def score(clear: str, words: Iterable[str] = ()) -> int:
    """How hard a password is to guess, from 0 to 4, for somebody who knows these words of its owner."""
    with _one_at_a_time:
        return int(zxcvbn(clear[:_RATED], user_inputs=list(_parts(words)))["score"])


def chosen(clear: str, *words: str) -> str:
    """The hash of a password that somebody chose; it must not be made of `words`, the owner's address and name.

    Raises InvalidPassword or Invalid for one that the host does not take.
    """
    check_policy(clear)
    own = clear.casefold()
    for word in sorted(_parts(words), key=len, reverse=True):
        own = own.replace(word, "")
    if own != clear.casefold() and len(re.sub(r"[\W_]+", "", own)) < SHORTEST:
        raise Invalid(
            N_("The password is made of the address or the name."),
            N_("Choose one that nobody finds who knows you: a few words that have nothing to do with each other."),
        )
    if score(clear, words) < policy.get().password_score:
        raise Invalid(
            N_("The password is too easy to guess."),
            N_("Choose a longer one: a few words that have nothing to do with each other."),
        )
    return hash_password(clear)


def _parts(words: Iterable[str]) -> list[str]:
    """The words as they are and cut at what is no letter or digit, without the very short ones."""
    found = {part for word in words for part in (word.casefold(), *re.split(r"[\W_]+", word.casefold()))}
    return sorted(part for part in found if len(part) >= _SHORTEST_WORD)

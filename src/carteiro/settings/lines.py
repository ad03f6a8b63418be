"""On which line of a TOML text a key is set, which the standard library's parser doesn't tell."""

import re
import tomllib
from collections.abc import Iterable

_LONGEST_VALUE = 200  # lines that one value may span and still be found


def line_of(text: str, path: tuple[str, ...]) -> int | None:
    """The line, from 1 on, of the statement that sets `path` (section and key); None where it can't be told.

    It is the line before which the text parses without the key, and up to the end of whose statement it parses with it.
    """
    lines = text.split("\n")
    word = re.compile(rf"(?<![\w-])[\"']?{re.escape(path[-1])}[\"']?\s*[=.\]]")
    for index, line in enumerate(lines):
        if word.search(line) and _begins(lines, index, path):
            return index + 1
    return None


def _begins(lines: list[str], index: int, path: tuple[str, ...]) -> bool:
    before = _parsed(lines[:index])
    if before is None or _holds(before, path):
        return False
    for end in range(index + 1, min(len(lines), index + _LONGEST_VALUE) + 1):
        upto = _parsed(lines[:end])
        if upto is not None:
            return _holds(upto, path)
    return False


def _parsed(lines: Iterable[str]) -> dict[str, object] | None:
    try:
        return tomllib.loads("\n".join(lines))
    except (ValueError, RecursionError):
        return None


def _holds(table: object, path: tuple[str, ...]) -> bool:
    for key in path:
        if not isinstance(table, dict) or key not in table:
            return False
        table = table[key]
    return True

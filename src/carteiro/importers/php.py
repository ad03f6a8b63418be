"""PHP's `serialize` form read back: what old PHP programs keep lists in. Values only, never objects."""

import re
from typing import Any

from carteiro.words import N_, Fault

_DEEPEST = 20
_SCALAR = re.compile(rb"(?:i:(?P<whole>-?\d{1,18})|b:(?P<truth>[01])|d:(?P<real>[-+.\dEe]{1,40})|(?P<null>N));")
_TEXT = re.compile(rb's:(\d{1,9}):"')
_LIST = re.compile(rb"a:(\d{1,6}):\{")


def unserialize(raw: bytes) -> Any:  # noqa: ANN401 - whatever was put in
    """Numbers, truths, texts (as bytes: their encoding is not told) and arrays (as dictionaries). Raises Fault."""
    value, end = _value(raw, 0, 0)
    if raw[end:].strip():
        raise _odd(end)
    return value


def _value(raw: bytes, at: int, depth: int) -> tuple[Any, int]:
    if depth > _DEEPEST:
        raise _odd(at)
    if scalar := _SCALAR.match(raw, at):
        return _scalar(scalar), scalar.end()
    if text := _TEXT.match(raw, at):
        end = text.end() + int(text[1])
        if raw[end : end + 2] != b'";':
            raise _odd(at)
        return raw[text.end() : end], end + 2
    if array := _LIST.match(raw, at):
        return _array(raw, array.end(), int(array[1]), depth)
    raise _odd(at)


def _scalar(found: re.Match[bytes]) -> int | bool | float | None:
    if found["whole"]:
        return int(found["whole"])
    if found["truth"]:
        return found["truth"] == b"1"
    return None if found["null"] else float(found["real"])


def _array(raw: bytes, at: int, count: int, depth: int) -> tuple[dict[Any, Any], int]:
    made: dict[Any, Any] = {}
    for _ in range(count):
        key, at = _value(raw, at, depth + 1)
        if isinstance(key, dict):
            raise _odd(at)
        made[key], at = _value(raw, at, depth + 1)
    if raw[at : at + 1] != b"}":
        raise _odd(at)
    return made, at + 1


def _odd(at: int) -> Fault:
    return Fault(N_("That is no value as PHP writes them; it is odd at byte {at}."), code="invalid", at=at)

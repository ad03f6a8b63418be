"""Single values of old tables, as whatever driver gives them, turned into what they mean."""

import base64
import binascii
import re
from datetime import UTC, datetime

_TRUE = frozenset({"1", "t", "true", "y", "yes", "on", "\x01"})
# PostfixAdmin's stand-ins for "never": its defaults of old and new releases, and the end that vacation forms offer.
_NEVER = ("0000-00-00", "1970-01-01", "2000-01-01", "2038-01-18", "2038-01-19", "0001-01-01")
_NOT_LATIN1 = re.compile(r"[^\x00-\xff]")
# What Windows' form of Latin-1, which is MySQL's, has in place of control characters.
_HOLES = b"\x81\x8d\x8f\x90\x9d"
_WINDOWS = {ord(bytes([code]).decode("cp1252")): code for code in range(0x80, 0xA0) if code not in _HOLES}


def text(value: object) -> str:
    """A text column; bytes of an unknown encoding are UTF-8 if they can be, else Windows' Latin-1."""
    if value is None:
        return ""
    if isinstance(value, bytes | bytearray | memoryview):
        return decode(bytes(value))
    return str(value)


def decode(raw: bytes) -> str:
    """Bytes as UTF-8 if they can be, else as Windows' Latin-1 (where it has holes, as Latin-1)."""
    for encoding in ("utf-8", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def once(told: str) -> str:
    """A text that was encoded as UTF-8 twice, with the second time undone; any other as it is.

    Text that people write hardly ever is valid UTF-8 by chance once it is seen as Latin-1.
    """
    for _ in range(2):
        again = _undone(told)
        if again is None:
            return told
        told = again
    return told


def _undone(told: str) -> str | None:
    if told.isascii():
        return None
    raw = told.translate(_WINDOWS)
    if _NOT_LATIN1.search(raw):
        return None
    try:
        return raw.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return None


def number(value: object, default: int = 0) -> int:
    """A whole number; `default` for what is none."""
    told = text(value).strip()
    return int(told) if re.fullmatch(r"[+-]?[0-9]{1,18}", told) else default


def truth(value: object, default: bool = True) -> bool:
    """A switch as MySQL, PostgreSQL and SQLite write it; `default` where the column is not there or empty."""
    if isinstance(value, bool):
        return value
    told = text(value).strip().lower()
    return told in _TRUE if told else default


def moment(value: object) -> datetime | None:
    """A date and time in UTC; None for a zero date, for PostfixAdmin's stand-ins, and for what is no date."""
    told = text(value).strip()
    if not told or told.startswith(_NEVER):
        return None
    try:
        found = datetime.fromisoformat(_with_full_offset(told))
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _with_full_offset(told: str) -> str:
    # PostgreSQL writes an offset of whole hours with two digits.
    return re.sub(r"([+-][0-9]{2})$", r"\1:00", told) if ":" in told else told


def unbase64(told: str) -> str:
    """What PostfixAdmin keeps in base64, in the clear; as it is where it is no base64."""
    try:
        return decode(base64.b64decode(told, validate=True))
    except (binascii.Error, ValueError):
        return told

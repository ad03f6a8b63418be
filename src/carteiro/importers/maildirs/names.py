"""Names of folders: as they lie on the disk of an old host, as people see them, and as they lie here.

Here they are Maildir++ directories in modified UTF-7 (RFC 3501, section 5.1.3): ".Work.Old". Courier 4 has the same,
Courier 5 has UTF-8, and Dovecot may have a tree of directories.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence

_LONGEST = 255  # bytes of a file's name
_ENCODED = re.compile(r"&([^-]*)-")
# What can't be in the name of a folder here: separators, control characters.
_FORBIDDEN = re.compile(r"[./\x00-\x1f\x7f]")


def encode(name: str) -> str:
    """A name in modified UTF-7."""
    return re.sub(r"[^\x20-\x7e]+|&", _encoded, name)


def decode(name: str) -> str:
    """A name out of modified UTF-7. Raises ValueError if it is none."""
    if not name.isascii():
        raise ValueError(name)
    decoded = _ENCODED.sub(_decoded, name)
    if encode(decoded) != name:
        raise ValueError(name)
    return decoded


def is_utf8(directories: Iterable[str]) -> bool:
    """Whether the folders of a Maildir are named in UTF-8, as Courier 5 does, rather than in modified UTF-7."""
    for name in directories:
        try:
            decode(name)
        except ValueError:
            return True
    return False


def shown(name: str, *, utf8: bool) -> str:
    """The name that people see; bytes that are no UTF-8 are taken as Latin-1."""
    if not utf8:
        return decode(name)
    raw = name.encode("utf-8", "surrogateescape")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def directory(levels: Sequence[str]) -> str:
    """The directory of a folder here, beside the inbox's own parts; "" for the inbox.

    What can't be in a name becomes "_"; a folder that would be taken for the inbox gets one, too; what is too long is
    cut and told apart by a sum.
    """
    if not levels:
        return ""
    named = [_FORBIDDEN.sub("_", level) or "_" for level in levels]
    if named[0].upper() == "INBOX":
        named[0] += "_"
    path = "".join(f".{encode(level)}" for level in named)
    if len(path) <= _LONGEST:
        return path
    total = hashlib.sha256(path.encode()).hexdigest()[:16]
    return f".{encode(named[0])[:200].partition('&')[0]}~{total}"


def path(levels: Sequence[str]) -> str:
    """The folder as people name it."""
    return "/".join(levels) if levels else "INBOX"


def levels(name: str) -> tuple[str, ...]:
    """The levels of a directory here, as `directory` made it."""
    return tuple(decode(level) for level in name.lstrip(".").split(".")) if name else ()


def printable(path: str) -> str:
    """A path of the disk as it can be printed and stored: bytes that are no UTF-8 come as "\\xe9"."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def joined(levels: Sequence[str]) -> str:
    """Levels as they are on the disk, with the dots between them that a directory here has."""
    return ".".join(levels)


def _encoded(match: re.Match[str]) -> str:
    text = match[0]
    if text == "&":
        return "&-"
    coded = base64.b64encode(text.encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
    return f"&{coded}-"


def _decoded(match: re.Match[str]) -> str:
    coded = match[1].replace(",", "/")
    if not coded:
        return "&"
    try:
        raw = base64.b64decode(coded + "=" * (-len(coded) % 4), validate=True)
        return raw.decode("utf-16-be")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ValueError(match[0]) from error

"""The statements of a dump, one after the other, in bounded memory: quotes, comments and COPY's data are understood.

Three dialects: mysqldump and mariadb-dump, pg_dump's plain form, sqlite3's .dump. Nothing is run here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from carteiro.words import N_, Fault

_CHUNK = 1 << 20
_LONGEST = 256 << 20  # bytes of one statement; mysqldump makes them of at most max_allowed_packet


class Stream(Protocol):
    """Whatever bytes can be read from."""

    def read(self, size: int = -1, /) -> bytes:
        """At most so many bytes; none at the end."""
        ...


class Dialect(StrEnum):
    """Whose dump it is."""

    MYSQL = "mysql"
    POSTGRESQL = "postgresql"
    SQLITE = "sqlite"


@dataclass(frozen=True)
class Statement:
    """One statement without its end, and for COPY the lines of data that follow it."""

    text: bytes
    data: Iterator[bytes] | None = None


class Cut(Exception):
    """The dump ends in the middle of a statement; `text` is as much of it as there is."""

    def __init__(self, text: bytes) -> None:
        super().__init__()
        self.text = text


# What begins something in which the end of a statement means nothing, by dialect.
_OPENERS = {
    Dialect.MYSQL: re.compile(rb"['\"`;]|--(?=\s)|#|/\*"),
    Dialect.POSTGRESQL: re.compile(rb"['\";]|--|/\*|\$(?:[A-Za-z_]\w*)?\$"),
    Dialect.SQLITE: re.compile(rb"['\"`;]|--|/\*"),
}
_ENDS = {
    b"--": re.compile(rb"\n"),
    b"#": re.compile(rb"\n"),
    b"/*": re.compile(rb"\*/"),
    b'"': re.compile(rb'"'),
    b"`": re.compile(rb"`"),
}
_QUOTED = re.compile(rb"'")
_QUOTED_WITH_BACKSLASHES = re.compile(rb"[^'\\]*(?:\\.[^'\\]*)*'", re.DOTALL)
_DOUBLE_WITH_BACKSLASHES = re.compile(rb'[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_COPY = re.compile(rb"\s*COPY\s.*\sFROM\s+stdin\s*", re.IGNORECASE | re.DOTALL)
_COMMENT = rb"/\*(?!!|M!)(?s:.*?)(?P<end>\*/|\Z)"
# psql's and sqlite3's own commands; the mysql client's DELIMITER.
_ASIDE = re.compile(rb"(?P<delimiter>(?!))?(?:" + _COMMENT + rb"|(?:--|\\|\.)[^\n]*(?P<line>\n|\Z))")
_ASIDE_OF_MYSQL = re.compile(
    rb"(?:" + _COMMENT + rb"|(?:--(?=\s)|#|(?i:DELIMITER)[ \t]+(?P<delimiter>\S+))[^\n]*(?P<line>\n|\Z))"
)


def read(stream: Stream, dialect: Dialect) -> Iterator[Statement]:
    """The statements in their order. Raises Cut at an end in the middle of one, and Fault for one that is too long."""
    yield from _Reader(stream, dialect).statements()


class _Reader:
    def __init__(self, stream: Stream, dialect: Dialect) -> None:
        self._stream = stream
        self._dialect = dialect
        self._buffer = b""
        self._end = b";"

    def statements(self) -> Iterator[Statement]:
        while self._skip():
            at = self._find_end()
            if at is None:
                raise Cut(self._buffer)
            text, self._buffer = self._buffer[:at], self._buffer[at + len(self._end) :]
            if self._dialect is Dialect.POSTGRESQL and _COPY.fullmatch(text):
                self._line()
                yield Statement(text, self._copied(text))
            elif text:
                yield Statement(text)

    def _more(self) -> bool:
        chunk = self._stream.read(_CHUNK)
        self._buffer += chunk
        if len(self._buffer) > _LONGEST:
            raise Fault(
                N_("The dump has a statement of more than {most} MB: {begin} …"),
                N_("Make it with shorter ones: mysqldump --max-allowed-packet=16M."),
                code="invalid",
                most=_LONGEST >> 20,
                begin=self._buffer[:40].decode("ascii", "replace").strip(),
            )
        return bool(chunk)

    def _skip(self) -> bool:
        """Pass over what is no statement: white space, comments, the client's own commands; whether there is more."""
        while True:
            self._buffer = self._buffer.lstrip()
            # Whatever is passed over ends with its line or, a comment, with its mark: both have to be seen.
            if b"\n" not in self._buffer and self._more():
                continue
            found = self._aside().match(self._buffer)
            if found is None:
                return bool(self._buffer)
            if not (found["end"] or found["line"]) and self._more():
                continue
            if found["delimiter"]:
                self._end = found["delimiter"]
            self._buffer = self._buffer[found.end() :]

    def _aside(self) -> re.Pattern[bytes]:
        return _ASIDE_OF_MYSQL if self._dialect is Dialect.MYSQL else _ASIDE

    def _find_end(self) -> int | None:
        """Where the statement at the front of the buffer ends."""
        at = 0
        openers = _OPENERS[self._dialect]
        if self._end != b";":
            openers = re.compile(openers.pattern.replace(b";", b"") + b"|" + re.escape(self._end))
        while True:
            found = openers.search(self._buffer, at)
            # A mark of two characters may be cut in two by the end of the buffer.
            if found is None or found.end() >= len(self._buffer) - 1:
                if self._more():
                    continue
                if found is None:
                    return None
            if found[0] == self._end:
                return found.start()
            after = self._close(found)
            if after is None:
                return None
            at = after

    def _close(self, found: re.Match[bytes]) -> int | None:
        """Behind what a mark has opened."""
        begin = found.end()
        pattern = self._closer(found[0])
        search = pattern.match if pattern in (_QUOTED_WITH_BACKSLASHES, _DOUBLE_WITH_BACKSLASHES) else pattern.search
        while (end := search(self._buffer, begin)) is None:
            if not self._more():
                return len(self._buffer) if found[0] in (b"--", b"#") else None
        return end.end()

    def _closer(self, mark: bytes) -> re.Pattern[bytes]:
        if mark.startswith(b"$"):
            return re.compile(re.escape(mark))
        backslashes = self._dialect is Dialect.MYSQL
        if mark == b"'":
            return _QUOTED_WITH_BACKSLASHES if backslashes else _QUOTED
        if mark == b'"' and backslashes:
            return _DOUBLE_WITH_BACKSLASHES
        return _ENDS[mark]

    def _copied(self, text: bytes) -> Iterator[bytes]:
        while (line := self._line()) != b"\\.\n":
            if not line.endswith(b"\n"):
                raise Cut(text)
            yield line

    def _line(self) -> bytes:
        while b"\n" not in self._buffer and self._more():
            pass
        line, newline, self._buffer = self._buffer.partition(b"\n")
        return line.rstrip(b"\r") + newline

"""The file, a line at a time, so that memory does not grow with it."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from carteiro.hosting.bulk.rows import COLUMNS, NEEDED, Row
from carteiro.hosting.errors import Invalid, NotFound
from carteiro.mail.shown import shown
from carteiro.words import N_, Fault

LONGEST = 64 * 1024
"""Bytes of one line: an alias with some two thousand targets."""

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class LineFault:
    """What is wrong with one line of the file; the first line is 1."""

    line: int
    fault: Fault

    def __str__(self) -> str:
        return f"{self.line}: {self.fault}"


def read(path: Path, progress: Callable[[int], None] | None = None) -> Iterator[Row | LineFault]:
    """The rows of the file as they come, and a LineFault for each that can't be one.

    `progress` is told how many bytes were read. Raises Fault where the file or its first line is no use at all.
    """
    try:
        with path.open("rb") as file:
            yield from _rows(file, progress)
    except OSError as error:
        raise NotFound(
            N_("The file {path} can't be read: {reason}."),
            N_("Check its name and its mode."),
            path=path,
            reason=error.strerror,
        ) from error


def _rows(file: BinaryIO, progress: Callable[[int], None] | None) -> Iterator[Row | LineFault]:
    columns: list[str] = []
    delimiter = ","
    done = 0
    for number, line in _lines(file):
        done += len(line)
        if not columns:
            text = _text(line)
            delimiter = ";" if text.count(";") > text.count(",") else ","
            columns = _header(_values(text, delimiter))
            continue
        try:
            values = _values(_text(line), delimiter)
            if any(values):
                yield _row(number, columns, values)
        except Fault as fault:
            yield LineFault(number, fault)
        if progress is not None and number % 500 == 0:
            progress(done)
    if not columns:
        raise Invalid(N_("The file is empty."), N_("Its first line names the columns: kind,address,…"))
    if progress is not None:
        progress(done)


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Each line with its number; of one that is too long only the beginning."""
    number = 0
    while line := file.readline(LONGEST + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(_BOM)
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST)
        yield number, line


def _text(line: bytes) -> str:
    if len(line) > LONGEST:
        raise Invalid(N_("The line is longer than {longest} bytes."), N_("Cut it in parts."), longest=LONGEST)
    if b"\0" in line:
        raise Invalid(N_("The line holds a NUL byte."), N_("Save the file as UTF-8 text (not UTF-16)."))
    try:
        return line.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise Invalid(
            N_("The line is not UTF-8: byte {byte} at place {place}."),
            N_("Save the file as UTF-8; it may be Latin-1."),
            byte=f"0x{line[error.start]:02x}",
            place=error.start + 1,
        ) from error


def _values(text: str, delimiter: str) -> list[str]:
    # A reader for each line: a quote that is never closed spoils its own line and not the rest of the file.
    try:
        values = next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        raise Invalid(
            N_("The line is not CSV: {reason}."), N_('Double the quotes inside a quoted value: "".'), reason=error
        ) from error
    return [value.strip() for value in values]


def _header(names: list[str]) -> list[str]:
    columns = [name.lower() for name in names]
    unknown = [name for name in columns if name not in COLUMNS]
    missing = [name for name in NEEDED if name not in columns]
    if unknown or missing or len(set(columns)) < len(columns):
        raise Invalid(
            N_("The first line does not name the columns: {names}."),
            N_("It has kind and address, and whichever it needs of {known}; each once."),
            names=shown(",".join(unknown or missing or columns)),
            known=", ".join(name for name in COLUMNS if name not in NEEDED),
        )
    return columns


def _row(number: int, columns: list[str], values: list[str]) -> Row:
    if len(values) > len(columns):
        raise Invalid(
            N_("The line has {count} values, and the first line names {columns} columns."),
            N_("Put values that hold the delimiter in double quotes."),
            count=len(values),
            columns=len(columns),
        )
    named = dict.fromkeys(NEEDED, "") | dict(zip(columns, values, strict=False))
    row = Row(number, named | {"kind": named["kind"].lower()})
    row.check()
    return row

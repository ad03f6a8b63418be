"""Answers for people (tables that fit the terminal) and for programs (JSON)."""

import json as json_module
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from carteiro.words import Fault, explain, translate

Row = Mapping[str, Any]


def faults(told: Fault, *, json: bool) -> None:
    """A fault and those that were found with it (a settings file may have several)."""
    fault(told, json=json)
    if not json:
        for other in getattr(told, "more", ()):
            fault(other, json=False)


def fault(told: Fault, *, json: bool) -> None:
    """One line on standard error, or one object on standard output."""
    reason, remedy = explain(told)
    if json:
        answer = {"error": {"code": told.code, "message": _one_line(reason), "remedy": _one_line(remedy)}}
        sys.stdout.write(json_module.dumps(answer, ensure_ascii=False) + "\n")
        return
    line = " ".join(part for part in ("carteiro:", _one_line(reason), _one_line(remedy)) if part)
    sys.stderr.write(line + "\n")


def objects(rows: Sequence[Row], columns: Sequence[str], *, json: bool, empty: str) -> None:
    """A list: a table of `columns`, or an array of whole objects."""
    if json:
        _dump(list(rows))
        return
    if not rows:
        sys.stdout.write(translate(empty) + "\n")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(translate(column.replace("_", " ")), overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row.get(column)) for column in columns))
    _print(table)


def thing(row: Row, *, json: bool) -> None:
    """One object: a line per field, or a JSON object."""
    if json:
        _dump(row)
        return
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, value in row.items():
        table.add_row(Text(translate(name.replace("_", " ")), style="bold"), _cell(value))
    _print(table)


def done(row: Row, line: str, *, json: bool, **values: object) -> None:
    """The result of a change: one line for people, the object after the change for programs."""
    if json:
        _dump(row)
    else:
        sys.stdout.write(translate(line, **values) + "\n")


def text(content: str) -> None:
    """Plain text, as it is."""
    sys.stdout.write(content if content.endswith("\n") or not content else content + "\n")


def megabytes(size: int) -> str:
    """Bytes of memory for people."""
    return f"{size / 1e6:.1f} MB"


def _dump(value: object) -> None:
    sys.stdout.write(json_module.dumps(value, ensure_ascii=False, default=str) + "\n")


def _cell(value: object) -> Text:
    """Text, never markup: a name with brackets is shown as it is."""
    if value is None:
        return Text("-")
    if isinstance(value, bool):
        return Text(translate("yes") if value else translate("no"))
    if isinstance(value, (list, tuple)):
        return Text(" ".join(str(item) for item in value))
    return Text(str(value))


def _print(table: Table) -> None:
    console = Console()
    if not console.is_terminal:
        # Piped output is for grep: wide enough that nothing is folded.
        console = Console(width=400)
    console.print(table)


def _one_line(words: str) -> str:
    return " ".join(words.split())

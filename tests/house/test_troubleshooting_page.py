"""The troubleshooting pages quote what the program says, all of it, in both languages."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from . import pages
from .catalogue import translations

SOURCE = pages.ROOT / "src" / "carteiro"
FOLDER = pages.ROOT / "docs" / "operator"
ENGINES = [*(SOURCE / "stack").rglob("*.py"), *(SOURCE / "stack").rglob("*.j2"), *(SOURCE / "directory").rglob("*.sql")]

# Where faults are about the machine and not about one value that somebody typed.
ABOUT_THE_MACHINE = [
    *(path for room in ("host", "operate", "directory", "clients") for path in sorted((SOURCE / room).rglob("*.py"))),
    *(
        SOURCE / "hosting" / f"{name}.py"
        for name in (
            "errors",
            "troubles",
            *(f"database/{each}" for each in ("servers", "embedded", "standstill", "copying")),
        )
    ),
    SOURCE / "settings" / "load.py",
    SOURCE / "settings" / "telling.py",
]


def _reasons(path: Path) -> Iterator[str]:
    """What a fault says: its first text, `text` for one, or a table's row (pattern, text, remedy)."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and _makes_a_fault(node.func):
            yield from list(_marked_in(node.args[:2]))[:1]
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "text":
            yield from _marked_in(list(ast.walk(node.value)))
        elif isinstance(node, ast.Tuple) and len(node.elts) == 3:
            yield from _marked_in([node.elts[1]])
        elif isinstance(node, ast.Tuple) and len(node.elts) == 2 and path.name == "troubles.py":
            yield from _marked_in([node.elts[0]])


def _makes_a_fault(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        return function.attr == "__init__"
    return isinstance(function, ast.Name) and function.id[0].isupper() and function.id != "Phrase"


def _marked_in(nodes: Sequence[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_":
            text = ast.literal_eval(node.args[0])
            assert isinstance(text, str)
            yield text


def _quoted(page: Path, head: str) -> set[str]:
    """The first column of the tables with that head, without the backticks."""
    tables = [table for table in pages.tables(page) if table[0][0] == head]
    return {row[0].strip("`") for table in tables for row in table[1:]}


REASONS = {text for path in ABOUT_THE_MACHINE for text in _reasons(path)}


def test_the_page_quotes_every_fault_about_the_machine() -> None:
    assert _quoted(FOLDER / "troubleshooting.md", "the line says") == REASONS


def test_the_portuguese_page_quotes_them_as_they_are_translated() -> None:
    expected = {translations()[text] for text in REASONS}
    assert _quoted(FOLDER / "troubleshooting.pt-BR.md", "a linha diz") == expected


@pytest.mark.parametrize(("name", "head"), [("troubleshooting.md", "answer"), ("troubleshooting.pt-BR.md", "resposta")])
def test_the_answers_of_the_host_are_quoted_as_they_are(name: str, head: str) -> None:
    said = "\n".join(path.read_text(encoding="utf-8") for path in ENGINES)
    for answer in _quoted(FOLDER / name, head):
        words = answer.split("`")[0].partition(" ")[2].partition(" ")[2]
        assert words in said, answer

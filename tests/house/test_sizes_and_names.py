"""House numbers: how long files and functions may be, and what no module may be called."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from .pages import ROOT

LONGEST_FILE = 400
LONGEST_FUNCTION = 50
FORBIDDEN = {"utils", "util", "helpers", "helper", "common", "lib", "misc"}
SOURCES = sorted(path for folder in ("src", "tests", "bench") for path in (ROOT / folder).rglob("*.py"))
WRITTEN = [path for path in SOURCES if "migrations" not in path.parts]


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_are_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
    long = [f"{node.name}: {_length(node)}" for node in _functions(path) if _length(node) > LONGEST_FUNCTION]
    assert not long


def test_no_module_has_a_name_that_says_nothing() -> None:
    nameless = [path for path in SOURCES if {path.stem, path.parent.name} & FORBIDDEN]
    assert not nameless


@pytest.mark.parametrize("path", [path for path in WRITTEN if "src" in path.parts], ids=lambda path: path.name)
def test_every_module_says_in_its_first_line_what_it_is_for(path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert said
    assert said.splitlines()[0].endswith((".", "?"))


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1

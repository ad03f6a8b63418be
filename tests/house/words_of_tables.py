"""The words that tables of the command line show: columns and fields, which no `N_` marks."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

from .pages import ROOT

SOURCE = ROOT / "src" / "carteiro"
# Values that are shown as words: switches, kinds of changes of files, what services need.
VALUES = {"yes", "no", "added", "removed", "changed", "reload", "restart"}


@functools.cache
def words() -> frozenset[str]:
    """Columns of lists, fields of single objects, and words that stand for values."""
    columns = {word for path in (SOURCE / "cli").glob("*.py") for word in _columns(path)}
    fields = {word for path in (SOURCE / "hosting" / "models").glob("*.py") for word in _fields(path)}
    return frozenset({word.replace("_", " ") for word in columns | fields} | VALUES)


def _columns(path: Path) -> Iterator[str]:
    """The tuples of names that are given to `show.objects`, directly or as `columns`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "objects":
            yield from _strings(node.args[1])
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "columns":
            yield from _strings(node.value)


def _fields(path: Path) -> Iterator[str]:
    """The keys of what the `record` methods give."""
    for method in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(method, ast.FunctionDef) and method.name == "record" and _is_shown(path):
            for node in ast.walk(method):
                if isinstance(node, ast.Dict):
                    yield from (str(key.value) for key in node.keys if isinstance(key, ast.Constant))


def _is_shown(path: Path) -> bool:
    """The trail is for the panel to come; no command shows it."""
    return path.stem != "trail"


def _strings(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Tuple):
        yield from (str(item.value) for item in node.elts if isinstance(item, ast.Constant))

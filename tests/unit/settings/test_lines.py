"""The line of a key in a TOML text."""

import pytest

from carteiro.settings.lines import line_of


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("a = 1\nb = 2\n", ("b",), 2),
        ("[s]\na = 1\n", ("s", "a"), 2),
        ("a = 1\n[s]\n\n# a = 3\na = 2\n", ("s", "a"), 5),
        ("[s]\nb = 1\n", ("s",), 1),
        ("s.a = 1\ns.b = 2\n", ("s", "b"), 2),
        ("s = { a = 1 }\n", ("s", "a"), 1),
        ('"a" = 1\n', ("a",), 1),
        ('x = """\na = 1\n"""\na = 2\n', ("a",), 4),
        ("x = 0\na = [\n  1,\n  2,\n]\n", ("a",), 2),
        ("ba = 1\na = 2\n", ("a",), 2),
        ("b = 'a = 1'\na = 2\n", ("a",), 2),
        ("[[s]]\na = 1\n", ("s",), 1),
    ],
)
def test_the_line_is_where_the_statement_begins(text: str, path: tuple[str, ...], line: int) -> None:
    assert line_of(text, path) == line


@pytest.mark.parametrize("path", [("b",), ("a", "b"), ("s",)])
def test_a_key_that_is_not_there_has_no_line(path: tuple[str, ...]) -> None:
    assert line_of("a = 1\n# b = 1\n", path) is None

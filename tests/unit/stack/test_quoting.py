"""A value never becomes syntax."""

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carteiro.stack import quoting


@pytest.mark.parametrize(
    "quote", [quoting.postfix, quoting.dovecot, quoting.nginx, quoting.ini, quoting.shell, quoting.sql]
)
def test_a_value_of_two_lines_is_refused(quote: object) -> None:
    assert callable(quote)
    for text in ("a\nb", "a\rb", "a\0b"):
        with pytest.raises(ValueError, match="line break"):
            quote(text)


def test_a_dollar_starts_no_parameter_of_postfix() -> None:
    assert quoting.postfix("a$myhostname") == "a$$myhostname"


def test_a_quote_does_not_end_a_string_of_dovecot() -> None:
    assert quoting.dovecot('a"b\\c%u') == '"a\\"b\\\\c%%u"'


def test_a_quote_does_not_end_a_string_of_nginx_and_nothing_starts_a_variable() -> None:
    assert quoting.nginx('a"b\\c;}') == '"a\\"b\\\\c;}"'
    with pytest.raises(ValueError, match="variable"):
        quoting.nginx("/srv/$host")


def test_the_supervisor_expands_nothing_in_a_value() -> None:
    assert quoting.ini("100%(here)s") == "100%%(here)s"


def test_a_value_is_no_comment_for_the_supervisor() -> None:
    with pytest.raises(ValueError, match="comment"):
        quoting.ini("a ;b")


def test_a_regular_expression_matches_the_text_alone() -> None:
    assert quoting.regexp("mail.a+b/c") == r"mail\.a\+b\/c"


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0")))
def test_the_shell_takes_any_text_as_one_word(text: str) -> None:
    command = ["/bin/sh", "-c", f"printf %s {quoting.shell(text)}"]
    assert subprocess.run(command, capture_output=True, check=True).stdout.decode() == text


def test_sql_on_one_line_has_lost_its_comments() -> None:
    assert quoting.one_line("SELECT a -- it's old\n  FROM b\n") == "SELECT a FROM b"


def test_sql_on_one_line_keeps_two_dashes_in_a_string() -> None:
    assert quoting.one_line("SELECT '--', 'it''s --' -- x") == "SELECT '--', 'it''s --'"

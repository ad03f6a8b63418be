"""One quoting filter per syntax, so that a value never becomes syntax."""

import re

_LINE_BREAKS = re.compile(r"[\r\n\0]")
_STRING_OR_COMMENT = re.compile(r"('(?:[^']|'')*')|--[^\n]*")


def _one_line(text: str) -> str:
    if _LINE_BREAKS.search(text):
        raise ValueError("a configuration value with a line break or NUL in it")
    return text


def postfix(value: object) -> str:
    """A value in main.cf or a table's .cf file: `$` would start a parameter's name (postconf(5))."""
    return _one_line(str(value)).replace("$", "$$")


def regexp(value: object) -> str:
    """A text matched by itself within `/…/` of a regexp table, POSIX extended (regexp_table(5), re_format(7))."""
    return re.sub(r"([][\\.^$*+?(){}|/])", r"\\\1", _one_line(str(value)))


def dovecot(value: object) -> str:
    """A string of dovecot.conf in double quotes. `%` would start a variable."""
    escaped = _one_line(str(value)).replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'


def nginx(value: object) -> str:
    """A string of nginx.conf in double quotes. Nothing there keeps `$` from starting a variable."""
    text = _one_line(str(value))
    if "$" in text:
        raise ValueError("a value that nginx would take for a variable")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def ini(value: object) -> str:
    """A value in supervisord.conf: `%` would start an expansion, ` ;` a comment."""
    text = _one_line(str(value))
    if " ;" in text:
        raise ValueError("a value that the supervisor would take for a comment")
    return text.replace("%", "%%")


def shell(value: object) -> str:
    """One word of sh(1)."""
    return "'" + _one_line(str(value)).replace("'", "'\\''") + "'"


def sql(value: object) -> str:
    """A string literal of SQL."""
    return "'" + _one_line(str(value)).replace("'", "''") + "'"


def one_line(value: object) -> str:
    """SQL on one line and without comments, for files where a line's end is the value's end."""
    return " ".join(_STRING_OR_COMMENT.sub(lambda found: found[1] or " ", str(value)).split())


FILTERS = {
    "postfix": postfix,
    "regexp": regexp,
    "dovecot": dovecot,
    "nginx": nginx,
    "ini": ini,
    "shell": shell,
    "sql": sql,
}

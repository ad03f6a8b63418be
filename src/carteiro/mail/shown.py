"""How text from outside is quoted inside a message to a person."""

_LIMIT = 80


def shown(value: object) -> str:
    """`value` in double quotes on one line, control and invisible characters escaped, cut at 80 characters."""
    text = value if isinstance(value, str) else repr(value)
    cut = text[:_LIMIT] + ("…" if len(text) > _LIMIT else "")
    return '"' + "".join(_escaped(character) for character in cut) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")

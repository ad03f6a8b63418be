"""From what the schema refuses to what the owner of the file reads."""

import difflib
import re
import sys
from collections.abc import Iterator

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from carteiro.mail.shown import shown
from carteiro.settings.errors import InvalidSettings, Phrase
from carteiro.settings.kinds import Allowed
from carteiro.settings.lines import line_of
from carteiro.settings.schema import Settings
from carteiro.words import N_, Fault

_PASSWORD_IN_URL = re.compile(r"(://[^/@\s]*?:)[^@\s]*@")
_PASSWORD_AS_OPTION = re.compile(r"([?&;](?:password|passwd|pwd|pass)=)[^&\s\"]*", re.IGNORECASE)

_REASONS = {
    "greater_than_equal": N_("it is too small."),
    "less_than_equal": N_("it is too large."),
    "too_short": N_("it has too few items."),
    "too_long": N_("it has too many items."),
    "repeated": N_("it names the same thing twice."),
    "order": N_("its numbers don't ascend."),
    "literal_error": N_("that is none of the choices."),
}


def place_in(file: str, line: int | None) -> Phrase:
    """The file, and the line where it is known."""
    return Phrase(N_("{file}, line {line}"), file=file, line=line) if line else Phrase("{file}", file=file)


def told(details: list[ErrorDetails], text: str, file: str) -> list[InvalidSettings]:
    """What pydantic found in the settings `text` as faults with place, reason and remedy, in the order of the lines."""
    paths = [tuple(str(part) for part in detail["loc"][:2] if isinstance(part, str)) for detail in details]
    lines = [line_of(text, path) for path in paths]
    faults = [
        (line or sys.maxsize, _fault(detail, path, place_in(file, line)))
        for detail, path, line in zip(details, paths, lines, strict=True)
    ]
    return [fault for _, fault in sorted(faults, key=lambda each: each[0])]


def _fault(detail: ErrorDetails, path: tuple[str, ...], place: Phrase) -> InvalidSettings:
    key = shown(".".join(path)).strip('"')
    if detail["type"] == "extra_forbidden":
        return _unknown(path, key, place)
    if detail["type"] == "missing":
        return InvalidSettings(
            N_("{place}: {key} is missing."), N_("Allowed is {allowed}."), place=place, key=key, allowed=_allowed(path)
        )
    return InvalidSettings(
        N_("{place}: {key} = {value} is not allowed: {reason}"),
        N_("Allowed is {allowed}."),
        place=place,
        key=key,
        value=_value(key, detail["input"]),
        reason=_reason(detail),
        allowed=_allowed(path),
    )


def sections() -> Iterator[tuple[str, type[BaseModel]]]:
    """The tables of the settings file by name, the one without a name (the top) first."""
    yield "", Settings
    for name, field in Settings.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield name, field.annotation


def allowed_for(field: FieldInfo) -> Allowed:
    """What a setting takes; where its kind is narrowed, the narrower mark is the last one."""
    return [mark for mark in field.metadata if isinstance(mark, Allowed)][-1]


def _allowed(path: tuple[str, ...]) -> Phrase:
    tables = dict(sections())
    if len(path) == 1 and path[0] in tables:
        return Phrase(N_("a section, written as [{name}] on a line of its own"), name=path[0])
    table = tables[path[0] if len(path) > 1 else ""]
    return Phrase(allowed_for(table.model_fields[path[-1]]).text)


def _reason(detail: ErrorDetails) -> Phrase:
    fault = detail.get("ctx", {}).get("fault")
    if isinstance(fault, Fault):
        return Phrase(fault.text, **fault.values)
    return Phrase(_REASONS.get(detail["type"], N_("it has the wrong type.")))


def _value(key: str, value: object) -> str:
    """The value as the file may have had it, but never a password."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return shown(value)[1:-1]
    if key.endswith("_file") and not value.startswith("/"):
        return '"***"'  # likely the password itself, where its file should be named
    return _PASSWORD_AS_OPTION.sub(r"\1***", _PASSWORD_IN_URL.sub(r"\1***@", shown(value)))


def _unknown(path: tuple[str, ...], key: str, place: Phrase) -> InvalidSettings:
    """The value is left out of the text: it may be a password whose key is misspelt."""
    nearest = _nearest(path)
    if nearest:
        return InvalidSettings(
            N_("{place}: {key} is not a setting."), N_("Did you mean {nearest}?"), place=place, key=key, nearest=nearest
        )
    tables = dict(sections())
    table = tables[path[0] if len(path) > 1 else ""]
    return InvalidSettings(
        N_("{place}: {key} is not a setting."),
        N_("Known here are {known}."),
        place=place,
        key=key,
        known=", ".join(table.model_fields),
    )


def _nearest(path: tuple[str, ...]) -> str:
    """The known key that is most like `path`: in its own section, else the same or a similar one in another."""
    here = path[0] if len(path) > 1 else ""
    by_name: dict[str, dict[str, str]] = {}
    for section, table in sections():
        names = {name: f"{section}.{name}".lstrip(".") for name in table.model_fields}
        by_name[section] = names
    own = difflib.get_close_matches(path[-1][:64].lower(), by_name[here], n=1)
    if own:
        return by_name[here][own[0]]
    everywhere = {name: full for names in by_name.values() for name, full in names.items()}
    other = difflib.get_close_matches(path[-1][:64].lower(), everywhere, n=1, cutoff=0.8)
    return everywhere[other[0]] if other else ""

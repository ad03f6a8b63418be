"""The settings file read and validated; every error names the file, the line, the key and what is allowed."""

import re
import tomllib
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from carteiro.mail.shown import shown
from carteiro.settings.check import Finding, Rule, findings
from carteiro.settings.errors import InvalidSettings, Phrase
from carteiro.settings.layout import Layout
from carteiro.settings.lines import line_of
from carteiro.settings.schema import Settings
from carteiro.settings.telling import place_in, told
from carteiro.words import N_

_LARGEST_FILE = 256 * 1024
_WHERE = re.compile(r"\(at (?:line ([0-9]+), column [0-9]+|end of document)\)")


def load(layout: Layout) -> Settings:
    """The settings of the instance. Raises InvalidSettings."""
    file = layout.settings_file
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        raise InvalidSettings(
            N_("The settings file {file} does not exist."),
            N_("Make an instance with ./up or carteiro install, or name another one with --instance."),
            code="no_instance",
            file=str(file),
        ) from None
    except OSError as error:
        raise InvalidSettings(
            N_("The settings file {file} can't be read: {reason}."), file=str(file), reason=error.strerror
        ) from error
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InvalidSettings(
            N_("{place}: that is not UTF-8."), N_("Save the file as UTF-8."), place=place_in(str(file), line)
        ) from error
    return load_text(text, str(file))


def load_text(text: str, name: str = "carteiro.toml") -> Settings:
    """The settings that `text` (TOML 1.0) holds; `name` is the file's name in errors.

    Raises InvalidSettings, whose `more` has what else is wrong.
    """
    table = _parse(text, name)
    try:
        settings = Settings.model_validate(table)
    except ValidationError as error:
        raise _first(told(error.errors(include_url=False), text, name)) from None
    found = findings(settings)
    if found:
        raise _first(_broken(rule, finding, text, name) for rule, finding in found)
    return settings


def _parse(text: str, name: str) -> dict[str, Any]:
    if len(text) > _LARGEST_FILE:
        raise InvalidSettings(N_("{file} is too large for a settings file."), file=name)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        match = _WHERE.search(str(error))
        line = int(match[1]) if match and match[1] else text.count("\n") + 1
        raise InvalidSettings(
            N_("{place}: that is not TOML: {reason}."),
            N_('A setting is written as key = value, a text in "quotes", a section as [name].'),
            place=place_in(name, line),
            reason=shown(_WHERE.sub("", str(error)).strip())[1:-1],
        ) from None


def _first(faults: Iterable[InvalidSettings]) -> InvalidSettings:
    first, *more = faults
    first.more = tuple(more)
    return first


def _broken(rule: Rule, finding: Finding, text: str, name: str) -> InvalidSettings:
    return InvalidSettings(
        N_("{place}: {key}: {reason} ({rule})"),
        finding.hint,
        code="invalid_settings",
        place=place_in(name, line_of(text, tuple(finding.key.split(".")))),
        rule=rule.id,
        reason=Phrase(finding.text, **finding.values),
        key=finding.key,
    )

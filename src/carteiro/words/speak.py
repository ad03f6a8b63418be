"""Texts in the reader's language, from gettext catalogues below `locale/`."""

import functools
import gettext
import os
from collections.abc import Mapping
from pathlib import Path

from carteiro.words.fault import Fault

_LOCALE = Path(__file__).resolve().parent.parent / "locale"


def language() -> str:
    """The language of the terminal: the first of LC_ALL, LC_MESSAGES, LANG that is set (locale(7))."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return value.split(".")[0]
    return "en"


@functools.cache
def _catalogue(code: str) -> gettext.NullTranslations:
    codes = ["pt_BR"] if code.startswith("pt") else [code]
    return gettext.translation("carteiro", _LOCALE, languages=codes, fallback=True)


def translate(text: str, **values: object) -> str:
    """`text` in the language of the terminal with its `{name}` places filled."""
    return _filled(language(), text, values)


def translate_for(reader: str, text: str, **values: object) -> str:
    """`text` in a reader's language ("pt-br") with its places filled; without values the places stay."""
    return _filled(reader.replace("-", "_") or language(), text, values)


def explain(fault: Fault, reader: str = "") -> tuple[str, str]:
    """A fault's reason and remedy in a reader's language ("pt-br"), or in that of the terminal."""
    code = reader.replace("-", "_") or language()
    return _filled(code, fault.text, fault.values), _filled(code, fault.remedy, fault.values)


def _filled(code: str, text: str, values: Mapping[str, object]) -> str:
    told = _catalogue(code).gettext(text) if text else ""
    return told.format(**values) if values else told


def lend() -> None:
    """Let libraries that ask gettext for their texts find them in our catalogue; before they are imported."""
    gettext.bindtextdomain("carteiro", str(_LOCALE))
    gettext.textdomain("carteiro")

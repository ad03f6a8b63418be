"""Texts in the reader's language, from gettext catalogues below `locale/`."""

import functools
import gettext
import os
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
    """`text` in the reader's language with its `{name}` places filled."""
    told = _catalogue(language()).gettext(text) if text else ""
    return told.format(**values) if values else told


def explain(fault: Fault) -> tuple[str, str]:
    """A fault's reason and remedy in the reader's language."""
    return translate(fault.text, **fault.values), translate(fault.remedy, **fault.values)

"""The texts of the program as gettext tools find them, and their Brazilian Portuguese translations."""

import functools
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from .pages import ROOT

SOURCE = ROOT / "src" / "carteiro"
PORTUGUESE = SOURCE / "locale" / "pt_BR" / "LC_MESSAGES" / "carteiro.po"
KEYWORDS = {"N_": None, "translate": None}


@functools.cache
def texts() -> dict[str, list[str]]:
    """Every text that is marked for translation, and where it stands."""
    found: dict[str, list[str]] = {}
    for name, line, text, _, _ in extract_from_dir(SOURCE, method_map=[("**.py", "python")], keywords=KEYWORDS):
        assert isinstance(text, str)
        found.setdefault(text, []).append(f"{Path(name)}:{line}")
    return found


@functools.cache
def catalogue() -> Catalog:
    """The Portuguese catalogue as it is in the sources."""
    with PORTUGUESE.open("rb") as file:
        return read_po(file, locale="pt_BR", domain="carteiro")


def translations() -> dict[str, str]:
    """Text → translation."""
    return {str(message.id): str(message.string) for message in catalogue() if message.id}

"""The texts of the program as gettext tools find them, and their Brazilian Portuguese translations.

`python -m tests.house.catalogue` brings the catalogue in step: new texts come in without a translation, old ones go.
"""

import functools

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from .pages import ROOT
from .words_of_tables import words

SOURCE = ROOT / "src" / "carteiro"
PORTUGUESE = SOURCE / "locale" / "pt_BR" / "LC_MESSAGES" / "carteiro.po"
KEYWORDS = {"N_": None, "translate": None}


@functools.cache
def texts() -> dict[str, list[str]]:
    """Every text that is marked for translation, and where it stands."""
    found: dict[str, list[str]] = {}
    for name, line, text, _, _ in extract_from_dir(SOURCE, method_map=[("**.py", "python")], keywords=KEYWORDS):
        assert isinstance(text, str)
        if text:
            found.setdefault(text, []).append(f"{name}:{line}")
    return found


@functools.cache
def catalogue() -> Catalog:
    """The Portuguese catalogue as it is in the sources."""
    with PORTUGUESE.open("rb") as file:
        return read_po(file, locale="pt_BR", domain="carteiro")


def translations() -> dict[str, str]:
    """Text → translation."""
    return {str(message.id): str(message.string) for message in catalogue() if message.id}


def update() -> list[str]:
    """Write the catalogue anew with the texts of now; gives those that want a translation."""
    known, old = translations(), catalogue()
    new = Catalog(locale="pt_BR", project="carteiro", fuzzy=False)
    new.header_comment, new.mime_headers = old.header_comment, old.mime_headers
    wanted = sorted({*texts(), *words()})
    for text in wanted:
        new.add(text, known.get(text, ""))
    with PORTUGUESE.open("wb") as file:
        write_po(file, new, width=110, sort_output=True)
    return [text for text in wanted if not known.get(text)]


if __name__ == "__main__":
    print("\n".join(update()))

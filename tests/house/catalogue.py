"""The texts of the program as gettext tools find them, and their Brazilian Portuguese translations.

`python -m tests.house.catalogue` brings the catalogue in step: new texts come in without a translation, old ones go.
"""

import functools
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from .pages import ROOT
from .words_of_help import helps
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
    wanted = sorted({*texts(), *words(), *helps()})
    for text in wanted:
        new.add(text, known.get(text, ""))
    store(new, PORTUGUESE)
    return [text for text in wanted if not known.get(text)]


def store(new: Catalog, path: Path) -> None:
    """Write a catalogue, and compile it, so that it is seen at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, new, width=110, sort_output=True)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, new)


def end_of(text: str) -> str:
    """The sign that a text ends with; a lost full stop or ellipsis runs two sentences together."""
    return next((end for end in (".", "…", "?", ": ", ":", "!") if text.endswith(end)), "")


if __name__ == "__main__":
    print("\n".join(update()))

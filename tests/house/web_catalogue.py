"""The texts of the web pages as gettext tools find them, and their translations: one catalogue for each language.

`python -m tests.house.web_catalogue` brings the catalogues in step: new texts come in without a translation, old ones
go, nothing is guessed. `python -m tests.house.web_catalogue fr` begins the one of another language.
"""

import functools
import sys
from collections.abc import Collection, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_python
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from .catalogue import SOURCE, store

WEB = SOURCE / "web"
LOCALE = WEB / "locale"

# N_ is left out: what it marks is a fault's, for the other catalogue.
_BARE = ("_", "gettext", "ngettext", "pgettext", "npgettext")
KEYWORDS = {
    f"{name}{lazy}": DEFAULT_KEYWORDS[name] for name in _BARE for lazy in ("", "_lazy") if name != "_" or not lazy
}


def paths() -> list[Path]:
    """The catalogue of each language that there is."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def path_of(language: str) -> Path:
    """Where the catalogue of a language is: "pt_BR"."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


@functools.cache
def texts() -> Catalog:
    """Every text of the pages and of their code, without translations."""
    found = Catalog()
    methods = [("**.py", "python"), ("**.html", _extract_template)]
    for _, _, text, _, context in extract_from_dir(WEB, method_map=methods, keywords=KEYWORDS):
        if text:
            found.add(text, context=context)
    return found


def read(path: Path) -> Catalog:
    """A catalogue as it is in the sources."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3], domain="django")


def is_translated(message: Message) -> bool:
    """Whether all forms of a message have a translation."""
    return bool(message.string) and all(message.string)


def keys(catalogue: Catalog) -> set[tuple[object, str | None]]:
    """What tells the messages of a catalogue apart: the text, or both of its forms, and the context."""
    return {(message.id, message.context) for message in catalogue if message.id}


def update(path: Path) -> list[str]:
    """Write a catalogue anew with the texts of now; gives those that want a translation."""
    old = read(path) if path.exists() else Catalog()
    new = Catalog(locale=path.parts[-3], project="carteiro", fuzzy=False)
    if path.exists():
        new.header_comment, new.mime_headers = old.header_comment, old.mime_headers
    for message in texts():
        if message.id:
            known = old.get(message.id, message.context)
            fits = known is not None and known.pluralizable == message.pluralizable
            new.add(message.id, known.string if known is not None and fits else None, context=message.context)
    store(new, path)
    return [str(message.id) for message in new if message.id and not is_translated(message)]


def _extract_template(
    file: BinaryIO, keywords: Mapping[str, Any], tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Any]:
    """Texts of a template; Django turns it into calls of gettext, whose indentation is of no meaning."""
    calls = templatize(file.read().decode("utf-8"))
    lines = "\n".join(line.lstrip() for line in calls.splitlines())
    return extract_python(BytesIO(lines.encode("utf-8")), keywords, tags, {**options, "encoding": "utf-8"})


if __name__ == "__main__":
    for each in sorted({*paths(), *map(path_of, sys.argv[1:])}):
        print("\n".join(f"{each.parts[-3]}: {text}" for text in update(each)))

"""The table of pages and rights in the documents: written anew by `python -m tests.web.rights`."""

import re
from pathlib import Path

from django.urls import URLPattern, get_resolver

from tests import conftest  # noqa: F401 - sets Django up

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = {
    ROOT / "docs" / "operator" / "rights.md": ("signed in", "nobody signed in"),
    ROOT / "docs" / "operator" / "rights.pt-BR.md": ("quem entrou", "qualquer um"),
}


def patterns() -> dict[str, URLPattern]:
    """Every address of the site by its name."""
    from carteiro.web.site import urls  # noqa: F401

    found: dict[str, URLPattern] = {}
    _walk(get_resolver().url_patterns, found)
    return found


def _walk(entries: object, found: dict[str, URLPattern]) -> None:
    for entry in entries:  # type: ignore[attr-defined]
        if isinstance(entry, URLPattern):
            assert entry.name, f"the address {entry.pattern} has no name"
            found[entry.name] = entry
        else:
            _walk(entry.url_patterns, found)


def table(texts: tuple[str, str]) -> list[str]:
    """The lines of the table: address and right."""
    from carteiro.web.people.pages import NEEDS

    signed_in, anybody = texts
    rows = {}
    for name, pattern in patterns().items():
        right = NEEDS.get(name)
        shown = f"`{right.value}`" if right is not None else signed_in if name in NEEDS else anybody
        rows["/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda place: place[1].upper(), str(pattern.pattern))] = shown
    return [f"| `{path}` | {rows[path]} |" for path in sorted(rows)]


def written(document: Path) -> list[str]:
    """The lines of the table in a document."""
    return [line for line in document.read_text().splitlines() if line.startswith("| `/")]


def accept() -> None:
    """Write the table into the documents."""
    for document, texts in DOCUMENTS.items():
        lines = document.read_text().splitlines()
        start = next(number for number, line in enumerate(lines) if line.startswith("|---"))
        kept = [line for line in lines[start + 1 :] if not line.startswith("| `/")]
        document.write_text("\n".join([*lines[: start + 1], *table(texts), *kept]) + "\n")


if __name__ == "__main__":
    accept()

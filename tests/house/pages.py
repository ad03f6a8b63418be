"""The project's Markdown pages, taken apart: headings, links, tables, and the commands in their examples."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PORTUGUESE = ".pt-BR.md"

_FENCE = re.compile(r"^(?:```|~~~)(\w*)\n(.*?)^(?:```|~~~)$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def pages() -> list[Path]:
    """Every Markdown page that people read."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def translations() -> list[tuple[Path, Path]]:
    """English pages and their Portuguese counterparts."""
    return [(page.with_name(page.name.replace(PORTUGUESE, ".md")), page) for page in pages() if is_portuguese(page)]


def is_portuguese(page: Path) -> bool:
    """Whether a page is a translation."""
    return page.name.endswith(PORTUGUESE)


def text(page: Path) -> str:
    """A page as it is."""
    return page.read_text(encoding="utf-8")


def prose(page: Path) -> str:
    """A page without its examples."""
    return _FENCE.sub("", text(page))


def examples(page: Path) -> list[tuple[str, str]]:
    """The fenced examples of a page: language and content."""
    return _FENCE.findall(text(page))


def headings(page: Path) -> list[str]:
    """Headings with their marks: "## Try it"."""
    return [line for line in prose(page).splitlines() if re.match(r"#{1,6} ", line)]


def links(page: Path) -> list[str]:
    """Where a page's links and pictures lead."""
    return _LINK.findall(prose(page))


def anchors(page: Path) -> set[str]:
    """The names of a page's headings, as the usual Markdown viewers make them."""
    titles = [heading.lstrip("#").strip().lower() for heading in headings(page)]
    return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles}


def tables(page: Path) -> list[list[list[str]]]:
    """Tables as rows of cells, without the line of dashes."""
    found: list[list[list[str]]] = []
    inside = False
    for line in prose(page).splitlines():
        is_row = line.startswith("|")
        if is_row and not inside:
            found.append([])
        inside = is_row
        if is_row and not re.fullmatch(r"[|\-: ]+", line):
            found[-1].append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def commands(page: Path) -> Iterator[list[str]]:
    """The arguments of each `carteiro` command in a page's shell examples, pipes cut off."""
    for language, content in examples(page):
        if language != "sh":
            continue
        for line in content.replace("\\\n", " ").splitlines():
            found = re.search(r"(?:^|\| )(?:\./)?carteiro (.*)", line)
            if found:
                yield shlex.split(found[1], comments=True)

"""Pages hold together: links resolve, translations have the same shape, tables say what the code says."""

from pathlib import Path

import pytest

from carteiro.hosting.access import ALWAYS, OWN, SWITCHED, Right
from carteiro.hosting.bulk import COLUMNS, Row, read

from . import pages


@pytest.mark.parametrize("page", pages.pages(), ids=lambda page: str(page.relative_to(pages.ROOT)))
def test_every_link_inside_the_project_resolves(page: Path) -> None:
    for link in pages.links(page):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in pages.anchors(target), link


@pytest.mark.parametrize("pair", pages.translations(), ids=lambda pair: pair[0].name)
def test_a_translation_has_the_headings_and_the_examples_of_its_original(pair: tuple[Path, Path]) -> None:
    english, portuguese = pair
    assert [mark.split()[0] for mark in pages.headings(english)] == [
        mark.split()[0] for mark in pages.headings(portuguese)
    ]
    assert pages.examples(english) == pages.examples(portuguese)


def test_every_page_for_operators_is_translated() -> None:
    originals = [page for page in pages.pages() if page.parent.name == "operator" and not pages.is_portuguese(page)]
    translated = {english for english, _ in pages.translations()}
    moving = {pages.ROOT / "docs" / name for name in ("from-postfixadmin.md", "from-the-old-guide.md")}
    assert {pages.ROOT / "README.md", *moving, *originals} == translated


@pytest.mark.parametrize("name", ["administration.md", "administration.pt-BR.md"])
def test_the_table_of_rights_is_the_one_of_the_program(name: str) -> None:
    table = _table_with(pages.ROOT / "docs" / "operator" / name, "`see`")
    english = {"sim": "yes", "não": "no", "sempre": "always", "própria": "own"}
    shown = [[english.get(cell, cell).strip("`") for cell in row[:4]] for row in table[1:]]
    assert shown == [[right.value, *_holders(right)] for right in Right]


@pytest.mark.parametrize("name", ["bulk.md", "bulk.pt-BR.md"])
def test_the_table_of_columns_is_the_one_of_the_program(name: str) -> None:
    table = _table_with(pages.ROOT / "docs" / "operator" / name, "`kind`")
    assert [row[0].strip("`") for row in table[1:]] == list(COLUMNS)


def test_the_example_of_a_file_can_be_imported(tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    page = pages.ROOT / "docs" / "operator" / "bulk.md"
    file.write_text(next(content for language, content in pages.examples(page) if language == "csv"))
    assert {type(row) for row in read(file)} == {Row}


def test_the_list_of_decisions_names_every_record() -> None:
    folder = pages.ROOT / "docs" / "decisions"
    records = {path.name for path in folder.glob("[0-9]*.md")}
    assert set(pages.links(folder / "README.md")) == records


@pytest.mark.parametrize("record", sorted((pages.ROOT / "docs" / "decisions").glob("[0-9]*.md")), ids=lambda r: r.stem)
def test_a_decision_record_has_its_four_parts(record: Path) -> None:
    parts = ["## Context", "## Decision", "## Consequences", "## Alternatives"]
    assert [heading for heading in pages.headings(record) if heading.startswith("## ")] == parts
    assert pages.headings(record)[0].startswith(f"# {record.name[:4]} ")


def _holders(right: Right) -> tuple[str, str, str]:
    """Whether superadmins have it, by which switch domain administrators, and whether owners do."""
    switches = [switch.value for switch, rights in SWITCHED.items() if right in rights]
    domain_admin = "always" if right in ALWAYS else next(iter(switches), "no")
    return "yes", domain_admin, "own" if right in OWN else "no"


def _table_with(page: Path, cell: str) -> list[list[str]]:
    return next(table for table in pages.tables(page) if any(cell in row for row in table))

"""Directories in memory and on disk, and instances with accounts."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from carteiro.directory import store
from carteiro.settings.layout import Layout
from tests.directory.postmap import Postmap
from tests.directory.rows import Rows


def empty_rows() -> Rows:
    connection = apsw.Connection(":memory:")
    connection.execute(store.schema(store.DIRECTORY))
    return Rows(connection)


@pytest.fixture
def rows() -> Rows:
    """An empty directory in memory."""
    return empty_rows()


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that every user may pass through, unlike pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="carteiro-directory-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def layout(place: Path) -> Layout:
    """An instance without accounts."""
    return Layout.below(place)


@pytest.fixture
def postmap(layout: Layout) -> Iterator[Postmap]:
    """Postfix's own look-ups in a directory on disk, with the writer's connection open."""
    path = layout.directory_database
    with store.locked(path, store.DIRECTORY), store.replaced(path, store.DIRECTORY):
        pass
    with store.opened(path, store.DIRECTORY) as connection:
        yield Postmap(layout, Rows(connection))

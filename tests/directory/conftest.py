"""Directories in memory and on disk, and instances with accounts."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw
import pytest

from carteiro.directory import store
from carteiro.hosting.database import configure
from carteiro.settings.layout import Layout

configure.prepare()

from carteiro.hosting.access import Actor  # noqa: E402
from tests.accounts import Accounts  # noqa: E402
from tests.directory.postmap import Postmap  # noqa: E402
from tests.directory.rows import Rows  # noqa: E402


def empty_rows() -> Rows:
    connection = apsw.Connection(":memory:")
    connection.execute(store.DIRECTORY.schema)
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


@pytest.fixture
def instance(layout: Layout, accounts: Accounts) -> Iterator[Layout]:
    """An instance whose accounts database is there and empty, and the one of this process."""
    with with_accounts(layout, accounts):
        yield layout


@contextmanager
def with_accounts(layout: Layout, accounts: Accounts) -> Iterator[None]:
    accounts.into(layout)
    try:
        yield
    finally:
        configure.close()


@pytest.fixture
def root(instance: Layout) -> Actor:
    """The machine's owner."""
    return Actor.root(origin="test")

"""An accounts database of its own for each test, and three known people."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from carteiro.hosting import configure
from carteiro.settings.layout import Layout

# The apps have to be there before test modules import the models.
configure.setup(Layout.below(Path("/nonexistent")))

from carteiro.hosting import admins, domains  # noqa: E402
from carteiro.hosting.access import Actor  # noqa: E402
from tests.hosting.world import HASH  # noqa: E402


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a database with tables and nothing in them, to be copied: quicker than making each."""
    layout = Layout.below(tmp_path_factory.mktemp("empty"))
    configure.setup(layout)
    configure.migrate()
    configure.close()
    return layout.accounts_database.parent


@pytest.fixture
def layout(tmp_path: Path, empty: Path) -> Iterator[Layout]:
    """An instance with an empty accounts database."""
    layout = Layout.below(tmp_path)
    shutil.copytree(empty, layout.accounts_database.parent)
    configure.setup(layout)
    yield layout
    configure.close()


@pytest.fixture
def root(layout: Layout) -> Actor:
    """The machine's owner, in a database with one hosted domain."""
    actor = Actor.root(origin="test")
    domains.add(actor, "example.org")
    return actor


@pytest.fixture
def alice(root: Actor) -> Actor:
    """The administrator of example.org."""
    return Actor.of(admins.add(root, "alice@example.org", HASH, domains=["example.org"]), "test")


@pytest.fixture
def charlie(root: Actor) -> Actor:
    """The administrator of another domain, who must see nothing of example.org."""
    domains.add(root, "charlie.example")
    return Actor.of(admins.add(root, "charlie@charlie.example", HASH, domains=["charlie.example"]), "test")

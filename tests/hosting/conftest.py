"""An accounts database of its own for each test, and three known people."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from carteiro.hosting.database import configure
from carteiro.settings.layout import Layout

# The apps have to be there before test modules import the models.
configure.setup(Layout.below(Path("/nonexistent")))

from carteiro.hosting import admins, domains  # noqa: E402
from carteiro.hosting.access import Actor  # noqa: E402
from tests.accounts import Accounts  # noqa: E402
from tests.hosting.world import HASH  # noqa: E402


@pytest.fixture
def layout(tmp_path: Path, accounts: Accounts) -> Iterator[Layout]:
    """An instance with an empty accounts database."""
    layout = Layout.below(tmp_path)
    accounts.into(layout)
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

"""What tests of importers share."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from carteiro.host import users
from carteiro.hosting.access import Actor
from carteiro.hosting.database import configure
from carteiro.mail import sealing
from carteiro.settings.layout import Layout

from .building import Courier, Here


@pytest.fixture(autouse=True)
def _with_vmail() -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root: messages are handed over to the user vmail")
    users.ensure_users()


@pytest.fixture
def there(tmp_path: Path) -> Courier:
    return Courier(tmp_path / "there")


@pytest.fixture
def here(tmp_path: Path) -> Here:
    return Here(tmp_path / "here")


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a database with tables and nothing in them."""
    layout = Layout.below(tmp_path_factory.mktemp("empty"))
    configure.setup(layout)
    configure.migrate()
    configure.close()
    return layout.accounts_database.parent


@pytest.fixture
def layout(tmp_path: Path, empty: Path) -> Iterator[Layout]:
    """An instance with an empty accounts database."""
    made = Layout.below(tmp_path / "instance")
    shutil.copytree(empty, made.accounts_database.parent)
    made.secrets.mkdir()
    made.sealing.mkdir()
    (made.sealing / "public.pem").write_bytes(sealing.make_key()[1])
    configure.setup(made)
    yield made
    configure.close()


@pytest.fixture
def actor(layout: Layout) -> Actor:
    """The machine's owner."""
    return Actor.root(origin="test")

"""The fixture's old host, read once."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from carteiro.host import users
from carteiro.importers.postfixadmin import OldHost, dumps, read
from tests.importers.old_host import HERE


@pytest.fixture(scope="session")
def fixtures() -> Path:
    """The directory of the old host that the project keeps outside of its own tree."""
    if not HERE.is_dir():
        pytest.skip(f"needs the fixtures of an old host in {HERE}")
    return HERE


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A directory that a private server's user can reach, with a short path: sockets are in it."""
    if shutil.which("mariadbd") is None:
        pytest.skip("needs MariaDB's server: apt-get install mariadb-server-core mariadb-client-core")
    users.ensure_users()
    with tempfile.TemporaryDirectory(prefix="import-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


def quiet(_: str) -> None:
    """Nobody wants to hear how far it is."""


@pytest.fixture(scope="session")
def old_guide(fixtures: Path, room: Path) -> OldHost:
    """As the old guide's PostfixAdmin 2.x left it."""
    with dumps.loaded(fixtures / "postfix.sql", room, quiet) as loaded:
        return read(loaded)


@pytest.fixture(scope="session")
def upgraded(fixtures: Path, room: Path) -> OldHost:
    """The same after PostfixAdmin 3.3 upgraded its tables."""
    with dumps.loaded(fixtures / "postfix-pfa33.sql", room, quiet) as loaded:
        return read(loaded)

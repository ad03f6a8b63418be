"""What all tests share."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from carteiro.settings.layout import Layout
from carteiro.settings.schema import Settings
from carteiro.web.site import settings as site

# Whoever ends a run with SIGTERM gets what Ctrl-C gets: fixtures take down what they started.
signal.signal(signal.SIGTERM, signal.default_int_handler)

# One set of fixtures for all who need the lab: it claims the loopback addresses once for a run.
pytest_plugins = ["tests.lab.ground"]

# Two busy cores make single examples slow now and then; that is no fault of the code.
settings.register_profile("carteiro", deadline=None)
settings.load_profile("carteiro")

# Django is set up once in a process: as the site's, which has all that the other rooms want of it too.
site.prepare(Layout.below(Path("/nonexistent")), Settings(hostname="mail.carteiro.test"), "only for tests")

from tests.accounts import ALL_KINDS, Accounts, Embedded, OnServer  # noqa: E402

# Their pages ask the use cases, which are tried on each kind; what asks by itself has its mark.
DOORS = tuple(Path(__file__).parent / "web" / door for door in ("account", "panel"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever has an accounts database is tried on each kind, unless it is about one of them."""
    if "database" not in metafunc.fixturenames:
        return
    mark = metafunc.definition.get_closest_marker("database")
    usual = ("sqlite",) if set(DOORS) & set(metafunc.definition.path.parents) else ALL_KINDS
    metafunc.parametrize("database", mark.args if mark else usual, scope="session")


@pytest.fixture(scope="session")
def _kinds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Accounts]]:
    kinds: dict[str, Accounts] = {}
    yield kinds
    for each in kinds.values():
        each.stop()


@pytest.fixture
def accounts(database: str, _kinds: dict[str, Accounts], tmp_path_factory: pytest.TempPathFactory) -> Accounts:
    """Empty accounts databases of one kind; the private server is started by the first test that wants it."""
    if database not in _kinds:
        place = tmp_path_factory.mktemp(database)
        _kinds[database] = Embedded(place) if database == "sqlite" else OnServer(database, place)
    return _kinds[database]

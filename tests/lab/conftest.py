"""The lab: a DNS server, the rest of the world, and instances that are always taken down again."""

import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .dns import ADDRESS as NAMESERVER
from .dns import LabDNS
from .foreign import ADDRESS as WORLD_ADDRESS
from .foreign import HOST as WORLD_HOST
from .foreign import World
from .instance import Instance, Town, running

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of this directory are lab tests."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.lab)


@pytest.fixture(scope="session", autouse=True)
def _with_root(root: None) -> None:
    """Every test of the lab needs it."""


@pytest.fixture(scope="session")
def world(lab_dns: LabDNS) -> Iterator[World]:
    """The foreign mail host that is responsible for world.test."""
    lab_dns.add_host(WORLD_HOST, WORLD_ADDRESS)
    lab_dns.add_mail_domain("world.test", WORLD_HOST)
    foreign = World(Path(tempfile.mkdtemp(prefix="lab-world-")), NAMESERVER)
    try:
        foreign.start()
        yield foreign
    finally:
        foreign.stop()


@pytest.fixture(scope="session")
def host(lab_dns: LabDNS) -> Iterator[Instance]:
    """The instance that most tests share; each makes domains of its own on it."""
    with running(Instance("127.0.1.1", "mail.one.test", NAMESERVER)) as instance:
        yield instance


@pytest.fixture(scope="module")
def own_host(lab_dns: LabDNS) -> Iterator[Instance]:
    """An instance for one module that treats it too badly to share it."""
    with running(Instance("127.0.4.1", "mail.four.test", NAMESERVER)) as instance:
        yield instance


@pytest.fixture
def new_instance(lab_dns: LabDNS) -> Iterator[Callable[..., Instance]]:
    """Makes instances for one test that may break them; on the second address, so one at a time runs."""
    made: list[Instance] = []

    def make(parent: Path | None = None) -> Instance:
        instance = Instance("127.0.2.1", "mail.two.test", NAMESERVER, parent)
        made.append(instance)
        return instance

    yield make
    killed = [process for instance in made for process in instance.destroy() if not instance.crippled]
    assert not killed, f"processes outlived `carteiro stop`: {killed}"


@pytest.fixture(scope="module")
def town(host: Instance, lab_dns: LabDNS, request: pytest.FixtureRequest) -> Town:
    """A hosted domain of this module's own, in the DNS, with Alice, Bob and Charlie."""
    name = re.sub(r"^.*test_", "", request.module.__name__).replace("_", "-")
    made = host.add_town(f"{name}.test")
    lab_dns.add_mail_domain(made.domain, host.hostname)
    return made

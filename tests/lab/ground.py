"""What the lab stands on, once for all tests of a run: the lab's own tests and the journeys share it."""

import os
import socket
import time
from collections.abc import Iterator

import pytest

from .dns import LabDNS


@pytest.fixture(scope="session")
def root() -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root: the lab binds port 25 and runs daemons as their own users")


@pytest.fixture(scope="session")
def alone(root: None) -> Iterator[None]:
    """One lab at a time: another one in this network name space has the same addresses, and is waited for."""
    deadline = time.monotonic() + 900
    with socket.socket(socket.AF_UNIX) as claim:
        while True:
            try:
                # An abstract name (unix(7)) belongs to the network name space, as the loopback addresses do.
                claim.bind("\0carteiro-lab")
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(1)
        yield


@pytest.fixture(scope="session")
def lab_dns(alone: None) -> Iterator[LabDNS]:
    """The name server that every instance and the rest of the world ask."""
    server = LabDNS(validating=True)
    server.start()
    server.add_host("mail.one.test", "127.0.1.1")
    server.add_host("mail.two.test", "127.0.2.1")
    server.add_host("mail.four.test", "127.0.4.1")
    yield server
    server.stop()

"""An instance whose addresses are IPv6 and IPv4: every service answers on both."""

import socket
from collections.abc import Iterator

import pytest

from .clients import accepts_connections, deliver, imap, letter, pop3, submit, trusting, wait_for_letter
from .dns import ADDRESS as NAMESERVER
from .dns import LabDNS
from .instance import Instance, Town, running
from .sieve_client import use_script

PORTS = (25, 587, 465, 143, 993, 110, 995, 4190)
SECOND = "127.0.6.1"


@pytest.fixture(scope="module")
def host(lab_dns: LabDNS) -> Iterator[Instance]:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError as error:
        pytest.skip(f"needs the IPv6 address ::1: {error}")
    instance = Instance("::1", "mail.six.test", NAMESERVER)
    text = instance.settings_file.read_text()
    instance.settings_file.write_text(text.replace('["::1"]', f'["::1", "{SECOND}"]'))
    with running(instance) as started:
        yield started


def test_every_service_listens_on_each_address(host: Instance) -> None:
    assert [port for port in PORTS if not accepts_connections("::1", port)] == []
    assert [port for port in PORTS if not accepts_connections(SECOND, port)] == []
    status = host.cli("status")
    assert status["well"]


def test_mail_comes_in_is_sent_and_is_read_over_ipv6(host: Instance, town: Town) -> None:
    deliver(host, letter("From afar", "eve@world.test", town.bob.address), "eve@world.test", town.bob.address)
    wait_for_letter(host, town.bob, "From afar")
    submit(host, town.alice, letter("From here", town.alice.address, town.bob.address), town.bob.address)
    received = str(wait_for_letter(host, town.bob, "From here")["Received"])
    assert "IPv6:" not in received  # the client's address stays with us
    client = pop3(host)
    client.user(town.bob.address)
    client.pass_(town.bob.password)
    assert client.stat()[0] == 2
    client.quit()


def test_a_login_over_ipv6_is_logged_with_its_address(host: Instance, town: Town) -> None:
    with imap(host, town.alice):
        assert "rip=::1" in host.wait_for_log("dovecot.log", f"user=<{town.alice.address}>")


def test_sieves_own_mail_goes_through_the_internal_listener(host: Instance, town: Town) -> None:
    use_script(host, town.charlie, f'redirect "{town.alice.address}";\n')
    deliver(host, letter("Onward", "eve@world.test", town.charlie.address), "eve@world.test", town.charlie.address)
    wait_for_letter(host, town.alice, "Onward")


def test_the_second_address_has_the_same_certificate(host: Instance) -> None:
    with socket.create_connection((SECOND, 993), timeout=5) as plain:
        context = trusting(host)
        with context.wrap_socket(plain, server_hostname=host.hostname) as secured:
            assert secured.version() in ("TLSv1.2", "TLSv1.3")

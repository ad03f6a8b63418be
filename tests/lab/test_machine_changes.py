"""What changes around a host: its name, its panel, its resolver, and whether it runs at all."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from carteiro.host.supervise.control import Control
from carteiro.settings.layout import Layout

from .browser import browse
from .clients import accepts_connections, smtp, trusting
from .dns import ADDRESS as NAMESERVER
from .dns import LabDNS
from .instance import Instance, running

NAME = "mail.eight.test"
FOLLOW = """
import sys
from pathlib import Path
from carteiro.hosting.database import configure
configure.prepare()
from carteiro.operate import chores
from carteiro.operate.instance import Instance
from carteiro.settings.layout import Layout
chores.Resolver().follow(Instance.open(Layout.below(Path(sys.argv[1]))))
"""


@pytest.fixture(scope="module")
def own_host(lab_dns: LabDNS) -> Iterator[Instance]:
    """An instance that asks the resolvers of the machine; its panel is off."""
    instance = Instance("127.0.8.1", NAME, NAMESERVER)
    text = instance.settings_file.read_text()
    instance.settings_file.write_text(text.replace(f'nameservers = ["{NAMESERVER}"]\n', ""))
    with running(instance) as host:
        yield host


@pytest.fixture
def settings(own_host: Instance) -> Iterator[Instance]:
    """The instance, whose settings are put back afterwards."""
    with own_host.settings_kept():
        yield own_host


def test_a_host_gets_another_name_and_a_certificate_for_it(settings: Instance) -> None:
    key = (settings.directory / "tls" / "host.key").read_bytes()
    settings.change_settings(NAME, "mx.eight.test")
    assert settings.cli("apply")["changed"]
    assert settings.cli("status")["well"]
    with smtp(settings) as client:
        assert client.ehlo_resp is not None
        assert client.ehlo_resp.startswith(b"mx.eight.test")
    assert (settings.directory / "tls" / "host.key").read_bytes() == key
    settings.cli("rollback")
    # `status` asks for the name in the settings; programs ask for the one that they know.
    context = trusting(settings)
    with socket.create_connection((settings.address, 993), 10) as plain:
        context.wrap_socket(plain, server_hostname=NAME).close()


def test_a_rollback_goes_back_to_when_the_panel_was_off(settings: Instance) -> None:
    settings.change_settings("https = 0\n", "https = 443\n")
    settings.cli("apply")
    assert browse(settings, f"https://{NAME}/sign-in/").status == 200
    settings.cli("rollback")
    assert not accepts_connections(settings.address, 443)
    settings.cli("apply")
    assert browse(settings, f"https://{NAME}/sign-in/").status == 200


def test_what_does_not_answer_is_taken_back_to_when_the_panel_was_off(settings: Instance) -> None:
    with socket.create_server((settings.address, 443)):  # somebody else's web server
        settings.change_settings("https = 0\n", "https = 443\n")
        refused = settings.refused("apply")
    assert refused["code"] == "rolled_back", refused
    assert "runs again" in refused["message"]
    assert settings.run("status").returncode == 0


def test_mail_does_not_wait_for_a_port_of_the_panel_at_the_next_boot(settings: Instance) -> None:
    settings.change_settings("https = 0\n", "https = 443\n")
    settings.cli("apply")
    settings.stop()
    with (
        socket.create_server((settings.address, 443)),  # somebody else's web server was quicker
        subprocess.Popen(settings.command("run"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process,
    ):
        try:
            deadline = time.monotonic() + 60
            while not accepts_connections(settings.address, 25):
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.2)
            with smtp(settings) as client:
                assert client.ehlo_resp is not None
        finally:
            settings.stop()
    settings.start()
    assert browse(settings, f"https://{NAME}/sign-in/").status == 200


def test_a_stopped_host_is_rolled_back_too(settings: Instance) -> None:
    settings.change_settings('"2M"', '"3M"')
    settings.cli("apply")
    settings.stop()
    shutil.rmtree(settings.directory / "run")  # as systemd does when the unit stops
    # Where an earlier release had the key of second factors, which was in no backup.
    key = settings.directory / "state" / "secrets" / "site.key"
    text = key.read_text()
    key.rename(settings.directory / "state" / "web" / "secret_key")
    try:
        settings.cli("rollback")
    finally:
        settings.start()
    assert settings.cli("status")["well"]
    assert key.read_text() == text
    assert not (settings.directory / "state" / "web" / "secret_key").exists()


@pytest.mark.parametrize(
    "resolvers", [("192.0.2.1", "127.0.0.1"), ("127.0.0.1", "192.0.2.1"), ("192.0.2.1", "192.0.2.2")]
)
def test_another_resolver_is_followed_wherever_it_is(
    settings: Instance, tmp_path: Path, resolvers: tuple[str, str]
) -> None:
    supervisor = Control(Layout.below(settings.directory).supervisor_socket)
    supervisor.stop("worker")  # which follows the machine's real one every minute
    try:
        for address in resolvers:
            (tmp_path / "resolv.conf").write_text(f"nameserver {address}\n")
            script = f'mount --bind {tmp_path}/resolv.conf /etc/resolv.conf && exec "$@"'
            command = ("unshare", "--mount", "sh", "-c", script, "sh", sys.executable, "-c", FOLLOW, settings.directory)
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
            assert done.returncode == 0, done.stderr
            chroots = (settings.directory / "state" / "queue" / "etc" / "resolv.conf").read_text()
            assert f"nameserver {address}" in chroots
            main = (settings.directory / "state" / "current" / "postfix" / "main.cf").read_text()
            assert ("smtp_dns_support_level = dnssec" in main) == address.startswith("127.")
    finally:
        supervisor.start("worker")

"""The machine's side of the panel: nginx with HTTPS in front of the application."""

import gzip
import http.server
import json
import shutil
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from carteiro.host.supervise.control import Control

from .browser import Answer, browse
from .clients import accepts_connections, old_tls
from .dns import ADDRESS as NAMESERVER
from .dns import LabDNS
from .instance import Instance, ask, running

NAME = "mail.five.test"
PANEL = f"https://{NAME}"
SECONDS = 20


@pytest.fixture(scope="module")
def panel(lab_dns: LabDNS) -> Iterator[Instance]:
    """An instance with its panel on."""
    with running(Instance("127.0.5.1", NAME, NAMESERVER, web=True)) as instance:
        yield instance


@pytest.fixture
def settings(panel: Instance) -> Iterator[Instance]:
    """The same, whose settings are put back afterwards."""
    with panel.settings_kept():
        yield panel


def _supervisor(instance: Instance) -> Control:
    return Control(instance.directory / "run" / "supervisor.sock")


@contextmanager
def _without_the_application(panel: Instance) -> Iterator[None]:
    _supervisor(panel).stop("web")
    try:
        yield
    finally:
        _supervisor(panel).start("web")
        _until_well(panel)


def _until_well(panel: Instance) -> None:
    deadline = time.monotonic() + SECONDS
    while (answer := browse(panel, f"{PANEL}/healthz")).status != 204:
        assert time.monotonic() < deadline, (answer, panel.logs())
        time.sleep(0.2)


class _Echo(http.server.BaseHTTPRequestHandler):
    """In the application's place: answers with what it was told."""

    def do_GET(self) -> None:
        body = json.dumps({name.lower(): value for name, value in self.headers.items()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        return

    def address_string(self) -> str:
        return "nginx"


@pytest.fixture
def told(panel: Instance) -> Iterator[Callable[..., dict[str, str]]]:
    """What the application is told when curl asks with some options."""
    place = panel.directory / "run" / "web" / "web.sock"
    with _without_the_application(panel):
        place.unlink(missing_ok=True)
        with socketserver.ThreadingUnixStreamServer(str(place), _Echo) as server:
            shutil.chown(place, group="www-data")
            place.chmod(0o660)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield lambda *options: json.loads(browse(panel, f"{PANEL}/echo", *options).body)
            server.shutdown()


@pytest.fixture
def static(panel: Instance) -> Iterator[Path]:
    """Where the application gathers its static files, with some of the test's own."""
    place = panel.directory / "state" / "web" / "static" / "lab"
    place.mkdir(parents=True)
    for name in ("look.0123456789ab.css", "look.css"):
        (place / name).write_text("body { color: black }\n" * 100)
        (place / f"{name}.gz").write_bytes(gzip.compress(b"/* compressed beforehand */"))
    yield place
    shutil.rmtree(place)


class TestTls:
    def test_the_panel_is_served_over_http_2_and_browsers_are_told_to_insist_on_tls(self, panel: Instance) -> None:
        answer = browse(panel, f"{PANEL}/healthz")
        assert (answer.version, answer.status) == ("2", 204)
        assert answer.fields["strict-transport-security"] == "max-age=86400"
        assert answer.fields["server"] == "nginx"

    def test_the_certificate_covers_the_address_too(self, panel: Instance) -> None:
        assert browse(panel, f"https://{panel.address}/healthz").status == 204

    def test_tls_1_1_and_older_is_refused(self, panel: Instance) -> None:
        with (
            socket.create_connection((panel.address, 443), timeout=10) as connection,
            pytest.raises(ssl.SSLError, match="PROTOCOL_VERSION"),
        ):
            old_tls().wrap_socket(connection)

    def test_tls_1_2_will_do(self, panel: Instance) -> None:
        assert browse(panel, f"{PANEL}/healthz", "--tls-max", "1.2").status == 204


class TestNames:
    def test_plain_http_leads_to_https(self, panel: Instance) -> None:
        answer = browse(panel, f"http://{NAME}/domains/?search=a")
        assert answer.status == 301
        assert answer.fields["location"] == f"{PANEL}/domains/?search=a"

    @pytest.mark.parametrize("scheme", ["http", "https"])
    def test_a_strangers_name_in_front_of_us_is_misdirected(self, panel: Instance, scheme: str) -> None:
        assert browse(panel, f"{scheme}://evil.test/", "--insecure").status == 421
        assert browse(panel, f"{scheme}://{NAME}/", "--header", "Host: 127.0.0.77").status == 421

    @pytest.mark.parametrize("name", ["autoconfig.example.org", "autodiscover.example.org"])
    def test_the_names_that_mail_programs_look_for_are_ours(self, panel: Instance, name: str) -> None:
        assert browse(panel, f"https://{name}/healthz", "--insecure").status == 204

    def test_who_issues_certificates_finds_the_answer_under_any_name(self, panel: Instance) -> None:
        challenge = panel.directory / "state" / "acme" / ".well-known" / "acme-challenge" / "abc-_1"
        challenge.parent.mkdir(parents=True)
        challenge.write_text("abc-_1.thumbprint")
        answer = browse(panel, "http://imap.example.org/.well-known/acme-challenge/abc-_1")
        assert (answer.status, answer.body) == (200, "abc-_1.thumbprint")
        assert answer.fields["content-type"].startswith("text/plain")
        assert browse(panel, f"http://{NAME}/.well-known/acme-challenge/missing").status == 404


class TestWhatTheApplicationIsTold:
    def test_clients_can_not_say_where_they_come_from(self, told: Callable[..., dict[str, str]]) -> None:
        lies = {
            "X-Forwarded-For": "192.0.2.1",
            "X-Forwarded-Host": "evil.test",
            "X-Forwarded-Proto": "http",
            "X-Forwarded-Port": "1",
            "X-Forwarded-Ssl": "off",
            "X-Real-IP": "192.0.2.1",
            "Forwarded": "for=192.0.2.1",
        }
        heard = told(*(word for name, value in lies.items() for word in ("--header", f"{name}: {value}")))
        assert heard["host"] == heard["x-forwarded-host"] == NAME
        assert heard["x-forwarded-proto"] == "https"
        assert heard["x-forwarded-for"].startswith("127.")
        assert not {"x-forwarded-port", "x-forwarded-ssl", "x-real-ip", "forwarded"} & set(heard)

    def test_the_port_that_the_client_knows_stays_in_the_name(self, told: Callable[..., dict[str, str]]) -> None:
        assert told("--header", f"Host: {NAME.upper()}:8443")["host"] == f"{NAME}:8443"


class TestStaticFiles:
    def test_a_name_with_a_hash_is_kept_for_ever_and_comes_compressed(self, panel: Instance, static: Path) -> None:
        url = f"{PANEL}/static/lab/look.0123456789ab.css"
        answer = browse(panel, url, "--compressed")
        assert answer.body == "/* compressed beforehand */"
        assert answer.fields["content-encoding"] == "gzip"
        assert answer.fields["content-type"] == "text/css; charset=utf-8"
        assert answer.fields["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.fields["x-content-type-options"] == "nosniff"
        assert "strict-transport-security" in answer.fields
        assert browse(panel, url).body.startswith("body {")

    def test_another_name_is_asked_for_anew(self, panel: Instance, static: Path) -> None:
        assert browse(panel, f"{PANEL}/static/lab/look.css").fields["cache-control"] == "no-cache"

    @pytest.mark.parametrize("path", ["/static/../../secrets/tokens/private.pem", "/static..%2f..%2fcarteiro.toml"])
    def test_nothing_else_is_reached_that_way(self, panel: Instance, static: Path, path: str) -> None:
        answer = browse(panel, PANEL + path, "--path-as-is")
        assert "PRIVATE" not in answer.body
        assert "hostname" not in answer.body
        assert browse(panel, f"{PANEL}/static/lab/").status in {403, 404}


class TestTrouble:
    def test_a_body_beyond_16_mb_is_refused_in_words(self, panel: Instance) -> None:
        answer = browse(panel, f"{PANEL}/", "--data-binary", "@-", stdin=bytes(17 * 1024 * 1024))
        assert answer.status == 413
        _assert_in_both_languages(answer, "too large", "grande demais")

    def test_while_the_application_is_away_a_page_says_so(self, panel: Instance) -> None:
        with _without_the_application(panel):
            answer = browse(panel, f"{PANEL}/domains/", "--data", "name=x")
            assert answer.status == 502
            _assert_in_both_languages(answer, "not available", "não está disponível")
            assert json.loads(panel.run("--json", "status").stdout)["well"] is False
        assert panel.cli("status")["well"] is True

    def test_a_killed_application_comes_back(self, panel: Instance) -> None:
        for process in panel.python_processes():
            if ask(process.cmdline, [])[-2:] == ["service", "web"]:
                process.kill()
        _until_well(panel)

    def test_a_killed_nginx_comes_back_and_leaves_no_worker_behind(self, panel: Instance) -> None:
        master = int((panel.directory / "run" / "nginx.pid").read_text())
        (before,) = (process for process in panel.processes() if process.pid == master)
        workers = before.children()
        before.kill()
        before.wait(10)
        deadline = time.monotonic() + SECONDS
        while any(worker.is_running() for worker in workers) or not accepts_connections(panel.address, 443):
            assert time.monotonic() < deadline, panel.logs()
            time.sleep(0.1)
        _until_well(panel)

    def test_secrets_in_links_are_not_logged(self, panel: Instance) -> None:
        for path in ("/set-up/nobody-should-read-this-token-0123/", "/a/?q=nobody-should-read"):
            browse(panel, PANEL + path)
        log = panel.wait_for_log("nginx-access.log", "/set-up/")
        assert '"GET /set-up/.../ HTTP/2.0"' in log
        panel.wait_for_log("nginx-access.log", '"GET /a/ HTTP/2.0"')
        assert "nobody-should-read" not in panel.log("nginx-access.log")


class TestSettings:
    def test_another_port_restarts_what_tells_of_it_and_rollback_goes_back(self, settings: Instance) -> None:
        _set_port(settings, "https = 8443\n")
        assert settings.cli("apply")["actions"] == {"nginx": "restart", "web": "restart"}
        assert browse(settings, f"{PANEL}:8443/healthz").status == 204
        assert browse(settings, f"http://{NAME}/").fields["location"] == f"{PANEL}:8443/"
        settings.cli("rollback")
        assert browse(settings, f"{PANEL}/healthz").status == 204
        assert not accepts_connections(settings.address, 8443)

    def test_a_port_that_is_taken_is_taken_back(self, settings: Instance) -> None:
        with socket.create_server((settings.address, 8444)):
            _set_port(settings, "https = 8444\n")
            error = settings.refused("apply")
        assert error["code"] == "rolled_back"
        assert browse(settings, f"{PANEL}/healthz").status == 204

    def test_the_panel_can_be_turned_off_and_on(self, settings: Instance) -> None:
        good = settings.settings_file.read_text()
        _set_port(settings, "https = 0\n")
        settings.cli("apply")
        assert not accepts_connections(settings.address, 443)
        assert browse(settings, f"http://{NAME}/").status == 404
        names = {service["name"] for service in settings.cli("status")["services"]}
        assert "web" not in names
        assert "nginx" in names
        settings.settings_file.write_text(good)
        settings.cli("apply")
        assert browse(settings, f"{PANEL}/healthz").status == 204

    def test_an_instance_without_either_port_runs_neither(self, host: Instance) -> None:
        assert not accepts_connections(host.address, 443)
        assert not accepts_connections(host.address, 80)
        assert not {"web", "nginx"} & {service["name"] for service in host.cli("status")["services"]}


def test_instances_stand_side_by_side_and_a_taken_port_is_told_before_anything_is_made(
    panel: Instance, new_instance: Callable[..., Instance]
) -> None:
    other = new_instance()
    other.settings_file.unlink()
    words = ("up", "--hostname", "mail.two.test", "--listen", other.address, "--detach")
    with socket.create_server((other.address, 443)):
        refused = other.run(*words)
        assert refused.returncode == 1
        assert f"Port 443 on {other.address} is taken by" in refused.stderr
        assert "--https-port" in refused.stderr
        assert not other.settings_file.exists()
        made = other.run(*words, "--https-port", "8443", "--http-port", "0")
        assert made.returncode == 0, made.stderr + other.logs()
    assert "https://mail.two.test:8443/" in made.stdout
    assert browse(other, "https://mail.two.test:8443/healthz").status == 204
    assert not accepts_connections(other.address, 80)
    assert browse(panel, f"{PANEL}/healthz").status == 204
    contradicted = other.run(*words, "--https-port", "443")
    assert contradicted.returncode == 1
    assert "8443" in contradicted.stderr


def _set_port(instance: Instance, line: str) -> None:
    text = instance.settings_file.read_text()
    instance.settings_file.write_text(text.replace("[dns]", f"{line}\n[dns]"))


def _assert_in_both_languages(answer: Answer, english: str, portuguese: str) -> None:
    assert answer.fields["content-type"] == "text/html; charset=utf-8"
    assert answer.fields["cache-control"] == "no-store"
    assert english in answer.body
    assert portuguese in answer.body

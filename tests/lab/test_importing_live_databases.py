"""An old host that still runs: its database is read over the network, in TLS or not, as its owner would do it."""

import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.servers import KINDS, NOBODY, Server

from .certificate import write_certificate
from .instance import Instance

SECRET = "a password with ç and #"
HASH = "$1$aseMhtWe$jpUOeECWi795KeQFEXv8N."
_ROW = "created timestamp NULL, modified timestamp NULL, active BOOLEAN"
TABLES = (
    f"CREATE TABLE admin (username varchar(255), password varchar(255), superadmin BOOLEAN, {_ROW})",
    f"CREATE TABLE alias (address varchar(255), goto text, domain varchar(255), {_ROW})",
    "CREATE TABLE domain (domain varchar(255), description varchar(255), aliases int, mailboxes int, maxquota bigint,"
    f" quota bigint, transport varchar(255), backupmx BOOLEAN, {_ROW})",
    "CREATE TABLE domain_admins (username varchar(255), domain varchar(255), created timestamp NULL, active BOOLEAN)",
    "CREATE TABLE mailbox (username varchar(255), password varchar(255), name varchar(255), maildir varchar(255),"
    f" quota bigint, local_part varchar(255), domain varchar(255), {_ROW})",
)
_NOW = "'2009-11-03 12:00:00', '2010-01-02 12:00:00', TRUE"


@dataclass(frozen=True)
class Old:
    """A database server of an old host, and how it is reached."""

    server: Server
    port: int
    certificate: Path

    def url(self, *, user: str = "reader", ca: Path | None = None) -> str:
        options = f"?ca={ca}" if ca else ""
        return f"{self.server.kind}://{user}@localhost:{self.port}/postfix{options}"


@pytest.fixture(scope="module", params=sorted(KINDS))
def old(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Old]:
    """A server that takes its reader in TLS alone, with a certificate that it made itself."""
    kind: str = request.param
    if kind == "mariadb" and shutil.which("mariadb-install-db") is None:
        pytest.skip("needs MariaDB's server: apt-get install mariadb-server-core")
    if kind == "postgresql" and not Path("/usr/lib/postgresql").is_dir():
        pytest.skip("needs PostgreSQL's server: apt-get install postgresql")
    place = Path("/tmp") / f"old-{kind}-{os.getpid()}"
    place.mkdir(mode=0o755)
    try:
        certificate, key = place / "tls.crt", place / "tls.key"
        write_certificate("localhost", certificate, key)
        key.chmod(0o600)
        os.chown(key, NOBODY, NOBODY)
        port = _free_port()
        server = KINDS[kind](None, *_options(kind, port, certificate, key))
        try:
            _fill(server, kind)
            yield Old(server, port, certificate)
        finally:
            server.stop()
    finally:
        shutil.rmtree(place)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def _options(kind: str, port: int, certificate: Path, key: Path) -> tuple[str, ...]:
    if kind == "mariadb":
        return (
            *("--bind-address=127.0.0.1", f"--port={port}"),
            *(f"--ssl-cert={certificate}", f"--ssl-key={key}", f"--ssl-ca={certificate}"),
        )
    tls = ("ssl=on", f"ssl_cert_file={certificate}", f"ssl_key_file={key}")
    return ("listen_addresses=127.0.0.1", f"port={port}", *tls)


def _fill(server: Server, kind: str) -> None:
    name = f"{kind}.test"
    if kind == "mariadb":
        server.run("CREATE DATABASE postfix CHARACTER SET utf8mb4")
        server.run(
            f"CREATE USER reader@'%' IDENTIFIED BY '{SECRET}' REQUIRE SSL", "GRANT SELECT ON postfix.* TO reader"
        )
    else:
        hba = server.place / "data" / "pg_hba.conf"
        hba.write_text("local all root trust\nhostssl all reader all scram-sha-256\n")
        server.run(
            f"CREATE ROLE reader LOGIN PASSWORD '{SECRET}'", "CREATE DATABASE postfix", "SELECT pg_reload_conf()"
        )
    server.run(
        *TABLES,
        f"INSERT INTO domain VALUES ('{name}', 'São João', 0, 0, 0, 0, 'virtual', FALSE, {_NOW})",
        f"INSERT INTO mailbox VALUES ('ana@{name}', '{HASH}', 'Ana Conceição', '{name}/ana/', 0, 'ana', '{name}',"
        f" {_NOW})",
        f"INSERT INTO alias VALUES ('all@{name}', 'ana@{name},x@world.test', '{name}', {_NOW})",
        f"INSERT INTO admin VALUES ('root@{name}', '{HASH}', FALSE, {_NOW})",
        f"INSERT INTO domain_admins VALUES ('root@{name}', '{name}', '2009-11-03 12:00:00', TRUE)",
        name="postfix",
    )
    if kind == "postgresql":
        server.run("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader", name="postfix")


def _words(old: Old, url: str, *more: str) -> tuple[str, ...]:
    return ("import", "postfixadmin", "--source", f"live-{old.server.kind}", "--database", url, *more)


@pytest.fixture
def password(tmp_path: Path) -> Path:
    file = tmp_path / "password"
    file.write_text(f"{SECRET}\n")
    file.chmod(0o600)
    return file


def test_a_live_database_is_brought_here_in_tls(host: Instance, old: Old, password: Path) -> None:
    words = _words(old, old.url(ca=old.certificate), "--password-file", str(password))
    told = host.cli(*words)
    assert told["clean"]
    assert {table: sums["imported"] for table, sums in told["tables"].items()} == {
        "domain": 1,
        "mailbox": 1,
        "alias": 1,
        "admin": 1,
        "domain_admins": 1,
    }
    name = f"{old.server.kind}.test"
    assert host.cli("mailbox", "show", f"ana@{name}")["name"] == "Ana Conceição"
    assert host.cli("domain", "show", name)["description"] == "São João"
    again = host.cli(*words)
    assert {act for acts in again["steps"].values() for act in acts} == {"same"}


def test_the_password_may_come_from_standard_input(host: Instance, old: Old) -> None:
    told = host.cli(*_words(old, old.url(), "--plan"), stdin=f"{SECRET}\n")
    assert told["tables"]["mailbox"]["rows"] == 1


def test_another_authority_is_refused_in_one_line(host: Instance, old: Old, password: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.crt"
    write_certificate("localhost", other, tmp_path / "other.key")
    told = host.refused(*_words(old, old.url(ca=other), "--password-file", str(password)))
    assert told["code"] == "untrusted"
    assert "certificate" in told["message"] and "ca=" in told["remedy"]
    _is_one_line(told["message"])


def test_a_certificate_for_another_name_is_refused(host: Instance, old: Old, password: Path) -> None:
    url = old.url(ca=old.certificate).replace("localhost", "127.0.0.1")
    assert host.refused(*_words(old, url, "--password-file", str(password)))["code"] == "untrusted"


def test_a_wrong_password_is_told_in_one_line_and_never_shown(host: Instance, old: Old, tmp_path: Path) -> None:
    file = tmp_path / "wrong"
    file.write_text("wrong and secret\n")
    file.chmod(0o600)
    told = host.refused(*_words(old, old.url(ca=old.certificate), "--password-file", str(file)))
    assert told["code"] == "unreachable"
    assert "reader" in told["message"] and "secret" not in str(told)
    _is_one_line(told["message"])


def test_a_password_that_others_may_read_is_refused(host: Instance, old: Old, password: Path) -> None:
    password.chmod(0o644)
    told = host.refused(*_words(old, old.url(), "--password-file", str(password)))
    assert str(password) in told["message"]


def test_an_authority_that_is_not_there_is_told(host: Instance, old: Old, password: Path) -> None:
    told = host.refused(*_words(old, old.url(ca=Path("/nonexistent.crt")), "--password-file", str(password)))
    assert "/nonexistent.crt" in told["message"]


def _is_one_line(message: str) -> None:
    assert "\n" not in message and len(message) < 250, message

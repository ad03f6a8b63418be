"""What servers with the accounts say and do: each trouble in words, waits that end, comparisons that mean the same."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Q

from carteiro.hosting import app_passwords, domains, feed, mailboxes
from carteiro.hosting.access import Actor
from carteiro.hosting.database import configure, servers
from carteiro.hosting.errors import DatabaseFault
from carteiro.hosting.models import Alias, AppPassword, Change, Domain, FeedHead, Mailbox, Text
from carteiro.operate.certificates import Authority
from carteiro.settings.layout import Layout
from tests.accounts import OnServer
from tests.hosting.world import HASH, alias, mailbox
from tests.servers import KINDS, NOBODY, Server

on_a_server = pytest.mark.database(*KINDS)
NAMES = ("a", "A", "ä", "á", "å", "ß", "ss", "🐦", "🐧", "æ", "ae")
ROOT = Actor.root(origin="test")


def test_texts_are_told_apart_by_their_bytes(root: Actor) -> None:
    for name in NAMES:
        Text.objects.create(name=name, language="en")
    assert set(Text.objects.values_list("name", flat=True)) == set(NAMES)
    assert [Text.objects.filter(name=name).count() for name in NAMES] == [1] * len(NAMES)
    assert list(Text.objects.order_by("name").values_list("name", flat=True)) == sorted(NAMES, key=str.encode)


@on_a_server
def test_a_search_takes_upper_and_lower_case_as_one_and_nothing_else(root: Actor) -> None:
    for name in NAMES:
        Text.objects.create(name=name, language="en")

    def found(word: str) -> set[str]:
        return set(Text.objects.filter(Q(name__icontains=word)).values_list("name", flat=True))

    assert found("a") == {"a", "A", "ae"}
    assert found("Ä") == {"ä"}
    assert found("🐦") == {"🐦"}
    assert found("%") == found("_") == found("\\") == set()


def test_names_of_any_script_numbers_and_moments_come_back_as_they_went(root: Actor) -> None:
    box = mailbox(root, "ana@example.org", name="Álvaro 🐦 你好", quota=2**63 - 1, quota_messages=2**31 - 1)
    moment = datetime(2026, 2, 28, 23, 59, 59, 123456, tzinfo=UTC)
    Mailbox.objects.filter(pk=box.pk).update(password_changed=moment)
    domains.set_(root, "example.org", tags=["não", "日本"], description="“Ünï” 🐦")
    again = Mailbox.objects.get(pk=box.pk)
    assert (again.name, again.quota, again.quota_messages) == (box.name, 2**63 - 1, 2**31 - 1)
    assert again.password_changed == moment
    assert Domain.objects.get(name="example.org").tags == ["não", "日本"]
    assert feed.after(feed.head().number - 1)[0].after["tags"] == ["não", "日本"]


@on_a_server
def test_a_value_that_does_not_fit_is_refused_and_never_cut(root: Actor) -> None:
    with pytest.raises(DatabaseFault, match="refuses"), feed.changes(root):
        Text.objects.create(name="x" * 33, language="en")
    assert not Text.objects.exists()


@on_a_server
def test_a_connection_that_was_lost_meanwhile_is_no_trouble(root: Actor, accounts: OnServer) -> None:
    domains.add(root, "before.example")
    end_connections(accounts.server)
    domains.add(root, "after.example")
    assert feed.head().number == 3


@on_a_server
def test_a_connection_that_is_lost_in_a_change_leaves_nothing_half_done(root: Actor, accounts: OnServer) -> None:
    with pytest.raises(DatabaseFault, match="can't be reached"), feed.changes(root) as ledger:
        row = Domain.objects.create(name="half.example")
        ledger.note(feed.Action.ADD, feed.Kind.DOMAIN, row.pk, row.name, row.name)
        ledger.append()
        end_connections(accounts.server)
        Domain.objects.create(name="other.example")
    configure.refresh()
    assert feed.head().number == 1
    assert list(Domain.objects.values_list("name", flat=True)) == ["example.org"]


@on_a_server
def test_another_writer_that_stays_is_told(root: Actor, accounts: OnServer) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SET lock_timeout = '500ms'"
            if connection.vendor == "postgresql"
            else "SET SESSION innodb_lock_wait_timeout = 1"
        )
    configure.use("other", Layout.below(Path("/nonexistent")), configure.location())
    from django.db import transaction

    try:
        with transaction.atomic(using="other"):
            assert FeedHead.objects.using("other").select_for_update().get(pk=1)
            with pytest.raises(DatabaseFault, match="is busy"):
                domains.add(root, "example.com")
    finally:
        configure.drop("other")
    domains.add(root, "example.com")


def end_connections(server: Server) -> None:
    if server.kind == "postgresql":
        server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'carteiro'")
    else:
        for (number,) in server.run("SELECT id FROM information_schema.processlist WHERE user = 'carteiro'"):
            server.run(f"KILL {number}")


@dataclass(frozen=True)
class Guarded:
    """A server that also listens on this machine's loopback address, with TLS, and whom it and its clients trust."""

    server: Server
    port: int
    place: Path

    def url(self, options: str, host: str = "localhost", user: str = "carteiro") -> str:
        scheme = "postgresql" if self.server.kind == "postgresql" else "mysql"
        return f"{scheme}://{user}@{host}:{self.port}/mail?password_file={self.server.password_file}&{options}"


@pytest.fixture(scope="module", params=list(KINDS))
def guarded(request: pytest.FixtureRequest) -> Iterator[Guarded]:
    place = Path(tempfile.mkdtemp(prefix="carteiro-guarded-"))
    place.chmod(0o755)
    certificates(place)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = {
        "mariadb": (
            "--bind-address=127.0.0.1",
            f"--port={port}",
            f"--ssl-ca={place}/ca.crt",
            f"--ssl-cert={place}/host.crt",
            f"--ssl-key={place}/host.key",
        ),
        "postgresql": (
            "listen_addresses=127.0.0.1",
            f"port={port}",
            "ssl=on",
            f"ssl_ca_file={place}/ca.crt",
            f"ssl_cert_file={place}/host.crt",
            f"ssl_key_file={place}/host.key",
        ),
    }[request.param]
    server = KINDS[request.param](None, *options)
    server.create("mail")
    yield Guarded(server, port, place)
    configure.close()
    server.stop()
    shutil.rmtree(place)


def certificates(place: Path) -> None:
    ours, other = Authority(place), Authority(place / "other")
    (place / "other").mkdir()
    ours.make("localhost")
    other.make("localhost")
    files = {"host": ours.sign_host(["localhost"], []), "client": ours.sign_client("carteiro")}
    for name, (certificate, key) in files.items():
        (place / f"{name}.crt").write_bytes(certificate)
        (place / f"{name}.key").write_bytes(key)
        (place / f"{name}.key").chmod(0o600)
    os.chown(place / "host.key", NOBODY, NOBODY)


def reached(url: str) -> str:
    """The version of a server that was reached. Raises DatabaseFault."""
    configure.setup(Layout.below(Path("/nonexistent")), url)
    try:
        return servers.version("default")
    finally:
        configure.close()


def test_a_server_is_reached_over_tls_and_its_certificate_is_looked_at(guarded: Guarded) -> None:
    assert reached(guarded.url(f"ca={guarded.place}/ca.crt"))
    assert reached(guarded.url("tls=encrypt"))
    with pytest.raises(DatabaseFault, match="no trusted connection"):
        reached(guarded.url(f"ca={guarded.place}/other/ca.crt"))
    with pytest.raises(DatabaseFault, match="no trusted connection"):
        reached(guarded.url("tls=verify"))
    with pytest.raises(DatabaseFault, match="no trusted connection"):
        reached(guarded.url(f"ca={guarded.place}/ca.crt", host="127.0.0.1"))
    with pytest.raises(DatabaseFault, match="no trusted connection"):
        reached(guarded.url(f"ca={guarded.place}/nothing.crt"))


def test_a_server_that_wants_a_certificate_gets_ours(guarded: Guarded) -> None:
    ask_for_certificates(guarded.server)
    trusting = f"ca={guarded.place}/ca.crt"
    with pytest.raises(DatabaseFault, match=r"does not let us in|no trusted connection"):
        reached(guarded.url(trusting, user="shy"))
    shown = f"&certificate={guarded.place}/client.crt&key={guarded.place}/client.key"
    assert reached(guarded.url(trusting + shown, user="shy"))


def ask_for_certificates(server: Server) -> None:
    if server.kind == "mariadb":
        server.run(
            "CREATE USER shy@'%' IDENTIFIED BY 'gravel onion' REQUIRE X509", "GRANT ALL PRIVILEGES ON mail.* TO shy@'%'"
        )
        return
    rules = server.place / "data" / "pg_hba.conf"
    rules.write_text(f"hostssl all shy all scram-sha-256 clientcert=verify-ca\n{rules.read_text()}")
    server.run("CREATE ROLE shy LOGIN PASSWORD 'gravel onion'", "SELECT pg_reload_conf()")
    deadline = time.monotonic() + 10
    while not server.run("SELECT 1 FROM pg_hba_file_rules WHERE options::text LIKE '%clientcert%'"):
        assert time.monotonic() < deadline


def test_whoever_is_not_let_in_is_told_why(guarded: Guarded, tmp_path: Path) -> None:
    wrong = tmp_path / "password"
    wrong.write_text("something else\n")
    local = str(guarded.server.password_file)
    url = guarded.url("tls=off")
    for odd, words in (
        (url.replace(local, str(wrong)), "does not let us in"),
        (url.replace("carteiro@", "stranger@"), "does not let us in"),
        (url.replace("/mail?", "/nothing?"), "not there|does not let us in"),
        (url.replace(f":{guarded.port}/", ":1/"), "can't be reached"),
        (url.replace("localhost", "nowhere.invalid"), "can't be reached"),
    ):
        with pytest.raises(DatabaseFault, match=words) as fault:
            reached(odd)
        assert "\n" not in str(fault.value)
        assert "something else" not in str(fault.value)
        assert "gravel" not in str(fault.value)


def test_a_silent_server_is_told_within_seconds_and_is_well_when_it_speaks_again(guarded: Guarded) -> None:
    configure.setup(Layout.below(Path("/nonexistent")), guarded.server.create("mail"))
    configure.migrate()
    domains.add(ROOT, "one.example")
    guarded.server.signal(signal.SIGSTOP)
    try:
        for fresh in (False, True):
            if fresh:
                configure.close()
            else:
                configure.refresh()
            begun = time.monotonic()
            with pytest.raises(DatabaseFault, match="can't be reached"):
                domains.add(ROOT, "two.example")
            assert time.monotonic() - begun < 8
    finally:
        guarded.server.signal(signal.SIGCONT)
    configure.refresh()
    deadline = time.monotonic() + 20
    while True:
        try:
            domains.add(ROOT, "three.example")
            break
        except DatabaseFault:
            configure.refresh()
            assert time.monotonic() < deadline
    assert list(Domain.objects.order_by("name").values_list("name", flat=True)) == ["one.example", "three.example"]
    configure.close()


def test_a_server_that_only_reads_and_one_that_is_full_of_people_are_told(guarded: Guarded) -> None:
    server = guarded.server
    configure.setup(Layout.below(Path("/nonexistent")), server.create("mail"))
    configure.migrate()
    configure.close()
    maria = server.kind == "mariadb"
    server.run("SET GLOBAL read_only = 1" if maria else "ALTER DATABASE mail SET default_transaction_read_only = on")
    try:
        with pytest.raises(DatabaseFault, match="only reads"):
            domains.add(ROOT, "one.example")
    finally:
        configure.close()
        server.run("SET GLOBAL read_only = 0" if maria else "ALTER DATABASE mail RESET default_transaction_read_only")
    role = "ALTER ROLE carteiro CONNECTION LIMIT"
    people = "ALTER USER carteiro@localhost WITH MAX_USER_CONNECTIONS" if maria else role
    server.run(f"{people} 1")
    configure.use("other", Layout.below(Path("/nonexistent")), configure.location())
    from django.db import connections

    try:
        connections["other"].ensure_connection()
        with pytest.raises(DatabaseFault, match="takes no more connections"):
            domains.add(ROOT, "one.example")
    finally:
        configure.drop("other")
        server.run(f"{people} {0 if maria else -1}")
    domains.add(ROOT, "one.example")
    configure.close()


@pytest.mark.database("mariadb")
def test_a_server_that_does_not_tell_the_numbers_of_new_rows_is_asked_row_by_row(
    root: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As MySQL is (https://dev.mysql.com/doc/refman/8.4/en/insert.html has no RETURNING).
    monkeypatch.setattr(type(connection.features), "can_return_rows_from_bulk_insert", False)
    mailboxes.add_many(root, [mailboxes.NewMailbox(f"m{number}@example.org", HASH) for number in range(3)])
    alias(root, "team@example.org", "m0@example.org", "m1@example.org")
    app_passwords.add(root, "m0@example.org", ["imap"], label="Phone")
    domains.remove(root, "example.org")
    domains.restore(root, "example.org")
    for row in (*Mailbox.objects.all(), *Alias.objects.all()):
        assert Change.objects.filter(object_id=row.pk, key=row.address, action="restore").count() == 1
    assert Alias.objects.get().addresses() == ["m0@example.org", "m1@example.org"]
    assert AppPassword.objects.get().mailbox.address == "m0@example.org"


def test_who_has_no_server_loads_no_driver() -> None:
    code = """
import sys
from pathlib import Path
from carteiro.hosting.database import configure
from carteiro.settings.layout import Layout
configure.setup(Layout.below(Path("/nonexistent")))
from carteiro.hosting import domains
print(sorted({"pymysql", "psycopg"} & sys.modules.keys()))
"""
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout == "[]\n"

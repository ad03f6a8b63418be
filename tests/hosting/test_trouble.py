"""A database that can't do its work: one line for a person, nothing half done."""

import os
import resource
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from django.db import connection

from carteiro.hosting import domains, feed, mailboxes
from carteiro.hosting.access import Actor
from carteiro.hosting.database import configure, embedded
from carteiro.hosting.errors import DatabaseFault, Refusal
from carteiro.hosting.models import Mailbox
from carteiro.settings.layout import Layout
from carteiro.words import Fault
from tests.accounts import Embedded
from tests.hosting.world import mailbox

# What the embedded database says; servers have a page of their own, test_servers.py.
pytestmark = pytest.mark.database("sqlite")

ROOT = Path(__file__).resolve().parents[2]
ADD = """
import os
import sys
from pathlib import Path
from carteiro.hosting.database import configure
from carteiro.settings.layout import Layout
configure.setup(Layout.below(Path(sys.argv[1])))
from carteiro.hosting import domains
from carteiro.hosting.access import Actor
from carteiro.words import Fault
if len(sys.argv) > 2:
    list(domains.list_(Actor.root()))  # all modules are there before the rights to read them go
    configure.close()
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    for number in range(2000):
        domains.add(Actor.root(), f"d{number}.example", description="x" * 250)
except Fault as fault:
    print(fault)
"""


def one_line(fault: Fault) -> str:
    text = str(fault)
    assert "\n" not in text
    assert "Traceback" not in text
    return text


def test_a_file_that_is_no_database_is_told(root: Actor, layout: Layout) -> None:
    configure.close()
    for path in layout.accounts_database.parent.iterdir():
        path.write_bytes(b"not a database, whatever its name says\n" * 500)
    with pytest.raises(DatabaseFault) as fault:
        domains.add(root, "example.com")
    assert "is damaged" in one_line(fault.value)
    configure.close()


def test_damage_in_the_middle_is_told(root: Actor, layout: Layout) -> None:
    mailboxes.add_many(root, [])
    for number in range(50):
        mailbox(root, f"m{number}@example.org", name="x" * 200)
    configure.close()
    size = layout.accounts_database.stat().st_size
    with layout.accounts_database.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))
    with pytest.raises(DatabaseFault) as fault:
        domains.add(root, "example.com")
    assert "is damaged" in one_line(fault.value)
    configure.close()


def test_a_missing_database_is_told(tmp_path: Path, layout: Layout) -> None:
    configure.setup(Layout.below(tmp_path / "elsewhere"))
    with pytest.raises(DatabaseFault, match="can't be opened"):
        list(domains.list_(Actor.root()))


def test_a_database_without_tables_is_told(tmp_path: Path, layout: Layout) -> None:
    other = Layout.below(tmp_path / "other")
    other.accounts_database.parent.mkdir(parents=True)
    other.accounts_database.touch()
    configure.setup(other)
    with pytest.raises(DatabaseFault, match="not of this release"):
        feed.head()


def test_a_full_disk_is_told_and_leaves_nothing(root: Actor) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = int(cursor.fetchone()[0])
        cursor.execute(f"PRAGMA max_page_count={pages + 1}")
    with pytest.raises(DatabaseFault, match="disk of the accounts database is full"):
        for number in range(500):
            mailbox(root, f"m{number}@example.org", name="x" * 200)
    assert feed.head().number == 1 + Mailbox.objects.count()


def test_a_file_system_that_refuses_to_write_is_told(root: Actor, layout: Layout) -> None:
    configure.close()
    largest = layout.accounts_database.stat().st_size + 200_000
    out = subprocess.run(
        [sys.executable, "-c", ADD, str(layout.config)],
        cwd=ROOT,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest)),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert out.stdout.startswith("The disk of the accounts database")
    assert out.stdout.count("\n") == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become somebody else")
def test_a_database_that_can_not_be_written_is_told(accounts: Embedded) -> None:
    with tempfile.TemporaryDirectory() as place:
        layout = Layout.below(Path(place))
        accounts.into(layout)
        for path in Path(place).rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        Path(place).chmod(0o755)
        out = subprocess.run(
            [sys.executable, "-c", ADD, place, "nobody"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    assert "can't be" in out.stdout
    assert out.stdout.count("\n") == 1


def test_another_writer_that_stays_is_told(root: Actor, layout: Layout) -> None:
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); "
        "c.execute('BEGIN IMMEDIATE'); print('holds', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(layout.accounts_database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "holds\n"
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout=100")
        with pytest.raises(DatabaseFault, match="is busy"):
            domains.add(root, "example.com")
        holder.communicate()
    domains.add(root, "example.com")


def test_a_refusal_is_no_trouble_of_the_database() -> None:
    assert not issubclass(DatabaseFault, Refusal)


def test_the_database_is_its_owners_alone(tmp_path: Path, accounts: Embedded) -> None:
    layout = Layout.below(tmp_path)
    configure.setup(layout)
    configure.migrate()
    domains.add(Actor.root(), "example.org")
    directory = layout.accounts_database.parent
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [directory, *directory.iterdir()]}
    assert modes == {
        "accounts": 0o700,
        "accounts.sqlite3": 0o600,
        "accounts.sqlite3-wal": 0o600,
        "accounts.sqlite3-shm": 0o600,
    }
    configure.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to give files away")
def test_root_gives_the_database_to_the_control_planes_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "OWNER", "nobody")
    layout = Layout.below(tmp_path)
    configure.setup(layout)
    configure.migrate()
    domains.add(Actor.root(), "example.org")
    owners = {path.owner() for path in layout.accounts_database.parent.iterdir()}
    configure.close()
    assert owners == {"nobody"}
    assert layout.accounts_database.parent.owner() == "nobody"


def test_migrating_twice_changes_nothing(root: Actor) -> None:
    identity = feed.head().identity
    configure.migrate()
    assert feed.head().identity == identity
    assert domains.exists(root, "example.org")


def test_an_unknown_kind_of_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="not known"):
        configure.setup(Layout.below(tmp_path), "oracle://x")


def test_the_models_have_their_migrations(layout: Layout) -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)

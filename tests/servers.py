"""Private database servers of Debian's packages, for tests: on a socket in a directory of their own, as nobody."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pymysql

NOBODY = 65534
_UNPRIVILEGED = (
    "setpriv",
    "--pdeathsig",
    "KILL",
    "--reuid",
    str(NOBODY),
    "--regid",
    str(NOBODY),
    "--clear-groups",
    "--",
)
_PATIENCE = 60.0
SECRET = "gravel onion"


class Server:
    """A server that runs; `stop` ends it and takes its directory away."""

    kind: str
    program: tuple[str, ...]

    def __init__(self, place: Path | None = None, *options: str) -> None:
        """`place` is an empty directory for its files, else one is made."""
        self.place = place or Path(tempfile.mkdtemp(prefix="carteiro-server-"))
        self.place.chmod(0o755)
        os.chown(self.place, NOBODY, NOBODY)
        self.password_file = self.place / "password"
        self.password_file.write_text(f"{SECRET}\n")
        self.password_file.chmod(0o600)
        self.options = options
        self.make()
        self.start()

    def make(self) -> None:
        """Lay the files of an empty server down."""
        raise NotImplementedError

    def command(self) -> Sequence[str]:
        """What runs it in the foreground."""
        raise NotImplementedError

    def answers(self) -> bool:
        """Whether it takes connections."""
        raise NotImplementedError

    def url(self, name: str) -> str:
        """The setting `database` for a database on it."""
        raise NotImplementedError

    def run(self, *statements: str, name: str = "") -> list[tuple[object, ...]]:
        """Run statements as the server's own administrator; the rows of the last one."""
        raise NotImplementedError

    def create(self, name: str) -> str:
        """Make a database for its user carteiro, as docs/operator/databases.md says; gives its URL."""
        raise NotImplementedError

    def start(self) -> None:
        """Run it, and wait until it answers."""
        with (self.place / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*_UNPRIVILEGED, *self.command()], stdout=log, stderr=log, stdin=subprocess.DEVNULL, process_group=0
            )
        deadline = time.monotonic() + _PATIENCE
        while not self.answers():
            assert self.process.poll() is None, (self.place / "log").read_text()[-2000:]
            assert time.monotonic() < deadline, (self.place / "log").read_text()[-2000:]
            time.sleep(0.02)

    def signal(self, number: int) -> None:
        """Send all its processes a signal; PostgreSQL's are in groups of their own."""
        first = psutil.Process(self.process.pid)
        for process in (first, *first.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)
                if number == signal.SIGSTOP:
                    _wait_until_stopped(process.pid)

    def kill(self) -> None:
        """As a machine that loses its power."""
        self.signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End it, and leave nothing behind."""
        if self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.place)


class MariaDb(Server):
    """MariaDB, without waiting for the disk."""

    kind = "mariadb"

    @property
    def socket(self) -> Path:
        return self.place / "s"

    def make(self) -> None:
        command = ["mariadb-install-db", "--no-defaults", f"--datadir={self.place / 'data'}", "--user=nobody"]
        quick = ["--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"]
        _run([*command, *quick])

    def command(self) -> Sequence[str]:
        return (
            "/usr/sbin/mariadbd",
            "--no-defaults",
            f"--datadir={self.place / 'data'}",
            f"--socket={self.socket}",
            f"--pid-file={self.place / 'pid'}",
            "--innodb-flush-log-at-trx-commit=2",  # what is committed outlives the process, not the machine
            "--innodb-flush-method=nosync",
            "--innodb-doublewrite=0",
            "--innodb-buffer-pool-size=64M",
            "--innodb-log-file-size=32M",
            "--character-set-server=latin1",
            "--sql-mode=",
            *(self.options or ("--skip-networking",)),
        )

    def answers(self) -> bool:
        try:
            self.run("SELECT 1")
        except pymysql.OperationalError:
            return False
        return True

    def run(self, *statements: str, name: str = "") -> list[tuple[object, ...]]:
        with (
            pymysql.connect(
                unix_socket=str(self.socket),
                user="root",
                database=name or None,
                autocommit=True,
                read_timeout=_PATIENCE,
            ) as connection,
            connection.cursor() as cursor,
        ):
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall())

    def create(self, name: str) -> str:
        self.run(
            f"DROP DATABASE IF EXISTS {name}",
            f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
            f"CREATE USER IF NOT EXISTS carteiro@'%' IDENTIFIED BY '{SECRET}'",
            f"CREATE USER IF NOT EXISTS carteiro@localhost IDENTIFIED BY '{SECRET}'",
            f"GRANT ALL PRIVILEGES ON {name}.* TO carteiro@'%'",
            f"GRANT ALL PRIVILEGES ON {name}.* TO carteiro@localhost",
        )
        return self.url(name)

    def url(self, name: str) -> str:
        return f"mysql://carteiro@/{name}?socket={self.socket}&password_file={self.password_file}"


class PostgreSql(Server):
    """PostgreSQL, without waiting for the disk."""

    kind = "postgresql"

    @property
    def port(self) -> int:
        """Of its sockets too, which have it in their names."""
        return next((int(each.partition("=")[2]) for each in self.options if each.startswith("port=")), 5432)

    @property
    def programs(self) -> Path:
        return sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: int(each.parent.name))[-1]

    def make(self) -> None:
        data = self.place / "data"
        _run(
            [
                *_UNPRIVILEGED,
                str(self.programs / "initdb"),
                f"--pgdata={data}",
                "--username=root",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--auth-local=trust",
                "--auth-host=scram-sha-256",
                "--no-sync",
            ]
        )
        (data / "pg_hba.conf").write_text(
            "local all root trust\nlocal all all scram-sha-256\nhost all all all scram-sha-256\n"
        )

    def command(self) -> Sequence[str]:
        settings = (
            f"unix_socket_directories={self.place}",
            "fsync=off",
            "full_page_writes=off",
            "shared_buffers=64MB",
            "max_connections=60",
            *(self.options or ("listen_addresses=",)),
        )
        arguments = [part for setting in settings for part in ("-c", setting)]
        return (str(self.programs / "postgres"), "-D", str(self.place / "data"), *arguments)

    def answers(self) -> bool:
        try:
            self.run("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def run(self, *statements: str, name: str = "") -> list[tuple[object, ...]]:
        with psycopg.connect(
            host=str(self.place), port=self.port, user="root", dbname=name or "postgres", autocommit=True
        ) as connection:
            cursor = connection.cursor()
            for statement in statements:
                cursor.execute(statement.encode())
            return list(cursor.fetchall()) if cursor.description else []

    def create(self, name: str) -> str:
        if not self.run("SELECT 1 FROM pg_roles WHERE rolname = 'carteiro'"):
            self.run(f"CREATE ROLE carteiro LOGIN PASSWORD '{SECRET}'")
        self.run(
            f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
            f"CREATE DATABASE {name} OWNER carteiro TEMPLATE template0 "
            "ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'",
        )
        return self.url(name)

    def url(self, name: str) -> str:
        return f"postgresql://carteiro@:{self.port}/{name}?socket={self.place}&password_file={self.password_file}"


KINDS: dict[str, type[Server]] = {"mariadb": MariaDb, "postgresql": PostgreSql}


def _wait_until_stopped(process_id: int) -> None:
    """A thread on another processor goes on for a moment, and may answer one more question."""
    deadline = time.monotonic() + _PATIENCE
    while any(_state(task) not in "TtZX" for task in Path(f"/proc/{process_id}/task").glob("*")):
        assert time.monotonic() < deadline, f"process {process_id} does not stop"
        time.sleep(0.005)


def _state(task: Path) -> str:
    try:
        return (task / "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "X"


def _run(command: Sequence[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, cwd="/", timeout=_PATIENCE)

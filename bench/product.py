"""Carteiro itself, used as its owner uses it: `./up`, `./carteiro` and the protocols."""

import csv
import subprocess
import time
from contextlib import closing
from pathlib import Path

import apsw

from bench import processes
from bench.setup import DOMAINS, Plan, addresses

CHECKOUT = Path(__file__).resolve().parent.parent
HOSTNAME = "mail.bench.test"
_DIRECTORY = "state/directory/directory.sqlite3"
_PATIENCE = 90


class Product:
    """An instance of its own, with the same domains and mailboxes as the peers."""

    def __init__(self, plan: Plan, address: str) -> None:
        self.name = "Carteiro"
        self.address = address
        self._plan = plan
        self.directory = plan.work / "instance"
        self.mail = self.directory / "state/mail"

    def start(self) -> None:
        """Make the instance, run it, fill it."""
        self.up("--hostname", HOSTNAME, "--listen", self.address)
        table = self._plan.work / "accounts.csv"
        with table.open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["kind", "address", "password"])
            rows.writerows(["domain", f"d{number}.test", ""] for number in range(DOMAINS))
            rows.writerows(["mailbox", box, self._plan.hashed] for box in addresses(self._plan.mailboxes))
        self.run("bulk", "import", str(table))

    def stop(self) -> None:
        """End all that it runs."""
        if self.directory.exists():
            self.run("stop")

    def settle(self) -> None:
        """The worker looks at new mailboxes twice a minute; until then Dovecot is asked about each message to them."""
        unknown = "SELECT count(*) FROM mailbox WHERE room IS NULL"
        until = time.monotonic() + _PATIENCE
        with closing(apsw.Connection(str(self.directory / _DIRECTORY), flags=apsw.SQLITE_OPEN_READONLY)) as directory:
            while next(directory.execute(unknown))[0]:
                if time.monotonic() > until:
                    raise SystemExit(f"bench: the worker has not looked at the mailboxes within {_PATIENCE} s")
                time.sleep(1)

    def roots(self) -> list[int]:
        """All programs started with a path of the instance; what they started is below them."""
        return processes.mentioning(self.directory)

    def certificate(self) -> tuple[Path, Path]:
        """Its certificate and key, for the peers."""
        return self.directory / "tls/host.crt", self.directory / "tls/host.key"

    def up(self, *options: str) -> float:
        """`./up --detach`; seconds until it answers everywhere."""
        begin = time.monotonic()
        _run(CHECKOUT / "up", "--instance", self.directory, "--detach", *options)
        return time.monotonic() - begin

    def run(self, *arguments: str) -> float:
        """A command of `./carteiro`; the seconds it took."""
        begin = time.monotonic()
        _run(CHECKOUT / "carteiro", "--instance", self.directory, *arguments)
        return time.monotonic() - begin


def _run(*argv: str | Path) -> None:
    ended = subprocess.run(argv, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if ended.returncode:
        said = (ended.stderr or ended.stdout).strip()
        raise SystemExit(f"bench: {' '.join(map(str, argv))}: {said}")

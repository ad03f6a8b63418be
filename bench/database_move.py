"""How quick the accounts move to another database: `python -m bench.database_move`, on private servers.

The measure is the ratio to a plain reading of the same rows out of the embedded file, without a model or a hash; the
limit is two minutes for 100,000 mailboxes with their change records.
"""

import argparse
import resource
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from carteiro.settings.database import parse_location
from carteiro.settings.layout import Layout
from carteiro.settings.schema import Settings
from carteiro.web.site import settings as site

LIMIT_SECONDS = 120.0
_HASH = "{SHA256}K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols="


def main() -> None:
    """Fill an embedded database, move it to each kind of server and back; exit status 1 where it takes too long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mailboxes", type=int, default=100_000)
    mailboxes = parser.parse_args().mailboxes
    good = True
    with tempfile.TemporaryDirectory(prefix="carteiro-move-") as directory:
        layout = Layout.below(Path(directory))
        site.prepare(layout, Settings(hostname="mx.example.org"), "only for this measurement")
        _fill(layout, mailboxes)
        rows, plain = _read(layout.accounts_database)
        sys.stdout.write(f"{rows} rows, read plainly in {plain:.2f} s\n")
        from tests.servers import KINDS

        for kind, make in KINDS.items():
            server = make()
            try:
                there = server.create("bench")
                back = f"sqlite://{directory}/back-{kind}/accounts.sqlite3"
                for name, source, target in ((f"to {kind}", "sqlite", there), (f"from {kind}", there, back)):
                    seconds = _move(layout, source, target)
                    good = good and seconds * 100_000 <= LIMIT_SECONDS * max(mailboxes, 1)
                    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
                    sys.stdout.write(f"{name:18}{seconds:8.1f} s{seconds / plain:8.1f} x{memory:8} MiB at most\n")
            finally:
                server.stop()
    sys.exit(0 if good else 1)


def _fill(layout: Layout, mailboxes: int) -> None:
    from carteiro.hosting import bulk
    from carteiro.hosting.access import Actor
    from carteiro.hosting.database import configure

    configure.setup(layout)
    configure.migrate()
    file = layout.config / "accounts.csv"
    domains = max(1, mailboxes // 100)
    with file.open("w") as stream:
        stream.write("kind,address,name,password,quota\n")
        stream.writelines(f"domain,d{number}.example,,,\n" for number in range(domains))
        stream.writelines(
            f"mailbox,user{number}@d{number % domains}.example,Person {number},{_HASH},1G\n"
            for number in range(mailboxes)
        )
    assert bulk.apply(Actor.root(origin="bench"), file, on_fault=print).stored
    configure.close()


def _read(path: Path) -> tuple[int, float]:
    begun = time.monotonic()
    rows = 0
    with sqlite3.connect(path) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for table in tables:
            rows += sum(1 for _ in connection.execute(f'SELECT * FROM "{table}"'))
    return rows, time.monotonic() - begun


def _move(layout: Layout, source: str, target: str) -> float:
    from carteiro.hosting.database import configure, copying, embedded

    begun = time.monotonic()
    if target.startswith("sqlite"):
        embedded.make(layout, parse_location(target))
    configure.use(copying.SOURCE, layout, parse_location(source), seconds=900)
    configure.use(copying.TARGET, layout, parse_location(target), seconds=900)
    try:
        copying.transfer("bench", lambda *_: None)
    finally:
        configure.drop(copying.SOURCE)
        configure.drop(copying.TARGET)
    return time.monotonic() - begun


if __name__ == "__main__":
    main()

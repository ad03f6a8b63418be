"""Runs the measurements: `bench/run --help`."""

import argparse
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from bench import delivery, logins, machine, report, waits
from bench.peers.old_host import OldHost
from bench.peers.static_engines import StaticEngines
from bench.product import Product
from bench.setup import PASSWORD, Plan, Setup
from carteiro.mail.password import hash_password


def main() -> None:
    """Measure what was asked for, and print it."""
    options = _options()
    work = Path(tempfile.mkdtemp(prefix="carteiro-bench-", dir=options.work))
    # The engines' own users pass through it.
    work.chmod(0o755)
    plan = Plan(
        work=work,
        mailboxes=options.mailboxes,
        messages=options.messages,
        sessions=options.sessions,
        rounds=options.rounds,
        logins=options.logins,
        hashed=hash_password(PASSWORD),
    )
    try:
        _measure(plan, options)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _measure(plan: Plan, options: argparse.Namespace) -> None:
    lines: list[report.Line] = []
    spent: list[str] = []
    with ExitStack() as running:
        product = Product(plan, f"{options.network}.1")
        _start(product, running)
        certificate, key = product.certificate()
        setups: list[Setup] = [
            product,
            StaticEngines(plan, f"{options.network}.2", _dovecot(), certificate, key),
            OldHost(plan, f"{options.network}.3"),
        ]
        for setup in setups[1:]:
            _start(setup, running)
        names = [setup.name for setup in setups]
        if "delivery" in options.only:
            rounds = delivery.measure(setups, plan)
            lines += report.delivery_lines(names, rounds)
            spent += [report.programs(name, rounds[name]) for name in names]
        if "logins" in options.only:
            for figure, login in (("SMTP AUTH per second", logins.smtp), ("IMAP logins per second", logins.imap)):
                lines.append(report.login_line(figure, names, logins.measure(setups[:2], plan, login)))
        if "waits" in options.only:
            # Alone on the machine, as an owner's host is.
            for setup in setups[1:]:
                setup.stop()
            lines += report.wait_lines(waits.measure(product, plan))
    _tell(names, lines, spent, write=options.write)


def _start(setup: Setup, running: ExitStack) -> None:
    print(f"starting: {setup.name}", flush=True)
    running.callback(setup.stop)
    setup.start()


def _tell(names: Sequence[str], lines: Sequence[report.Line], spent: Sequence[str], *, write: bool) -> None:
    results = report.table(names, lines)
    described = machine.describe()
    print(f"\n{described}\n\n{results}")
    for line in spent:
        print(line)
    if write:
        report.write(described, results, spent)
        print(f"\nwritten to {report.DOCUMENT}")


def _dovecot() -> tuple[int, int]:
    said = subprocess.run(["dovecot", "--version"], capture_output=True, text=True, check=True).stdout
    major, minor = re.findall(r"\d+", said)[:2]
    return int(major), int(minor)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/run", description=__doc__)
    parser.add_argument("--mailboxes", type=int, default=200)
    parser.add_argument("--messages", type=int, default=2000, help="per round and set-up")
    parser.add_argument("--sessions", type=int, default=20, help="SMTP connections at once")
    parser.add_argument("--logins", type=int, default=200, help="per round and set-up")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--network", default="127.0.71", help="the first three numbers of the loopback addresses")
    parser.add_argument("--work", type=Path, default=None, help="where the instances are made, and removed again")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    parser.add_argument(
        "--only", nargs="+", default=["delivery", "logins", "waits"], choices=["delivery", "logins", "waits"]
    )
    return parser.parse_args()


main()

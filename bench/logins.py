"""Logins per second: SMTP AUTH and IMAP LOGIN, each over a TLS connection of its own."""

import imaplib
import smtplib
import ssl
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from bench.setup import PASSWORD, Plan, Setup, addresses

THREADS = 8
# The certificate is of a private authority, and it is not what is measured.
_TLS = ssl.create_default_context()
_TLS.check_hostname = False
_TLS.verify_mode = ssl.CERT_NONE


def smtp(host: str, user: str) -> None:
    """One login over submissions, port 465."""
    with smtplib.SMTP_SSL(host, 465, local_hostname="load.example", timeout=60, context=_TLS) as client:
        client.login(user, PASSWORD)


def imap(host: str, user: str) -> None:
    """One login over imaps, port 993."""
    client = imaplib.IMAP4_SSL(host, 993, ssl_context=_TLS, timeout=60)
    client.login(user, PASSWORD)
    client.logout()


def measure(setups: Sequence[Setup], plan: Plan, login: Callable[[str, str], None]) -> dict[str, list[float]]:
    """Logins a second by set-up, in interleaved rounds."""
    users = addresses(plan.mailboxes)
    wanted = [users[number % len(users)] for number in range(plan.logins)]
    rates = defaultdict(list)
    for setup in setups:
        _rate(setup.address, wanted[:THREADS], login)
    for number in range(plan.rounds):
        for setup in setups if number % 2 == 0 else reversed(setups):
            rates[setup.name].append(_rate(setup.address, wanted, login))
    return dict(rates)


def _rate(host: str, users: Sequence[str], login: Callable[[str, str], None]) -> float:
    begin = time.monotonic()
    with ThreadPoolExecutor(THREADS) as pool:
        for _ in pool.map(lambda user: login(host, user), users):
            pass
    return len(users) / (time.monotonic() - begin)

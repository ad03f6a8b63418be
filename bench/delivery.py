"""Delivered messages per second, and what processor time a message takes."""

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bench import load, processes
from bench.maildirs import Maildirs
from bench.setup import Plan, Setup, addresses

# A run that has not stored everything after so long is a failure, not a slow run.
PATIENCE = 120


@dataclass(frozen=True)
class Round:
    """One run of all messages through one set-up."""

    accepted: float  # messages a second, until the last one was accepted
    stored: float  # messages a second, until the last one was in its Maildir
    milliseconds: float  # of processor time a message, user and system, of all the set-up's processes
    programs: dict[str, float]  # the same by program


def measure(setups: Sequence[Setup], plan: Plan) -> dict[str, list[Round]]:
    """Interleaved rounds, forwards and backwards in turn, so that a drifting machine treats all alike."""
    for setup in setups:
        _one(setup, addresses(plan.mailboxes), plan.sessions, new=True)
        setup.settle()
    wanted = addresses(plan.mailboxes)
    recipients = [wanted[number * 7 % len(wanted)] for number in range(plan.messages)]
    rounds = defaultdict(list)
    for number in range(plan.rounds):
        for setup in setups if number % 2 == 0 else reversed(setups):
            rounds[setup.name].append(_one(setup, recipients, plan.sessions))
    return dict(rounds)


def _one(setup: Setup, recipients: Sequence[str], sessions: int, *, new: bool = False) -> Round:
    maildirs = Maildirs(setup.mail)
    before = maildirs.count()
    spent = processes.processor_seconds(setup.roots())
    begin = time.monotonic()
    load.send(setup.address, recipients, sessions)
    accepted = time.monotonic()
    # The first mail of a mailbox makes its directories.
    while (maildirs := Maildirs(setup.mail) if new else maildirs).count() - before < len(recipients):
        if time.monotonic() - accepted > PATIENCE:
            raise SystemExit(
                f"bench: {setup.name} has not stored all messages {PATIENCE} s after the last was accepted"
            )
        time.sleep(0.02)
    stored = time.monotonic()
    # Removing the message from the queue comes after storing it.
    time.sleep(0.5)
    cost = processes.processor_seconds(setup.roots())
    count = len(recipients)
    programs = {name: (seconds - spent.get(name, 0)) * 1000 / count for name, seconds in cost.items()}
    return Round(count / (accepted - begin), count / (stored - begin), sum(programs.values()), programs)

"""What the owner waits for: a new mailbox, an apply without changes, a start; and the memory that idling takes."""

import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import load, processes
from bench.product import Product
from bench.setup import Plan

REPEATS = 5
# Until the engines' helpers of the start have ended and Python has nothing more to load.
SETTLING = 10


@dataclass(frozen=True)
class Waits:
    """Seconds, and bytes of memory."""

    mailbox: float  # from the answer of `mailbox add` until a message sent to it is stored
    command: float  # `mailbox add` itself
    apply: float
    start: float
    memory: int


def measure(product: Product, plan: Plan) -> Waits:
    """One after the other; the medians of a few tries. The instance runs before and after."""
    mailboxes = [_new_mailbox(product, plan, number) for number in range(REPEATS)]
    apply = median(product.run("apply") for _ in range(REPEATS))
    starts = []
    for _ in range(3):
        product.stop()
        starts.append(product.up())
    time.sleep(SETTLING)
    return Waits(
        mailbox=median(seconds for seconds, _ in mailboxes),
        command=median(command for _, command in mailboxes),
        apply=apply,
        start=median(starts),
        memory=processes.memory(product.roots()),
    )


def _new_mailbox(product: Product, plan: Plan, number: int) -> tuple[float, float]:
    known = _homes(product)
    address = f"new{number}.{time.time_ns()}@d0.test"
    with load.Smtp(product.address) as smtp:
        command = product.run("mailbox", "add", address, "--password-hash", plan.hashed)
        begin = time.monotonic()
        smtp.deliver(address, load.message(number))
        while not any(list(home.glob("**/new/*")) for home in _homes(product) - known):
            if time.monotonic() - begin > 30:
                raise SystemExit(f"bench: {address} has received nothing after 30 s")
            time.sleep(0.002)
        return time.monotonic() - begin, command


def _homes(product: Product) -> set[Path]:
    return set(product.mail.glob("*/*"))

"""What all that is measured side by side has in common."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

DOMAINS = 10
PASSWORD = "a bench password 4711"


def addresses(count: int) -> list[str]:
    """The mailboxes that every set-up has, spread over some domains."""
    return [f"u{number:03d}@d{number % DOMAINS}.test" for number in range(count)]


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    work: Path
    mailboxes: int
    messages: int
    sessions: int
    rounds: int
    logins: int
    # The hash that all set-ups check passwords against, with its {SCHEME}.
    hashed: str


class Setup(Protocol):
    """A running mail host. Its mailboxes are `addresses(plan.mailboxes)`; their password is PASSWORD."""

    name: str
    address: str
    # Where its Maildirs are, at any depth.
    mail: Path

    def start(self) -> None:
        """Make it and run it until it answers on port 25."""

    def stop(self) -> None:
        """End all its processes."""

    def settle(self) -> None:
        """Wait until it is as it would be some minutes after its start."""

    def roots(self) -> list[int]:
        """Processes whose trees hold all of its processes."""

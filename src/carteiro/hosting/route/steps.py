"""The words of a journey: its steps and where it ends."""

from dataclasses import dataclass, field
from enum import StrEnum


class Tone(StrEnum):
    """What a step means to whoever waits for the mail."""

    WAY = "way"  # it goes on
    GOOD = "good"  # it arrives
    WARNING = "warning"  # later, or not as one may think
    BAD = "bad"  # it does not arrive


class Outcome(StrEnum):
    """What the sending server is told."""

    TAKEN = "taken"
    PUT_OFF = "put_off"  # it tries again later
    REFUSED = "refused"
    NOT_OURS = "not_ours"  # it has no reason to ask here


@dataclass(frozen=True)
class Step:
    """One thing that happens, as a message id with its values; `depth` counts the aliases that led here."""

    tone: Tone
    text: str
    values: dict[str, object]
    depth: int = 0

    def __str__(self) -> str:
        return self.text.format(**self.values)


@dataclass
class Journey:
    """The way of mail for one address from outside; `recipients` are the mailboxes and addresses where it ends."""

    address: str
    outcome: Outcome
    steps: list[Step] = field(default_factory=list)
    recipients: set[str] = field(default_factory=set)

    def tell(self, tone: Tone, text: str, depth: int = 0, **values: object) -> None:
        """Add a step."""
        self.steps.append(Step(tone, text, values, depth))

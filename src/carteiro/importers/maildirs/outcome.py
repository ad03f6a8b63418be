"""What a copy did and what a comparison found."""

from dataclasses import dataclass

from carteiro.words import Fault, explain


@dataclass(frozen=True, slots=True)
class Refused:
    """A file or folder that was not brought as it is: its path relative to the source, and why, for a person."""

    name: str
    reason: str

    @classmethod
    def of(cls, name: str, fault: Fault) -> "Refused":
        """What a fault says of something."""
        return cls(name, " ".join(part for part in explain(fault) if part))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run did: messages by what became of them, the bytes that were brought, and what was refused."""

    copied: int = 0
    unchanged: int = 0
    deleted: int = 0
    flagged: int = 0
    bytes: int = 0
    refused: tuple[Refused, ...] = ()

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(
            self.copied + other.copied,
            self.unchanged + other.unchanged,
            self.deleted + other.deleted,
            self.flagged + other.flagged,
            self.bytes + other.bytes,
            self.refused + other.refused,
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not here as it is at the source; `uid` is 0 where it is about a folder as a whole."""

    folder: str
    uid: int
    what: str

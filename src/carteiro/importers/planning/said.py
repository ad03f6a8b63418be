"""A sentence for people, in whatever language they read: a text of the catalogue and what fills its places."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from carteiro.words import Fault, translate


@dataclass(frozen=True)
class Said:
    """A message id with its values, which may be sentences too."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict, hash=False)

    def told(self) -> str:
        """In the language of the terminal."""
        told = {name: value.told() if isinstance(value, Said) else value for name, value in self.values.items()}
        return translate(self.text, **told)


def say(text: str, **values: object) -> Said:
    """`text`, marked with N_, and what fills its places."""
    return Said(text, values)


def of(fault: Fault) -> Said:
    """Why something can't be, as a sentence."""
    return Said(fault.text, fault.values)

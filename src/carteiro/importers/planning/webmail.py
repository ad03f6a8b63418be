"""What people kept in the old webmail, as it is wanted here: pure values, whatever file or table they came from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Person:
    """What one person kept; names of preferences and fields are those of hosting/owner/webmail.py."""

    contacts: Sequence[Mapping[str, Any]] = ()
    identities: Sequence[Mapping[str, Any]] = ()
    preferences: Mapping[str, Any] = field(default_factory=dict)
    rules: Sequence[Mapping[str, Any]] = ()  # conditions, actions, name, any; see mail/filter_rule.py
    left: Sequence[str] = ()  # what there is no place for


@dataclass(frozen=True)
class Webmail:
    """Everybody, by the name of the log-in."""

    people: Mapping[str, Person] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)  # files that could not be read, and why
    whole: bool = False  # whether all of it was looked at: else what is missing here is not gone there

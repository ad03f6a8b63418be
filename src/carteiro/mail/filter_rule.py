"""A filter rule as people choose it: if these conditions hold, do this. Parsed from what was typed or stored."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from carteiro.mail.address import parse_target
from carteiro.mail.shown import shown
from carteiro.mail.size import parse_size
from carteiro.words import N_, Fault

Choice = TypeVar("Choice", bound=StrEnum)

MOST_RULES = 100
MOST_PARTS = 20  # conditions of a rule, actions of a rule
_LONGEST = 255
_HEADER_NAME = re.compile(r"[!-9;-~]{1,76}", re.ASCII)  # RFC 5322 section 2.2


class InvalidRule(Fault):
    """A condition or an action that can't be one."""

    code = "invalid"


class Field(StrEnum):
    """What a condition looks at."""

    FROM = "from"
    TO = "to"  # or Cc
    SUBJECT = "subject"
    LIST = "list"  # the mailing list that it came by
    HEADER = "header"  # any other one, by its name
    SIZE = "size"
    SPAM = "spam"  # what the spam filter said


class Comparison(StrEnum):
    """How a condition looks at it."""

    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    IS = "is"
    NOT_IS = "not_is"
    BEGINS = "begins"
    ENDS = "ends"
    MATCHES = "matches"  # with * and ?
    OVER = "over"
    UNDER = "under"


class Do(StrEnum):
    """What is done with a message."""

    FILE = "file"  # into a folder, and no longer into the inbox
    COPY = "copy"  # into a folder, too
    REDIRECT = "redirect"
    REDIRECT_COPY = "redirect_copy"
    FLAG = "flag"
    DISCARD = "discard"
    KEEP = "keep"
    STOP = "stop"  # no later rule


class Flag(StrEnum):
    """A mark on a message (RFC 9051 section 2.3.2)."""

    SEEN = "seen"
    FLAGGED = "flagged"


_OF_TEXT = tuple(each for each in Comparison if each not in (Comparison.OVER, Comparison.UNDER))
TESTS: Mapping[Field, Sequence[Comparison]] = {
    **dict.fromkeys((Field.FROM, Field.TO, Field.SUBJECT, Field.LIST, Field.HEADER), _OF_TEXT),
    Field.SIZE: (Comparison.OVER, Comparison.UNDER),
    Field.SPAM: (Comparison.IS, Comparison.NOT_IS),
}
"""The tests that make sense of a field."""


@dataclass(frozen=True)
class Condition:
    """One test of a message; `header` is the name where any header may be looked at, `value` what for."""

    field: Field
    test: Comparison
    value: str = ""
    header: str = ""

    def record(self) -> dict[str, str]:
        """As it is stored."""
        said = {"field": self.field.value, "test": self.test.value, "value": self.value}
        return said | ({"header": self.header} if self.header else {})


@dataclass(frozen=True)
class Action:
    """One thing that is done; `value` is a folder, an address or a flag, where it takes one."""

    do: Do
    value: str = ""

    def record(self) -> dict[str, str]:
        """As it is stored."""
        return {"do": self.do.value, "value": self.value}


@dataclass(frozen=True)
class Rule:
    """If the conditions hold (all, or with `any` one of them; none always holds), do the actions in their order."""

    conditions: Sequence[Condition] = field(default=())
    actions: Sequence[Action] = field(default=())
    name: str = ""
    any: bool = False


def parse_condition(said: Mapping[str, Any]) -> Condition:
    """A condition as it was typed or stored. Raises InvalidRule."""
    looked_at = _one_of(Field, said.get("field"))
    test = _one_of(Comparison, said.get("test"))
    if test not in TESTS[looked_at]:
        raise InvalidRule(
            N_("The test {test} makes no sense of {field}."),
            N_("Choose one of {known}."),
            test=test,
            field=looked_at,
            known=", ".join(TESTS[looked_at]),
        )
    value = str(said.get("value") or "").strip()
    if looked_at is Field.SPAM:
        return Condition(looked_at, test)
    if looked_at is Field.SIZE:
        return Condition(looked_at, test, _size(value))
    header = _header(str(said.get("header") or "").strip()) if looked_at is Field.HEADER else ""
    return Condition(looked_at, test, _text(value), header)


def parse_action(said: Mapping[str, Any]) -> Action:
    """An action as it was typed or stored. Raises InvalidRule, or InvalidAddress for where mail is sent on to."""
    do = _one_of(Do, said.get("do"))
    value = str(said.get("value") or "").strip()
    if do in (Do.FILE, Do.COPY):
        return Action(do, parse_folder(value))
    if do in (Do.REDIRECT, Do.REDIRECT_COPY):
        return Action(do, str(parse_target(value)))
    if do is Do.FLAG:
        return Action(do, _one_of(Flag, value))
    return Action(do)


def parse_rule(
    conditions: Sequence[Mapping[str, Any]], actions: Sequence[Mapping[str, Any]], *, name: str = "", any_: bool = False
) -> Rule:
    """A rule as it was typed or stored. Raises InvalidRule or InvalidAddress."""
    if not actions:
        raise InvalidRule(N_("The rule does nothing."), N_("Add an action."))
    if max(len(conditions), len(actions)) > MOST_PARTS:
        raise InvalidRule(
            N_("A rule has at most {most} conditions and {most} actions."), N_("Make two rules of it."), most=MOST_PARTS
        )
    return Rule(
        tuple(parse_condition(each) for each in conditions), tuple(parse_action(each) for each in actions), name, any_
    )


def parse_folder(text: str) -> str:
    """The name of a folder, its levels parted by slashes. Raises InvalidRule."""
    levels = text.split("/")
    odd = not text.isprintable() or any(not level.strip() or level in {".", ".."} for level in levels)
    if odd or len(text) > _LONGEST or text.startswith("~"):
        raise InvalidRule(
            N_("{value} can't be the name of a folder."),
            N_("Write it as Work, or Work/Bills for a folder within a folder."),
            value=shown(text),
        )
    return text


def _one_of(kind: type[Choice], value: object) -> Choice:
    try:
        return kind(str(value))
    except ValueError:
        raise InvalidRule(
            N_("{value} is not among the choices."),
            N_("Choose one of {known}."),
            value=shown(value),
            known=", ".join(kind),
        ) from None


def _text(value: str) -> str:
    if not value or len(value) > _LONGEST or not value.isprintable():
        raise InvalidRule(
            N_("{value} is nothing that a message could be looked through for."),
            N_("Write one line of at most 255 characters."),
            value=shown(value),
        )
    return value


def _header(value: str) -> str:
    if not _HEADER_NAME.fullmatch(value):
        raise InvalidRule(
            N_("{value} can't be the name of a header."), N_("Write it as X-Mailer, for instance."), value=shown(value)
        )
    return value


def _size(value: str) -> str:
    # A Sieve number has 31 bits at least (RFC 5228 section 2.4.1).
    if parse_size(value) > 2**31 - 1:
        raise InvalidRule(N_("{value} is larger than any message."), N_("Write a size such as 5M."), value=shown(value))
    return value.upper()

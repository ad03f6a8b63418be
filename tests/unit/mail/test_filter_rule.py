"""Filter rules as they are typed: what is taken, and what is refused with the reason."""

import pytest

from carteiro.mail.filter_rule import (
    Action,
    Comparison,
    Condition,
    Do,
    Field,
    parse_action,
    parse_condition,
    parse_rule,
)
from carteiro.words import Fault


def test_a_condition_is_what_was_typed() -> None:
    assert parse_condition({"field": "from", "test": "contains", "value": " bank "}) == Condition(
        Field.FROM, Comparison.CONTAINS, "bank"
    )


def test_a_record_is_read_again() -> None:
    typed = {"field": "header", "header": "X-Mailer", "test": "is", "value": "elm"}
    condition = parse_condition(typed)
    assert parse_condition(condition.record()) == condition


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"field": "moon", "test": "is", "value": "full"},
        {"field": "from", "test": "over", "value": "5M"},
        {"field": "size", "test": "contains", "value": "5M"},
        {"field": "size", "test": "over", "value": "large"},
        {"field": "size", "test": "over", "value": "5G"},
        {"field": "from", "test": "is", "value": ""},
        {"field": "subject", "test": "is", "value": "a\r\nBcc: b@example.org"},
        {"field": "subject", "test": "is", "value": "x" * 256},
        {"field": "header", "header": "X Mailer", "test": "is", "value": "x"},
        {"field": "header", "header": 'X: "', "test": "is", "value": "x"},
        {"field": ["from"], "test": None, "value": {}},
    ],
)
def test_what_no_condition_can_be_is_refused(typed: dict[str, object]) -> None:
    with pytest.raises(Fault):
        parse_condition(typed)


def test_a_redirect_goes_to_an_address_in_its_one_form() -> None:
    assert parse_action({"do": "redirect", "value": "Eve@Example.ORG"}) == Action(Do.REDIRECT, "eve@example.org")


@pytest.mark.parametrize(
    "typed",
    [
        {"do": "fly"},
        {"do": "redirect", "value": "nobody"},
        {"do": "redirect", "value": "a@example.org, b@example.org"},
        {"do": "flag", "value": "\\Deleted"},
        {"do": "file", "value": ""},
        {"do": "file", "value": "Work//Bills"},
        {"do": "file", "value": "../../etc"},
        {"do": "file", "value": "~root"},
        {"do": "file", "value": "In\nbox"},
    ],
)
def test_what_no_action_can_be_is_refused(typed: dict[str, object]) -> None:
    with pytest.raises(Fault):
        parse_action(typed)


def test_a_rule_without_an_action_is_refused() -> None:
    with pytest.raises(Fault, match="does nothing"):
        parse_rule([], [])


def test_a_rule_has_so_many_parts_at_most() -> None:
    with pytest.raises(Fault, match="at most 20"):
        parse_rule([], [{"do": "keep"}] * 21)

"""Every command has an example in the operator's guide, and every example is a command that exists."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from carteiro.cli.main import COMMANDS, app, load

from . import pages

GUIDES = [page for page in pages.pages() if "decisions" not in page.parts]
OPERATORS = [page for page in GUIDES if page.parent.name == "operator"]
FOR_EVERY_COMMAND = {"--help", "-h", "--install-completion", "--version"}
WITHOUT_EXAMPLES = {"up", "service"}  # the script ./up, and what the supervisor starts


def _verbs(noun: str) -> dict[str, Any]:
    """The commands of a noun by verb; a verb without a noun is its own."""
    command = load(noun)
    return dict(command.commands) if hasattr(command, "commands") else {"": command}


def _options(command: Any) -> dict[str, Any]:
    return {name: option for option in command.params for name in (*option.opts, *option.secondary_opts)}


def _without_options(words: list[str], known: dict[str, Any]) -> Iterator[str]:
    """The arguments among the words; every option has to be known."""
    rest = iter(words)
    for word in rest:
        if not word.startswith("-"):
            yield word
        elif word not in FOR_EVERY_COMMAND:
            assert word in known, f"there is no option {word} in: {' '.join(words)}"
            if not getattr(known[word], "is_flag", False):
                next(rest)


def _split(words: list[str]) -> tuple[str, str, list[str]]:
    """Noun, verb ("" where the noun is one) and the rest of an example; the options before the noun are checked."""
    at = next((number for number, word in enumerate(words) if word in COMMANDS), len(words))
    before = list(_without_options(words[:at], _options(typer.main.get_command(app))))
    assert not before, f"there is no noun {before[0]}"
    if at == len(words):
        return "", "", []
    verbs = _verbs(words[at])
    if "" in verbs:
        return words[at], "", words[at + 1 :]
    verb = next((word for word in words[at + 1 :] if not word.startswith("-")), "")
    assert verb in {"", *verbs}, f"{words[at]} has no verb {verb}"
    return words[at], verb, words[at + 2 :]


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_every_example_is_a_command_that_exists(page: Path) -> None:
    for words in pages.commands(page):
        noun, verb, rest = _split(words)
        if noun and (verb or "" in _verbs(noun)):
            list(_without_options(rest, _options(_verbs(noun)[verb])))


@pytest.mark.parametrize("noun", sorted(COMMANDS.keys() - WITHOUT_EXAMPLES))
def test_every_command_has_an_example_for_operators(noun: str) -> None:
    shown = {_split(words)[:2] for page in OPERATORS for words in pages.commands(page)}
    assert {(noun, verb) for verb in _verbs(noun)} <= shown


@pytest.mark.parametrize("noun", sorted(WITHOUT_EXAMPLES))
def test_a_command_without_an_example_is_mentioned(noun: str) -> None:
    guide = " ".join(" ".join(pages.text(page).split()) for page in OPERATORS)
    assert all(f"carteiro {noun} {verb}".strip() in guide for verb in _verbs(noun))


@pytest.mark.parametrize("noun", sorted(COMMANDS))
@pytest.mark.parametrize("language", ["English", "Portuguese"])
def test_every_option_is_mentioned_in_the_guides(noun: str, language: str) -> None:
    guide = " ".join(pages.text(page) for page in OPERATORS if pages.is_portuguese(page) == (language == "Portuguese"))
    options = {option.opts[0] for command in _verbs(noun).values() for option in command.params}
    assert not {option for option in options if option.startswith("--") and option not in guide}

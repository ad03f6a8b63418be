"""Every command has an example in the operator's guide, and every example is a command that exists."""

from collections.abc import Iterator

import click
import pytest
import typer

from carteiro.cli.main import COMMANDS, app

from . import pages

GUIDES = [page for page in pages.pages() if "decisions" not in page.parts]
ADMINISTRATION = pages.ROOT / "docs" / "operator" / "administration.md"
FOR_THE_HOST_ITSELF = {"service"}  # the supervisor starts these; a person has no use for an example

# Typer carries a click of its own or uses the one installed, so the classes are told apart by what they have.
ROOT = typer.main.get_command(app)


def _below(command: click.Command) -> dict[str, click.Command]:
    if not hasattr(command, "list_commands"):
        return {}
    context = command.make_context("carteiro", [], resilient_parsing=True)
    found = {name: command.get_command(context, name) for name in command.list_commands(context)}
    return {name: child for name, child in found.items() if child is not None}


def _all_commands() -> Iterator[tuple[str, ...]]:
    for noun, command in _below(ROOT).items():
        verbs = _below(command)
        yield from ((noun, verb) for verb in verbs) if verbs else [(noun,)]


def _check(words: list[str]) -> None:
    """Walk down the groups, then look at each option of the command that is left."""
    command, path = ROOT, "carteiro"
    while words:
        word = words.pop(0)
        options = {name: option for option in command.params for name in (*option.opts, *option.secondary_opts)}
        if word.startswith("-"):
            assert word in {*options, "--help", "--install-completion"}, f"{path} has no option {word}"
            if word in options and not getattr(options[word], "is_flag", False):
                words.pop(0)
        elif _below(command):
            assert word in _below(command), f"{path} has no {word}"
            command, path = _below(command)[word], f"{path} {word}"


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_every_example_is_a_command_that_exists(page: pages.Path) -> None:
    for words in pages.commands(page):
        _check(list(words))


@pytest.mark.parametrize("command", sorted(_all_commands()), ids=" ".join)
def test_every_command_is_documented_with_an_example(command: tuple[str, ...]) -> None:
    if command[0] in FOR_THE_HOST_ITSELF:
        assert f"carteiro {' '.join(command)}" in " ".join(pages.text(ADMINISTRATION).split())
        return
    shown = [_words_only(words) for page in GUIDES if "operator" in page.parts for words in pages.commands(page)]
    shown.append(["up"])  # its door is the script ./up, which the guide begins with
    assert any(tuple(words[: len(command)]) == command for words in shown), f"no example of {' '.join(command)}"


def test_every_option_is_mentioned_in_the_guide() -> None:
    guide = " ".join(pages.text(page) for page in GUIDES if "operator" in page.parts)
    missing = [
        f"{' '.join(path)} {option.opts[0]}"
        for path in _all_commands()
        for option in _command(path).params
        if option.opts[0].startswith("--") and option.opts[0] not in guide
    ]
    assert not missing


def test_the_table_of_commands_has_a_module_each() -> None:
    assert set(_below(ROOT)) == set(COMMANDS)


def _command(path: tuple[str, ...]) -> click.Command:
    command = ROOT
    for name in path:
        command = _below(command)[name]
    return command


def _words_only(words: list[str]) -> list[str]:
    """Without the options before the noun."""
    while words and words[0].startswith("--"):
        words = words[2:] if words[0] == "--instance" else words[1:]
    return words

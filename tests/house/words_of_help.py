"""What `--help` says: the lines of nouns, the docstrings of commands, and what tells of options and arguments."""

import functools

import typer

from carteiro.cli import speaking
from carteiro.cli.main import COMMANDS, app, make


@functools.cache
def helps() -> frozenset[str]:
    """Every such text, in English."""
    lines = {line for _, line in COMMANDS.values()}
    root = speaking.texts(typer.main.get_command(app))
    return frozenset(lines | root).union(*(speaking.texts(make(name)) for name in COMMANDS))

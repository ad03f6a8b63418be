"""Jinja as all rooms of the stack use it: nothing undefined passes, nothing is escaped for HTML."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from carteiro.stack.quoting import FILTERS


def templates_beside(module_file: str) -> Environment:
    """The templates in the folder `templates` beside a module, given its `__file__`."""
    environment = Environment(  # noqa: S701 - configuration files, not HTML
        loader=FileSystemLoader(Path(module_file).parent / "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(FILTERS)
    return environment

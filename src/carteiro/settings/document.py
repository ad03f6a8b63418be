"""The settings reference and the commented settings file, both made from the schema.

`python -m carteiro.settings.document` prints the reference.
"""

import json
import sys
from collections.abc import Iterator, Mapping

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from carteiro.settings.check import RULES
from carteiro.settings.schema import Settings
from carteiro.settings.telling import allowed_for, sections

_EXAMPLE = {"hostname": "mail.example.org"}
"""What stands in the example for a setting that has no default."""

_HEAD = """\
# Settings

<!-- Made by `python -m carteiro.settings.document` from the schema; edit that instead. -->

The settings of one host are in `carteiro.toml` in its configuration directory (`/etc/carteiro`, or the directory that
`--instance` names). The file is [TOML](https://toml.io/en/v1.0.0). Only `hostname` must be there. An unknown key or a
wrong value stops the start, and the error names the line and what is allowed. Passwords are never in this file:
settings that end in `_file` name a file that holds one. `carteiro plan` shows what a change would do, `carteiro apply`
does it.
"""


def example(values: Mapping[str, object] | None = None) -> str:
    """A settings file with every setting explained.

    `values` ("section.key" → value) are set in it, all others are commented out.
    """
    given = {**_EXAMPLE, **(values or {})}
    lines = ["# The settings of this host. What is commented out shows the default.", ""]
    for section, table in sections():
        if section:
            lines += [f"# {_about(table)}", f"[{section}]"]
        for name, field in _settings(table):
            key = f"{section}.{name}".lstrip(".")
            lines += [f"# {field.description}", f"# Allowed: {allowed_for(field).text}."]
            if key in given:
                lines.append(f"{name} = {_toml(given[key])}")
            else:
                lines.append(f"#{name} = {_default(field)}")
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def reference() -> str:
    """The page `docs/settings.md`."""
    return "\n".join(
        [_HEAD, *_tables(), *_rules(), "## An example with every default", "", "```toml", example() + "```", ""]
    )


def _tables() -> Iterator[str]:
    for section, table in sections():
        yield f"## [{section}]" if section else "## At the top"
        yield ""
        yield _about(table)
        yield ""
        yield "| setting | default | allowed | meaning |"
        yield "|---|---|---|---|"
        for name, field in _settings(table):
            default = "(must be given)" if field.is_required() else f"`{_default(field)}`"
            yield f"| `{name}` | {default} | {allowed_for(field).text} | {field.description} |"
        yield ""


def _rules() -> Iterator[str]:
    yield from ("## Rules across settings", "", "| id | rule |", "|---|---|")
    yield from (f"| {rule.id} | {rule.asks} |" for rule in RULES)
    yield ""


def _settings(table: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    """The settings of one table, without the tables in it."""
    inner = dict(sections()) if table is Settings else {}
    yield from ((name, field) for name, field in table.model_fields.items() if name not in inner)


def _about(table: type[BaseModel]) -> str:
    return (table.__doc__ or "").strip()


def _default(field: FieldInfo) -> str:
    return _toml(allowed_for(field).written(field.default))


def _toml(value: object) -> str:
    """`value` in TOML, whose basic strings, integers, booleans and arrays are written as JSON's are."""
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    sys.stdout.write(reference())

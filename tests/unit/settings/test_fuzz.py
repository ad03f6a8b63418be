"""Any text is settings or a fault, never another exception."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from carteiro.settings.errors import InvalidSettings
from carteiro.settings.load import load_text
from carteiro.settings.schema import Settings

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)
NAMES = sorted(
    {*Settings.model_fields, "smtp", "addresses", "tls", "key", "default_quota", "quota_warnings", "a", "x y"}
)
VALUES = st.recursive(
    st.one_of(
        st.integers(-(2**70), 2**70),
        st.booleans(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x7f"), max_size=20),
        st.sampled_from(["*", "50M", "mail.example.org", "/etc/x", "127.0.0.1", "required"]),
    ),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)
TABLES = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4)
SECTIONS = st.dictionaries(st.sampled_from(NAMES), TABLES, max_size=4)


def told(text: str) -> None:
    """Load `text`; whatever is wrong with it must be a fault of one visible line."""
    try:
        load_text(text)
    except InvalidSettings as fault:
        for each in (fault, *fault.more):
            assert str(each).isprintable()


def toml(top: dict[str, Any], sections: dict[str, dict[str, Any]]) -> str:
    """The tables in TOML, with keys in quotes."""
    lines = [f"{json.dumps(key)} = {json.dumps(value)}" for key, value in top.items() if key not in sections]
    for name, table in sections.items():
        lines += [
            f"[{json.dumps(name)}]",
            *(f"{json.dumps(key)} = {json.dumps(value)}" for key, value in table.items()),
        ]
    return "\n".join(lines)


@given(ANY_TEXT)
def test_any_text(text: str) -> None:
    told(text)


@given(ANY_TEXT, st.sampled_from(NAMES))
def test_any_text_behind_a_key(text: str, name: str) -> None:
    told(f'hostname = "mail.example.org"\n"{name}" = {text}')


@given(TABLES, SECTIONS)
def test_any_values_of_known_and_unknown_keys(top: dict[str, Any], sections: dict[str, dict[str, Any]]) -> None:
    told(toml({"hostname": "mail.example.org", **top}, sections))


@given(ANY_TEXT)
def test_any_host_name(text: str) -> None:
    told(f"hostname = {json.dumps(text)}")

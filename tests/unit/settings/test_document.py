"""The reference and the example that come out of the schema."""

import tomllib

from carteiro.settings.document import example, reference
from carteiro.settings.load import load_text
from carteiro.settings.schema import Settings


def test_the_example_as_it_is_has_only_defaults() -> None:
    assert load_text(example()) == Settings(hostname="mail.example.org")


def test_every_commented_default_is_the_default() -> None:
    text = "\n".join(line[1:] if line.startswith("#") and line[1] != " " else line for line in example().split("\n"))
    assert load_text(text) == Settings(hostname="mail.example.org")
    assert set(tomllib.loads(text)) == set(Settings.model_fields)


def test_given_values_stand_in_the_example() -> None:
    settings = load_text(example({"hostname": "mx.example.net", "listen.addresses": ["127.0.0.1"], "mail.bin_days": 7}))
    assert settings.hostname == "mx.example.net"
    assert settings.listen.addresses == ("127.0.0.1",)
    assert settings.mail.bin_days == 7


def test_every_setting_is_in_the_reference_with_its_meaning() -> None:
    page = reference()
    for name, field in Settings.model_fields.items():
        table = getattr(field.annotation, "model_fields", None)
        assert f"## [{name}]" in page if table else f"| `{name}` |" in page
        for key, inner in (table or {}).items():
            assert inner.description
            assert f"| `{key}` |" in page
            assert inner.description in page

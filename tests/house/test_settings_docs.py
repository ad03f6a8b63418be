"""The settings reference is in step with the schema."""

from pathlib import Path

from carteiro.settings.document import reference

PAGE = Path(__file__).resolve().parents[2] / "docs" / "settings.md"


def test_the_settings_reference_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(), (
        "run python -m carteiro.settings.document > docs/settings.md"
    )

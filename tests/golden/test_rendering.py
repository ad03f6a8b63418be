"""Settings to exact files. After a wanted change: `python -m tests.golden.accept`, and read the difference."""

import pytest

from tests.golden.accept import FILES, golden_file, text_of
from tests.golden.cases import CASES, DEBIAN

RENDERINGS = [(name, debian) for name in CASES for debian in DEBIAN]


@pytest.mark.parametrize(("name", "debian"), RENDERINGS)
def test_the_rendering_is_the_accepted_one(name: str, debian: int) -> None:
    assert text_of(CASES[name], debian) == golden_file(name, debian).read_text()


def test_no_accepted_rendering_is_left_over() -> None:
    assert set(FILES.iterdir()) == {golden_file(name, debian) for name, debian in RENDERINGS}

"""The marks beside addresses."""

import pytest

from carteiro.hosting.status import Mark
from carteiro.web.panel import marks


@pytest.mark.parametrize("key", [marks.MAILBOX_KEY, marks.ALIAS_KEY])
def test_no_two_marks_of_a_key_look_alike(key: tuple[marks.Shown, ...]) -> None:
    shapes = [shape for _tone, _words, shape in key]
    assert len(set(shapes)) == len(shapes)


def test_every_mark_is_in_a_key() -> None:
    assert {*marks.shown(Mark), marks.OK} == {*marks.MAILBOX_KEY, *marks.ALIAS_KEY}

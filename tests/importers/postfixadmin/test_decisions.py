"""The decisions file: written for a person, given back, and wrong entries told by name."""

from pathlib import Path

import pytest

from carteiro.importers.planning import decisions
from carteiro.importers.planning.questions import QUESTIONS
from carteiro.words import Fault

from .small import mailbox, plan

ODD = 'x"y\\z\n\x7f é@a.test'


def test_a_file_that_is_given_back_unchanged_decides_the_same(tmp_path: Path) -> None:
    made = plan(mailbox("ana@a.test", active=False), mailbox("b@a.test", password=""), mailbox(ODD))
    file = tmp_path / "decisions.toml"
    file.write_text(decisions.write(made.conflicts))
    read = decisions.read(file)
    assert read.answers == {(each.name, each.thing): each.chosen for each in made.conflicts}
    assert len(read.answers) == 3


def test_an_answer_that_is_edited_counts(tmp_path: Path) -> None:
    made = plan(mailbox("ana@a.test", active=False))
    file = tmp_path / "decisions.toml"
    file.write_text(decisions.write(made.conflicts).replace('answer = "inactive"', 'answer = "active"'))
    assert decisions.read(file).choose("inactive-mailbox", "ana@a.test") == "active"


def test_a_star_stands_for_all_others(tmp_path: Path) -> None:
    file = tmp_path / "decisions.toml"
    file.write_text(
        '[[decision]]\nconflict = "inactive-mailbox"\nof = "*"\nanswer = "active"\n'
        '[[decision]]\nconflict = "inactive-mailbox"\nof = "ana@a.test"\nanswer = "inactive"\n'
    )
    read = decisions.read(file)
    assert read.choose("inactive-mailbox", "ana@a.test") == "inactive"
    assert read.choose("inactive-mailbox", "bia@a.test") == "active"


def test_the_first_answer_is_the_default() -> None:
    assert decisions.Decisions().choose("inactive-mailbox", "x") == "inactive"
    assert all(question.answers for question in QUESTIONS.values())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[decision]]\nconflict = "inactive-mailbox"\nof = "a"\nanswer = "maybe"', "maybe"),
        ('[[decision]]\nconflict = "no such"\nof = "a"\nanswer = "x"', "no such"),
        ('[[decision]]\nconflict = "loop"\nanswer = "drop"', "loop"),
        ("not toml", "can't be read"),
    ],
)
def test_what_is_wrong_in_it_is_named(text: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "decisions.toml"
    file.write_text(text)
    with pytest.raises(Fault, match=told):
        decisions.read(file)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Fault, match=r"none\.toml"):
        decisions.read(tmp_path / "none.toml")

"""Generations: written whole, told apart, switched in one step."""

from pathlib import Path

import pytest

from carteiro.operate.generations import Generations, digest
from carteiro.operate.loaded import LoadedRecord, action
from carteiro.settings.layout import Layout
from carteiro.stack.tree import File, Service, Stack
from carteiro.words import Fault

MAIL = Service("postfix", ("master",), 40, reload=("reload",), files=("postfix/",), restart="25")


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout.below(tmp_path)
    made.generations.mkdir(parents=True)
    made.run.mkdir()
    return made


def files(text: str, secret: str = "s3cret") -> Stack:
    rendered = File("postfix/main.cf", text.encode()), File("postfix/sasl_passwd", secret.encode(), mode=0o600)
    return Stack(rendered, (MAIL,), (), ())


def test_the_first_generation_is_number_one_and_not_yet_current(layout: Layout) -> None:
    generations = Generations(layout)
    assert generations.stage(files("a"), "first") == 1
    assert generations.current() is None


def test_switching_names_the_generation_in_one_step(layout: Layout) -> None:
    generations = Generations(layout)
    for text in "ab":
        generations.switch(generations.stage(files(text), text))
    assert generations.current() == 2
    assert (layout.current / "postfix/main.cf").read_text() == "b"


def test_modes_are_those_asked_for(layout: Layout) -> None:
    generations = Generations(layout)
    generations.switch(generations.stage(files("a"), "a"))
    assert (layout.current / "postfix/sasl_passwd").stat().st_mode & 0o777 == 0o600


def test_a_difference_is_shown_line_by_line(layout: Layout) -> None:
    generations = Generations(layout)
    generations.switch(generations.stage(files("old\n"), "a"))
    (change,) = generations.changes(files("new\n"))
    assert (change.path, change.kind) == ("postfix/main.cf", "changed")
    assert "-old" in change.diff
    assert "+new" in change.diff


def test_a_password_is_never_shown(layout: Layout) -> None:
    generations = Generations(layout)
    generations.switch(generations.stage(files("a"), "a"))
    (change,) = generations.changes(files("a", secret="an0ther"))
    assert "cret" not in change.diff
    assert "an0ther" not in change.diff


def test_a_file_that_goes_is_told(layout: Layout) -> None:
    generations = Generations(layout)
    generations.switch(generations.stage(files("a"), "a"))
    assert [change.kind for change in generations.changes(Stack((), (MAIL,), (), ()))] == ["removed", "removed"]


def test_an_unknown_number_is_a_fault_and_no_traceback(layout: Layout) -> None:
    with pytest.raises(Fault, match="no generation 7"):
        Generations(layout).manifest(7)


def test_old_generations_go_but_never_the_current(layout: Layout) -> None:
    generations = Generations(layout)
    generations.switch(generations.stage(files("first"), "a"))
    for text in "bcd":
        generations.stage(files(text), text)
    generations.prune(keep=2)
    assert generations.numbers() == [1, 3, 4]


def test_a_rollback_finds_the_generation_that_ran_before_however_many_were_taken_back(layout: Layout) -> None:
    generations = Generations(layout)
    generations.switch(generations.stage(files("first"), "a"))
    for text in "bcd":
        generations.stage(files(text), text)
    generations.switch(generations.stage(files("good"), "e"))
    generations.prune(keep=2)
    assert generations.numbers() == [1, 4, 5]
    assert generations.manifest(5).before == 1


def test_what_was_loaded_decides_and_not_what_is_on_disk(layout: Layout) -> None:
    generations = Generations(layout)
    first, second = (generations.path(generations.stage(files(text), text)) for text in "ab")
    record = LoadedRecord(layout)
    assert action(MAIL, first, record.read()) == "restart"
    record.note((MAIL,), first)
    assert action(MAIL, first, record.read()) == "none"
    assert action(MAIL, second, record.read()) == "reload"


def test_another_listener_wants_a_restart(layout: Layout) -> None:
    generations = Generations(layout)
    path = generations.path(generations.stage(files("a"), "a"))
    record = LoadedRecord(layout)
    record.note((MAIL,), path)
    moved = Service("postfix", ("master",), 40, reload=("reload",), files=("postfix/",), restart="2525")
    assert action(moved, path, record.read()) == "restart"


def test_a_service_without_files_never_changes(layout: Layout) -> None:
    generations = Generations(layout)
    first, second = (generations.path(generations.stage(files(text), text)) for text in "ab")
    worker = Service("worker", ("python",), 20)
    assert digest(first, worker) == digest(second, worker)


def test_a_cut_record_of_what_is_loaded_counts_as_nothing_known(layout: Layout) -> None:
    (layout.run / "loaded.json").write_text('{"postfix": {"dig')
    assert LoadedRecord(layout).read() == {}

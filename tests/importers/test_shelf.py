"""What is put aside comes back as it would from memory."""

import gc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carteiro.importers import shelf
from carteiro.importers.shelf import Pile, Shelf, by_name, grouped

_KEYS = st.sampled_from(["", "a", "b\n", "ç", "A"])
_DEEDS = st.lists(st.tuples(st.sampled_from(["put", "take", "pop"]), _KEYS, st.integers() | st.text()), max_size=30)


@given(_DEEDS)
def test_a_shelf_is_a_mapping_in_order(deeds: list[tuple[str, str, Any]]) -> None:
    made: Shelf[str, Any] = by_name()
    model: dict[str, Any] = {}
    for deed, key, value in deeds:
        if deed == "put":
            made[key] = model[key] = value
        elif deed == "take":
            assert made.get(key) == model.get(key)
        else:
            assert made.pop(key, None) == model.pop(key, None)
        assert (key in made) == (key in model)
    assert list(made.items()) == list(model.items())
    assert (list(made), list(made.values()), len(made)) == (list(model), list(model.values()), len(model))


@given(st.lists(st.integers(), max_size=1200))
def test_a_pile_is_a_sequence(items: list[int]) -> None:
    made = Pile(items)
    assert (list(made), len(made), made[1:3]) == (items, len(items), items[1:3])
    if items:
        assert (made[0], made[-1]) == (items[0], items[-1])
    with pytest.raises(IndexError):
        made[len(items)]


def test_what_is_put_in_while_it_is_read_comes_too_and_what_is_changed_stays_a_copy() -> None:
    made: Shelf[str, list[int]] = by_name()
    made["a"] = [1]
    made["a"].append(2)
    for key in made:
        if len(made) < 3:
            made[f"{key}a"] = []
    assert list(made.items()) == [("a", [1]), ("aa", []), ("aaa", [])]


def test_rows_are_grouped_in_the_order_of_their_names() -> None:
    assert list(grouped([("b", 1), ("a", 2), ("b", 3)])) == [("b", [1, 3]), ("a", [2])]


def test_nothing_is_left_of_what_nobody_holds() -> None:
    def tables() -> int:
        return int(shelf._scratch().execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone()[0])

    gc.collect()
    before = tables()
    made = Pile(range(10))
    assert tables() == before + 1
    del made
    gc.collect()
    assert tables() == before

"""Single values of old tables."""

from datetime import UTC, datetime

import pytest

from carteiro.importers.postfixadmin import values


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("JoÃ£o AraÃºjo", "João Araújo"),
        ("PreÃ§o: â‚¬ 5", "Preço: € 5"),
        ("João Araújo", "João Araújo"),
        ("Ana", "Ana"),
        ("日本", "日本"),
        ("ã é", "ã é"),
    ],
)
def test_a_text_that_was_encoded_twice_is_put_right_and_others_stay(told: str, meant: str) -> None:
    assert values.once(told) == meant


def test_a_text_that_was_encoded_three_times_is_put_right_too() -> None:
    thrice = "João".encode().decode("latin-1").encode().decode("latin-1")
    assert values.once(thrice) == "João"


@pytest.mark.parametrize(
    ("raw", "meant"), [(b"Jo\xe3o", "João"), ("João".encode(), "João"), (b"\x80 5", "€ 5"), (b"\x81", "\x81")]
)
def test_bytes_are_utf8_if_they_can_be(raw: bytes, meant: str) -> None:
    assert values.text(raw) == meant


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        ("2009-11-03 14:22:10", datetime(2009, 11, 3, 14, 22, 10, tzinfo=UTC)),
        ("2009-11-03 14:22:10-03", datetime(2009, 11, 3, 17, 22, 10, tzinfo=UTC)),
        ("2009-11-03 14:22:10.123456+00", datetime(2009, 11, 3, 14, 22, 10, 123456, tzinfo=UTC)),
        (datetime(2009, 11, 3, tzinfo=UTC), datetime(2009, 11, 3, tzinfo=UTC)),
        ("0000-00-00 00:00:00", None),
        ("2000-01-01 00:00:00", None),
        ("2009-00-00 00:00:00", None),
        ("", None),
        (None, None),
        ("nonsense", None),
    ],
)
def test_dates_of_all_servers_are_read_and_zero_dates_are_none(told: object, moment: datetime | None) -> None:
    assert values.moment(told) == moment


@pytest.mark.parametrize("told", [1, "1", "t", True, b"1", "\x01", b"\x01", "true", "Y"])
def test_what_is_on_is_on(told: object) -> None:
    assert values.truth(told, default=False)


@pytest.mark.parametrize("told", [0, "0", "f", False, b"0", "\x00", "false"])
def test_what_is_off_is_off(told: object) -> None:
    assert not values.truth(told, default=True)


def test_a_switch_that_is_not_there_has_its_default() -> None:
    assert values.truth(None, default=True)
    assert not values.truth("", default=False)


@pytest.mark.parametrize(("told", "number"), [("50", 50), (b"-1", -1), (None, 0), ("x", 0), ("1e3", 0), ("9" * 30, 0)])
def test_numbers_are_read(told: object, number: int) -> None:
    assert values.number(told) == number

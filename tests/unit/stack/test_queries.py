"""Neutral places become the variables of each release."""

from pathlib import Path

import pytest

from carteiro.stack.dovecot.queries import queries
from carteiro.stack.facts import Versions

V23, V24 = Versions(12, (3, 7), (2, 3), (1, 22)), Versions(13, (3, 10), (2, 4), (1, 26))


def _user_query(inner: str, versions: Versions) -> str:
    asked = dict.fromkeys(("app_password", "password", "quota_user", "iterate"), "SELECT 1") | {"user": inner}
    return queries(asked, Path("/m"), versions)["user_query"]


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        (V23, "'%u' '%n' '%d' '%s' '%{sha256:password}'"),
        (V24, "'%{user}' '%{user | username}' '%{user | domain}' '%{protocol}' '%{password | sha256 | hexlify}'"),
    ],
)
def test_every_place_becomes_its_variable_once(versions: Versions, expected: str) -> None:
    places = "'{address}' '{user}' '{domain}' '{protocol}' '{password_sha256}'"
    assert f"({places})".replace(places, expected) in _user_query(places, versions)


def test_a_percent_sign_of_the_query_is_no_variable() -> None:
    assert "LIKE '%%x'" in _user_query("SELECT a LIKE '%x'", V23)


def test_a_comment_does_not_swallow_what_is_around_the_query() -> None:
    assert _user_query("SELECT 1 -- one\n", V23).endswith("FROM (SELECT 1)")


def test_a_home_is_below_the_first_two_letters_of_its_name() -> None:
    assert "'/m/' || substr(home, 1, 2) || '/' || home AS \"home\"" in _user_query("SELECT 1", V24)

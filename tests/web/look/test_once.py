"""A form that does its work once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django import forms
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections

from carteiro.settings.layout import Layout
from carteiro.web.look.once import KEPT, Once, new_token, spend

pytestmark = pytest.mark.usefixtures("layout")


class Thing(Once):
    name = forms.CharField()


@pytest.fixture
def session(layout: Layout) -> SessionStore:
    made = SessionStore()
    made.create()
    return made


def sent(session: SessionStore, token: str, name: str = "a") -> Thing:
    return Thing({"name": name, "once": token}, session=session)


def test_the_second_sending_is_refused(session: SessionStore) -> None:
    token = Thing(session=session).once
    assert sent(session, token).is_valid()
    again = sent(SessionStore(session.session_key), token)
    assert not again.is_valid()
    assert again.once != token


def test_a_form_that_comes_back_can_be_sent_again(session: SessionStore) -> None:
    token = new_token()
    faulty = sent(session, token, name="")
    assert not faulty.is_valid()
    assert faulty.once == token
    assert sent(session, faulty.once).is_valid()


def test_after_a_refusal_of_the_use_case_there_is_another_token(session: SessionStore) -> None:
    token = new_token()
    form = sent(session, token)
    assert form.is_valid()
    form.add_error("name", "taken")
    assert form.once != token
    assert sent(session, form.once).is_valid()


@pytest.mark.parametrize("token", ["", "x", "1.2:forged", "9" * 5000])
def test_a_token_that_is_not_ours_is_refused(session: SessionStore, token: str) -> None:
    assert not sent(session, token).is_valid()


def test_a_session_remembers_a_bounded_number_and_refuses_what_it_forgot(session: SessionStore) -> None:
    tokens = [new_token() for _ in range(KEPT + 5)]
    assert all(spend(session, token) for token in tokens)
    stored: dict[str, Any] = SessionStore(session.session_key).load()
    assert len(stored["look.spent"]) == KEPT
    assert not any(spend(SessionStore(session.session_key), token) for token in tokens)


def test_of_two_at_the_same_moment_one_is_carried_out(session: SessionStore) -> None:
    token = new_token()

    def attempt(_number: int) -> bool:
        try:
            return spend(SessionStore(session.session_key), token)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(attempt, range(8)))
    assert done.count(True) == 1


def test_what_else_is_in_the_session_stays(session: SessionStore) -> None:
    session["held"] = 1
    session.save()
    spend(SessionStore(session.session_key), new_token())
    assert SessionStore(session.session_key)["held"] == 1

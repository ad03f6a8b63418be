"""Every page asks the database little."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from carteiro.web import live
from carteiro.web.people.pages import NEEDS
from tests.web.conftest import Browser, World
from tests.web.test_bad_input import path

MOST = 12
# They walk or write as much as there is.
LEFT_OUT = {"route", "export", "log-export"}


@pytest.mark.parametrize("person", ["superadmin", "alice", "bob"])
def test_a_page_has_few_queries(
    browser: Browser, furnished: World, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live.answer_to, "__defaults__", (0.0,))
    client = browser(getattr(furnished, person))
    client.get("/account/security/")  # what is kept of the session for a minute
    counts = {}
    for name in sorted(NEEDS.keys() - LEFT_OUT):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path(name))
        if answer.status_code == 200:
            counts[name] = len(queries)
    assert len(counts) > 20
    assert {name: count for name, count in counts.items() if count > MOST} == {}

"""Every page asks the database little."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from carteiro.web.people.pages import NEEDS
from tests.web.conftest import Browser, World
from tests.web.test_bad_input import path
from tests.web.test_language import ASK_THE_WORKER

MOST = 12
# They walk or write as much as there is, or ask again and again whether the worker has answered.
LEFT_OUT = {"route", "export", "log-export", *ASK_THE_WORKER}


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("person", ["superadmin", "alice", "bob"])
def test_a_page_has_few_queries(browser: Browser, furnished: World, person: str) -> None:
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

"""Every page: it opens, costs few queries, has nothing inline, and is closed to whoever may not."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from carteiro.hosting import domains
from tests.accounts import ALL_KINDS
from tests.web.conftest import Browser, World

EVERYWHERE = pytest.mark.database(*ALL_KINDS)
MOST_QUERIES = 12
OF_A_DOMAIN = (
    "/domains/example.org/",
    "/domains/example.org/mailboxes/",
    "/domains/example.org/aliases/",
    "/domains/example.org/alias-domains/",
    "/mailboxes/bob@example.org/",
    "/mailboxes/bob@example.org/edit/",
    "/mailboxes/bob@example.org/move/",
    "/mailboxes/bob@example.org/remove/",
    "/aliases/team@example.org/",
    "/aliases/team@example.org/remove/",
)
SENSITIVE = ("/mailboxes/bob@example.org/password/",)
OF_ADMINISTRATORS = (
    "/domains/",
    "/mailboxes/",
    "/mailboxes/?state=forwarding&sort=-used",
    "/mailboxes/add/?domain=example.org",
    "/aliases/",
    "/aliases/add/",
    "/alias-domains/",
    "/route/",
    "/route/?address=team@example.org",
    "/bin/",
    "/import/",
)
OF_SUPERADMINS = (
    "/domains/add/",
    "/domains/example.org/edit/",
    "/domains/example.org/next-hop/",
    "/domains/backup.example/",
    "/domains/backup.example/recipients/",
    "/domains/backup.example/edit/",
    "/alias-domains/add/",
    "/alias-domains/example.net/remove/",
)
INLINE = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:", re.IGNORECASE)


@EVERYWHERE
@pytest.mark.parametrize("path", [*OF_A_DOMAIN, *OF_ADMINISTRATORS, *OF_SUPERADMINS])
def test_a_superadmin_opens_it_with_few_queries_and_nothing_inline(full: World, browser: Browser, path: str) -> None:
    client = browser(full.superadmin)
    client.get("/domains/")
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
    assert answer.status_code == 200
    assert len(queries) <= MOST_QUERIES, "\n".join(query["sql"][:180] for query in queries)
    assert not INLINE.search(answer.content.decode())


@pytest.mark.parametrize("path", [*OF_A_DOMAIN, *OF_ADMINISTRATORS])
def test_the_administrator_of_the_domain_opens_it(full: World, browser: Browser, path: str) -> None:
    assert browser(full.alice).get(path).status_code == 200


@pytest.mark.parametrize("path", OF_SUPERADMINS)
def test_only_a_superadmin_opens_it(full: World, browser: Browser, path: str) -> None:
    assert browser(full.alice).get(path).status_code == 403


@pytest.mark.parametrize("path", [*OF_A_DOMAIN, *SENSITIVE])
def test_the_administrator_of_another_domain_learns_nothing(full: World, browser: Browser, path: str) -> None:
    """What exists and what does not look alike."""
    client = browser(full.charlie)
    missing = path.replace("example.org", "nowhere.test")
    answers = [client.get(each) for each in (path, missing)]
    assert [answer.status_code for answer in answers] == [403, 403]
    texts = [answer.content.decode().replace("example.org", "nowhere.test") for answer in answers]
    assert _without_token(texts[0]) == _without_token(texts[1])


@pytest.mark.parametrize("path", [*OF_A_DOMAIN, *SENSITIVE, *OF_ADMINISTRATORS, *OF_SUPERADMINS])
def test_somebody_who_administers_nothing_is_refused(full: World, browser: Browser, path: str) -> None:
    assert browser(full.bob).get(path).status_code == 403


@pytest.mark.parametrize("path", [*OF_A_DOMAIN, *SENSITIVE, *OF_ADMINISTRATORS, *OF_SUPERADMINS])
def test_nobody_is_sent_to_sign_in(full: World, browser: Browser, path: str) -> None:
    answer = browser().get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


@EVERYWHERE
@pytest.mark.parametrize("path", ["/domains/", "/mailboxes/", "/aliases/", "/alias-domains/", "/bin/"])
def test_a_search_by_htmx_brings_the_list_alone(full: World, browser: Browser, path: str) -> None:
    answer = browser(full.superadmin).get(path, {"q": "example"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()


@EVERYWHERE
@pytest.mark.parametrize("path", ["/domains/", "/mailboxes/", "/aliases/", "/alias-domains/", "/bin/"])
@pytest.mark.parametrize(
    "query",
    [
        {"q": "<script>alert(1)</script>"},
        {"q": "%' OR 1=1 --"},
        {"q": "\0"},
        {"q": "x" * 5000},
        {"sort": "password"},
        {"sort": "-password,"},
        {"after": "-1"},
        {"after": "99999999999999999999"},
        {"size": "1000000"},
        {"state": "nonsense", "tag": "' OR"},
    ],
)
def test_nonsense_in_the_address_of_a_list_does_no_harm(
    full: World, browser: Browser, path: str, query: dict[str, str]
) -> None:
    answer = browser(full.alice).get(path, query)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


@EVERYWHERE
def test_lists_show_the_own_things_alone(full: World, browser: Browser) -> None:
    client = browser(full.charlie)
    for path in ("/domains/", "/mailboxes/", "/aliases/", "/alias-domains/", "/bin/", "/mailboxes/?q=example.org"):
        shown = client.get(path).content.decode()
        assert not re.search(r"(bob|alice|team|old)@example\.org|example\.net", shown), path


@EVERYWHERE
def test_a_list_of_many_costs_as_many_queries_as_one_of_few(full: World, browser: Browser) -> None:
    for number in range(70):
        domains.add(full.root, f"d{number}.example", tags=[f"t{number % 5}"])
    client = browser(full.superadmin)
    client.get("/domains/")
    with CaptureQueriesContext(connection) as queries:
        assert "t4" in client.get("/domains/").content.decode()
    assert len(queries) <= MOST_QUERIES


def _without_token(text: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)

"""Lists: what a request may ask for, and paging over many rows."""

import time

import pytest
from django.db import connection
from django.db.models import Q
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django_htmx.middleware import HtmxDetails

from carteiro.hosting.models import Domain, Mailbox
from carteiro.web.look.lists import BOUND, Column, Listing, Page, cases, exactly

pytestmark = pytest.mark.usefixtures("layout")

LISTING = Listing(
    columns=(
        Column("address", "Mailbox", sort="address"),
        Column("quota", "Quota", sort="quota", descending=True),
        Column("plain", "Plain"),
    ),
    order="address",
    search=("address", "name"),
    filters=(
        cases("state", "State", {"on": ("Active", Q(active=True)), "off": ("Disabled", Q(active=False))}),
        exactly("domain", "Domain", "domain__name"),
    ),
)


def fill(rows: int) -> None:
    domain = Domain.objects.create(name="example.org")
    Mailbox.objects.bulk_create(
        [
            Mailbox(
                address=f"user{number:06}@example.org",
                name=f"Number {number}",
                domain=domain,
                quota=number % 7,
                active=number % 2 == 0,
                home=f"{number:032x}",
            )
            for number in range(rows)
        ],
        batch_size=5000,
    )


def page(query: str = "", *, htmx: bool = False) -> Page[Mailbox]:
    request: HttpRequest = RequestFactory(headers={"HX-Request": "true"} if htmx else {}).get(f"/boxes/?{query}")
    request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]
    return LISTING.page(request, Mailbox.objects.select_related("domain"))


def query(url: str) -> str:
    return url.partition("?")[2]


def test_walking_on_shows_every_row_once_in_order() -> None:
    fill(333)
    for sort in ("", "sort=-address", "sort=quota", "sort=-quota"):
        seen, now = [], page(f"{sort}&size=50")
        while True:
            seen += list(now)
            if not now.next:
                break
            now = page(query(now.next))
        assert len({row.pk for row in seen}) == len(seen) == 333
        column = "quota" if "quota" in sort else "address"
        values = [getattr(row, column) for row in seen]
        assert values == sorted(values, reverse=sort.startswith("sort=-"))


def test_walking_back_leads_over_the_same_pages() -> None:
    fill(130)
    first = page("sort=quota&size=50")
    second = page(query(first.next))
    third = page(query(second.next))
    assert (first.previous, third.next) == ("", "")
    assert list(page(query(third.previous))) == list(second)
    back = page(query(page(query(third.previous)).previous))
    assert list(back) == list(first)
    assert back.previous == ""


def test_a_row_that_is_gone_leads_to_the_first_page() -> None:
    fill(10)
    assert list(page("after=99999")) == list(page())


def test_a_page_whose_rows_are_gone_leads_back() -> None:
    fill(10)
    last = Mailbox.objects.get(address="user000009@example.org").pk
    now = page(f"after={last}")
    assert (list(now), now.next, now.previous) == ([], "", "/boxes/")


@pytest.mark.parametrize(
    "asked",
    [
        "sort=password",
        "sort=-home",
        "sort=plain",
        "size=100000",
        "size=-1",
        "after=x",
        "after=%00",
        "before=99999999999999999999999",
        "state=maybe",
        "state=",
        "q=",
        "sort=",
        "nothing=1",
    ],
)
def test_what_is_asked_in_a_wrong_way_is_as_if_it_were_not_asked(asked: str) -> None:
    fill(60)
    now = page(asked)
    assert list(now) == list(page())
    assert now.url == "/boxes/"


def test_every_word_is_searched_in_every_column() -> None:
    fill(30)
    assert [row.address for row in page("q=number+USER000007")] == ["user000007@example.org"]
    assert list(page("q=%25")) == []
    assert list(page("q=_ser")) == []
    assert list(page("q=a%00b")) == []


def test_a_search_is_bounded() -> None:
    fill(3)
    now = page("q=" + "zz+" * 5000)
    assert len(now.state.search) <= 200
    assert list(now) == []


def test_filters_narrow_and_keep_what_else_is_asked() -> None:
    fill(30)
    now = page("state=off&domain=example.org&sort=-quota&q=user")
    assert not any(row.active for row in now)
    assert [chip.url for chip in now.chips] == ["/boxes/?q=user&state=off&sort=-quota"]
    assert [(each.name, each.value) for each in now.choices] == [("state", "off")]
    assert now.kept == [("domain", "example.org"), ("sort", "-quota")]
    assert [head.sorted for head in now.headings] == ["", "descending", ""]
    assert now.headings[1].url.endswith("sort=quota")


def test_the_count_is_bounded() -> None:
    fill(BOUND + 500)
    assert page().total == "1,000+"
    assert page("q=user00000").total == "10"
    last = page("size=200&sort=-address")
    while last.next:
        last = page(query(last.next))
    assert last.total == "1,000+"


def test_htmx_is_given_the_list_alone() -> None:
    assert page(htmx=True).layout == "look/partial.html"
    assert page().layout == "look/base.html"


def test_a_page_costs_the_same_wherever_it_is_in_a_long_list() -> None:
    fill(20_000)
    far = Mailbox.objects.get(address="user019800@example.org").pk
    for asked in ("", f"after={far}", f"before={far}", "q=user0198", "q=nobody", f"after={far}&q=user"):
        connection.queries_log.clear()
        start = time.perf_counter()
        with CaptureQueriesContext(connection) as queries:
            now = page(asked)
            rows, _ = now.rows, (now.total, now.next, now.previous)
        assert time.perf_counter() - start < 0.25
        assert len(queries) <= 3
        assert len(rows) <= 50

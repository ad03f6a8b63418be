"""The administrators and the audit log in the panel."""

import csv
import re
from io import StringIO

import pytest

from carteiro.hosting import admins, domains, mailboxes, transports
from carteiro.hosting.errors import NotFound
from carteiro.hosting.models import Change
from carteiro.hosting.people import persons
from carteiro.mail.next_hop import NextHop
from carteiro.mail.verify import matches
from carteiro.web.people import factors
from tests.web.conftest import PASSWORD, Browser, World
from tests.web.people.app import app_of

NEW = "quiet-lantern-orbit-7"


def test_a_superadmin_lists_administrators_with_few_queries(browser: Browser, world: World) -> None:
    client = browser(world.superadmin)
    for number in range(60):
        admins.add(world.root, f"a{number:02}@elsewhere.test", _hash(), domains=["example.org", "other.example"])
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        page = client.get("/administrators/")
    assert page.status_code == 200
    assert len(queries) <= 12
    assert [row.address for row in client.get("/administrators/?q=other.example a59").context["page"].rows] == [
        "a59@elsewhere.test"
    ]
    assert client.get("/administrators/?role=superadmin").context["page"].count == 1


def _hash() -> str:
    return "{SHA256}K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols="


def test_an_administrator_is_made_with_a_password_that_is_shown_once(browser: Browser, world: World) -> None:
    client = browser(world.superadmin)
    given = {"address": "Eva@Elsewhere.test", "domains": "example.org", "switches": ["aliases", "log"], "password": ""}
    page = client.post("/administrators/add/", given)
    assert page.status_code == 200
    clear = page.context["password"]
    assert clear in page.content.decode()
    made = admins.get(world.root, "eva@elsewhere.test")
    assert matches(made.password, clear)
    assert made.held() == {"example.org": ["aliases", "log"]}
    assert clear not in str(list(Change.objects.values()))


def test_an_administrator_with_a_mailbox_gets_no_other_password(browser: Browser, world: World) -> None:
    given = {"address": world.bob, "domains": "example.org", "switches": ["log"], "password": ""}
    answer = browser(world.superadmin).post("/administrators/add/", given)
    assert answer["Location"] == "/administrators/"
    assert admins.get(world.root, world.bob).password == ""
    client = browser()
    client.post("/sign-in/", {"address": world.bob, "password": PASSWORD})
    assert client.get("/log/").status_code == 200


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"address": "no address"}, "address"),
        ({"address": "alice@example.org"}, "address"),
        ({"domains": "example.org no..domain"}, "domains"),
        ({"domains": "nowhere.example"}, "address"),
        ({"password": "weak"}, "address"),
        ({"switches": ["everything"]}, "switches"),
        ({"superadmin": "on"}, "address"),
        ({"address": "eva@elsewhere.test\r\nX: y"}, "address"),
        ({"address": "<b>@elsewhere.test"}, "address"),
        ({"rights": "all"}, None),
    ],
)
def test_a_wrong_form_comes_back_with_its_fault_and_nothing_lost(
    given: dict[str, object], field: str | None, browser: Browser, world: World
) -> None:
    whole = {"address": "eva@elsewhere.test", "domains": "example.org", "switches": ["log"], "password": ""} | given
    page = browser(world.superadmin).post("/administrators/add/", whole)
    assert page.status_code == 422
    assert (field or "__all__") in page.context["form"].errors
    assert "<b>@" not in page.content.decode()
    with pytest.raises(NotFound):
        admins.get(world.root, "eva@elsewhere.test")


def test_switches_are_kept_for_each_domain(browser: Browser, world: World) -> None:
    client = browser(world.superadmin)
    domains.add(world.root, "third.example")
    form = {
        "address": world.charlie,
        "active": "on",
        "domains": "other.example\nthird.example",
        "switches": ["dkim"],
        "switches:other.example": ["log"],
    }
    assert client.post(f"/administrators/{world.charlie}/", form).status_code == 302
    assert admins.get(world.root, world.charlie).held() == {"other.example": ["log"], "third.example": ["dkim"]}
    renamed = form | {"address": "carl@elsewhere.test", "domains": "third.example", "switches:third.example": ["dkim"]}
    assert client.post(f"/administrators/{world.charlie}/", renamed).status_code == 302
    assert admins.get(world.root, "carl@elsewhere.test").held() == {"third.example": ["dkim"]}


def test_nobody_changes_their_own_rights_or_takes_the_last_superadmins(browser: Browser, world: World) -> None:
    client = browser(world.superadmin)
    form = {"address": world.superadmin, "domains": "", "switches": []}
    assert client.post(f"/administrators/{world.superadmin}/", form).status_code == 422
    assert client.post(f"/administrators/{world.superadmin}/remove/").status_code == 409
    assert admins.get(world.root, world.superadmin).superadmin


def test_an_administrator_is_removed_and_comes_back(browser: Browser, world: World) -> None:
    client = browser(world.superadmin)
    assert client.get(f"/administrators/{world.charlie}/remove/").status_code == 200
    assert admins.get(world.root, world.charlie)
    assert client.post(f"/administrators/{world.charlie}/remove/").status_code == 302
    with pytest.raises(NotFound):
        admins.get(world.root, world.charlie)
    admins.restore(world.root, world.charlie)
    assert client.get("/administrators/nobody@nowhere.test/").status_code == 404


def test_a_lost_second_factor_is_reset_by_a_superadmin(browser: Browser, world: World) -> None:
    app_of(world.alice)
    client = browser(world.superadmin)
    assert client.post(f"/administrators/{world.alice}/reset/").status_code == 302
    alice = persons.find(world.alice)
    assert alice is not None
    assert not factors.has(alice)
    fresh = browser()
    assert fresh.post("/sign-in/", {"address": world.alice, "password": PASSWORD})["Location"] == "/"
    assert fresh.get("/log/").status_code == 200
    assert client.post(f"/administrators/{world.superadmin}/reset/").status_code == 409


def test_the_owner_of_a_mailbox_gets_the_lost_second_factor_reset_by_who_administers_it(
    browser: Browser, world: World
) -> None:
    app_of(world.bob)
    client = browser(world.alice)
    place = f"/mailboxes/{world.bob}/second-factor/"
    assert place in client.get(f"/mailboxes/{world.bob}/").content.decode()
    assert browser(world.charlie).post(place).status_code == 403
    assert browser(world.bob).post(place).status_code == 403
    assert browser(world.alice, confirmed=False).post(place)["Location"].startswith("/sudo/")
    assert _has_factor(world.bob)
    assert client.get(place).status_code == 200
    assert client.post(place)["Location"] == f"/mailboxes/{world.bob}/"
    assert not _has_factor(world.bob)
    assert place not in client.get(f"/mailboxes/{world.bob}/").content.decode()
    change = Change.objects.get(kind="person", key=world.bob)
    assert (change.actor, change.after) == (world.alice, {"second_factor": "reset"})


def test_all_of_it_asks_for_the_password_again(browser: Browser, world: World) -> None:
    client = browser(world.superadmin, confirmed=False)
    for path in ("add/", f"{world.charlie}/", f"{world.charlie}/remove/", f"{world.charlie}/reset/"):
        assert client.post(f"/administrators/{path}")["Location"].startswith("/sudo/")


def test_the_audit_log_tells_before_and_after(browser: Browser, world: World) -> None:
    mailboxes.set_(world.root, world.bob, name="<b>Bob</b>")
    page = browser(world.superadmin).get(f"/log/?key={world.bob}&action=set")
    (entry,) = page.context["entries"]
    assert entry.differences == [("Name", "–", "<b>Bob</b>")]
    assert "<ins>&lt;b&gt;Bob&lt;/b&gt;</ins>" in page.content.decode()


def test_the_audit_log_is_filtered_and_turned_page_by_page(browser: Browser, world: World) -> None:
    client = browser(world.superadmin)
    for number in range(60):
        mailboxes.set_(world.root, world.bob, name=f"Bob {number}")
    first = client.get("/log/?kind=mailbox&action=set&size=25")
    assert len(first.context["entries"]) == 25
    second = client.get(first.context["page"].next)
    numbers = [entry.change.number for page in (first, second) for entry in page.context["entries"]]
    assert numbers == sorted(set(numbers), reverse=True)
    today = Change.objects.order_by("-number")[0].at.date().isoformat()
    assert client.get(f"/log/?since={today}&until={today}").context["entries"]
    assert not client.get("/log/?until=2001-01-01").context["entries"]
    for nonsense in ("since=x", "kind=x", "after=x", "sort=password", "since=99999-01-01", "until=9999-12-31"):
        assert client.get(f"/log/?{nonsense}").status_code == 200


def test_the_audit_log_shows_a_domain_administrator_their_domain_alone(browser: Browser, world: World) -> None:
    transports.set_(world.root, "example.org", NextHop("relay.example", 25))
    entries = browser(world.alice).get("/log/").context["entries"]
    assert {entry.change.domain_name for entry in entries} == {"example.org"}
    assert not {"admin", "transport"} & {entry.change.kind for entry in entries}
    everything = browser(world.alice).get("/log/export/").getvalue().decode()
    assert "other.example" not in everything


def test_the_audit_log_is_exported_without_formulas(browser: Browser, world: World) -> None:
    mailboxes.set_(world.root, world.bob, name='=HYPERLINK("x")')
    answer = browser(world.superadmin).get("/log/export/?kind=mailbox&action=set")
    rows = list(csv.DictReader(StringIO(answer.getvalue().decode())))
    assert [row["key"] for row in rows] == [world.bob]
    assert not any(re.match(r"[=+@\t\r-]", cell) for row in rows for cell in row.values())


def test_the_audit_log_needs_few_queries(browser: Browser, world: World) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = browser(world.alice)
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/log/?size=200").status_code == 200
    assert len(queries) <= 12


def _has_factor(address: str) -> bool:
    person = persons.find(address)
    assert person is not None
    return factors.has(person)

"""What people do for the safety of their account, and what they are asked before."""

import re
from collections.abc import Iterator

import pytest

from carteiro.hosting import aliases
from carteiro.hosting.models import Admin, Change, Person
from carteiro.hosting.people import persons, recovery, setup, sign_in
from carteiro.jobs.models import Request
from carteiro.web.people import factors
from tests.web.conftest import PASSWORD, Browser, World
from tests.web.people.app import app_of, code_now

NEW = "quiet-lantern-orbit-7"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sign_in, "REFUSAL_SECONDS", 0.0)
    yield


def person(address: str) -> Person:
    found = persons.find(address)
    assert found is not None
    return found


def test_what_is_dangerous_asks_for_the_password_again_and_comes_back(browser: Browser, world: World) -> None:
    client = browser(world.bob, confirmed=False)
    asked = client.get("/account/security/app/")["Location"]
    assert asked == "/sudo/?next=%2Faccount%2Fsecurity%2Fapp%2F"
    assert client.post(asked, {"password": "wrong"}).status_code == 422
    assert client.get("/account/security/app/").status_code == 302
    assert client.post(asked, {"password": PASSWORD})["Location"] == "/account/security/app/"
    assert client.get("/account/security/app/").status_code == 200


@pytest.mark.parametrize("path", ["1/remove/", "codes/", "recovery/"])
def test_nothing_dangerous_is_done_without_it(path: str, browser: Browser, world: World) -> None:
    client = browser(world.bob, confirmed=False)
    assert client.post(f"/account/security/{path}", {"address": "x@elsewhere.test"})["Location"].startswith("/sudo/")
    assert person(world.bob).recovery_address == ""


def test_a_form_that_lay_open_for_long_leads_back_to_its_page(browser: Browser, world: World) -> None:
    client = browser(world.bob, confirmed=False)
    for page, expected in (
        ("https://testserver:80/account/security/", "%2Faccount%2Fsecurity%2F"),
        ("https://evil.test/x", "%2F"),
    ):
        asked = client.post("/account/security/1/remove/", headers={"Referer": page})
        assert asked["Location"] == f"/sudo/?next={expected}"


def test_the_password_asked_again_is_slowed_too(browser: Browser, world: World) -> None:
    client = browser(world.bob, confirmed=False)
    for _ in range(5):
        client.post("/sudo/", {"password": "wrong"})
    assert b"too many wrong tries" in client.post("/sudo/", {"password": PASSWORD}).content


def test_an_app_is_set_up_with_a_code_and_recovery_codes_are_shown_once(browser: Browser, world: World) -> None:
    client = browser(world.bob)
    page = client.get("/account/security/app/")
    secret = page.context["secret"]
    assert "<svg" in page.content.decode()
    assert "data:" not in re.sub(r"<head>.*</head>", "", page.content.decode(), flags=re.DOTALL)
    assert client.post("/account/security/app/", {"code": "123"}).status_code == 422
    assert client.get("/account/security/app/").context["secret"] == secret, (
        "a wrong code does not make another picture"
    )
    done = client.post("/account/security/app/", {"code": code_now(secret)})
    codes = done.context["codes"]
    assert factors.has(person(world.bob))
    assert not any(code in client.get("/account/security/").content.decode() for code in codes)
    told = [change.after for change in Change.objects.filter(kind="person").order_by("number")]
    assert told == [{"second_factor": "added: TOTP"}]
    assert not any(code in str(told) for code in codes)


def test_the_secret_of_an_app_is_sealed_in_the_database(browser: Browser, world: World) -> None:
    from allauth.mfa.models import Authenticator

    secret = app_of(world.bob)
    assert secret not in str(list(Authenticator.objects.values()))


def test_a_second_factor_is_removed_and_with_the_last_one_the_codes(browser: Browser, world: World) -> None:
    app_of(world.bob)
    bob = person(world.bob)
    factors.renew_codes(bob)
    client = browser(world.bob)
    number = factors.of(bob)[0].pk
    assert browser(world.dora).post(f"/account/security/{number}/remove/").status_code == 404
    assert factors.has(bob)
    assert client.post(f"/account/security/{number}/remove/").status_code == 302
    assert (factors.has(bob), factors.codes_left(bob)) == (False, 0)
    assert client.post(f"/account/security/{number}/remove/").status_code == 404


def test_somebody_sees_and_ends_their_own_sessions_alone(browser: Browser, world: World) -> None:
    credentials = {"address": world.bob, "password": PASSWORD}
    here, there, doras = browser(), browser(), browser()
    here.post("/sign-in/", credentials, headers={"User-Agent": "Firefox here"})
    there.post("/sign-in/", credentials, headers={"User-Agent": "Chromium there"})
    doras.post("/sign-in/", {"address": world.dora, "password": PASSWORD})
    page = here.get("/account/security/")
    assert {session.user_agent for session, _ in page.context["sessions"]} == {"Firefox here", "Chromium there"}
    other = next(each for each, _ in page.context["sessions"] if each.user_agent == "Chromium there")
    doras.post("/account/security/sessions/", {"session": str(other.pk)})
    assert there.get("/account/security/").status_code == 200
    here.post("/account/security/sessions/", {"session": "not a number"})
    here.post("/account/security/sessions/", {"session": str(other.pk)})
    assert there.get("/account/security/").status_code == 302
    here.post("/account/security/sessions/")
    assert here.get("/account/security/").status_code == 200
    assert doras.get("/account/security/").status_code == 200


def test_a_changed_password_ends_the_other_sessions_and_keeps_this_one(browser: Browser, world: World) -> None:
    credentials = {"address": world.bob, "password": PASSWORD}
    here, there = browser(), browser()
    here.post("/sign-in/", credentials)
    there.post("/sign-in/", credentials)
    wrong = here.post("/account/password/", {"old": "wrong", "new": NEW, "again": NEW})
    assert wrong.status_code == 422
    differs = here.post("/account/password/", {"old": PASSWORD, "new": NEW, "again": NEW + "x"})
    assert "again" in differs.context["form"].errors
    assert here.post("/account/password/", {"old": PASSWORD, "new": NEW, "again": NEW}).status_code == 302
    assert here.get("/account/security/").status_code == 200
    assert there.get("/account/security/").status_code == 302
    assert [each.user_agent for each, _ in here.get("/account/security/").context["sessions"]] == [""]


def test_a_forgotten_password_gets_the_same_answer_for_everybody(browser: Browser, world: World) -> None:
    pages = set()
    for address in (world.bob, world.superadmin, "nobody@example.org", "nonsense"):
        answer = browser().post("/forgotten/", {"address": address})
        assert answer.status_code == 200
        pages.add(re.sub(r'value="\w{64}"', "", answer.content.decode()))
    assert len(pages) == 1
    asked = [row.payload["address"] for row in Request.objects.filter(kind="mail_recovery").order_by("pk")]
    assert asked == [world.bob, world.superadmin, "nobody@example.org", "nonsense"]


def test_a_link_leads_to_another_password_once(browser: Browser, world: World) -> None:
    bob = person(world.bob)
    recovery.set_address(bob, "bob@elsewhere.test", "test")
    confirmation = recovery.issue_confirmation(bob.pk)
    assert confirmation is not None
    stranger = browser()
    assert stranger.get(f"/confirm/{confirmation.secret}/").status_code == 200
    assert person(world.bob).recovery_confirmed is None, "looking at the link confirms nothing"
    assert stranger.post(f"/confirm/{confirmation.secret}/").status_code == 200
    letter = recovery.issue(world.bob)
    assert letter is not None
    client = browser()
    assert client.get(f"/recover/{letter.secret}/")["Location"] == "/recover/"
    assert client.post("/recover/", {"new": "weak", "again": "weak"}).status_code == 422
    assert client.post("/recover/", {"new": NEW, "again": NEW})["Location"] == "/"
    assert client.get("/account/security/").status_code == 200
    assert browser().get(f"/recover/{letter.secret}/").status_code == 404
    assert browser().get("/recover/").status_code == 404


def test_a_link_is_no_way_round_the_second_factor(browser: Browser, world: World) -> None:
    app_of(world.bob)
    bob = person(world.bob)
    recovery.set_address(bob, "bob@elsewhere.test", "test")
    Person.objects.filter(pk=bob.pk).update(recovery_confirmed="2026-01-01T00:00Z")
    letter = recovery.issue(world.bob)
    assert letter is not None
    client = browser()
    client.get(f"/recover/{letter.secret}/")
    assert client.post("/recover/", {"new": NEW, "again": NEW})["Location"] == "/sign-in/second/"
    assert client.get("/account/security/").status_code == 302


@pytest.mark.parametrize("secret", ["x", "a" * 300, "%00", "..%2f..%2f", "<script>"])
def test_a_made_up_link_is_good_for_nothing(secret: str, browser: Browser, world: World) -> None:
    for kind in ("recover", "setup"):
        assert browser().get(f"/{kind}/{secret}/").status_code == 404
    assert browser().post(f"/confirm/{secret}/").status_code == 404


def test_the_first_superadmin_is_made_in_the_browser_once(browser: Browser, world: World) -> None:
    secret = setup.issue()
    given = {"address": "chief@elsewhere.test", "new": NEW, "again": NEW}
    assert browser().get(f"/setup/{secret}/").status_code == 409, "there is a superadmin already"
    Admin.objects.filter(superadmin=True).delete()
    assert browser().get(f"/setup/{secret}/").status_code == 200
    client = browser()
    weak = client.post(f"/setup/{secret}/", given | {"new": "chief", "again": "chief"})
    assert weak.status_code == 422
    assert b"chief@elsewhere.test" in weak.content
    assert client.post(f"/setup/{secret}/", given)["Location"] == "/"
    assert client.get("/log/").status_code == 200
    assert browser().get(f"/setup/{secret}/").status_code == 404


def test_a_recovery_address_is_set_and_told_in_the_audit_log(browser: Browser, world: World) -> None:
    client = browser(world.bob)
    for wrong in ("no address", "bob@example.org", "x@y\r\nBcc: z@evil.test"):
        answer = client.post("/account/security/recovery/", {"address": wrong})
        assert answer.status_code == 422
    assert client.post("/account/security/recovery/", {"address": "bob@elsewhere.test"}).status_code == 302
    assert Request.objects.filter(kind="mail_confirmation").count() == 1
    last = Change.objects.order_by("-number")[0]
    assert (last.kind, last.after) == ("person", {"recovery_address": "bob@elsewhere.test"})


@pytest.mark.parametrize("address", ["bob@example.org", "bob+x@example.org", "Nick@Example.org", "nick+x@example.org"])
def test_a_recovery_address_that_leads_to_the_account_itself_is_refused(
    address: str, browser: Browser, world: World
) -> None:
    aliases.add(world.root, aliases.NewAlias("nick@example.org", [world.bob]))
    answer = browser(world.bob).post("/account/security/recovery/", {"address": address})
    assert answer.status_code == 422
    assert "leads to the account itself" in answer.content.decode()
    assert person(world.bob).recovery_address == ""

"""Signing in through the browser: the password, the second factor, what is owed, and what attackers try."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from carteiro.hosting import admins, domains, mailboxes
from carteiro.hosting.models import Change, Failures
from carteiro.hosting.people import persons, policy, sign_in
from carteiro.mail.password import hash_password
from carteiro.web.people import entering, factors
from tests.web.conftest import HASHED, PASSWORD, Browser, World
from tests.web.people.app import app_of, code_now

NEW = "quiet-lantern-orbit-7"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sign_in, "REFUSAL_SECONDS", 0.0)
    yield


def enter(client: Client, address: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/sign-in/" + more.pop("query", ""), {"address": address, "password": password, **more})


def signed_in(client: Client) -> bool:
    return client.get("/account/security/").status_code == 200


def test_somebody_signs_in_and_out(browser: Browser, world: World) -> None:
    client = browser()
    answer = enter(client, "BOB@example.org ")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert signed_in(client)
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert not signed_in(client)


def test_signing_out_takes_a_post(browser: Browser, world: World) -> None:
    client = browser(world.bob)
    assert client.get("/sign-out/").status_code == 405
    assert signed_in(client)


def test_known_and_unknown_addresses_get_the_same_page(browser: Browser, world: World) -> None:
    pages = []
    for address in (world.bob, world.superadmin, "nobody@example.org", "nonsense"):
        answer = enter(browser(), address, "wrong")
        assert answer.status_code == 422
        page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
        pages.append(page.replace(address, "ADDRESS"))
    assert len(set(pages)) == 1


def test_what_was_typed_stays_but_for_the_password(browser: Browser, world: World) -> None:
    page = enter(browser(), world.bob, "some-wrong-password").content.decode()
    assert 'value="bob@example.org"' in page
    assert "some-wrong-password" not in page


def test_too_many_tries_are_told_in_words(browser: Browser, world: World) -> None:
    client = browser()
    for _ in range(5):
        enter(client, world.bob, "wrong")
    answer = enter(client, world.bob)
    assert answer.status_code == 422
    assert b"too many wrong tries" in answer.content
    assert not signed_in(client)


def test_a_device_that_signed_in_before_is_not_held_up_by_others(browser: Browser, world: World) -> None:
    mine, others = browser(), browser()
    enter(mine, world.bob)
    mine.post("/sign-out/")
    for _ in range(6):
        enter(others, world.bob, "wrong")
    assert enter(others, world.bob).status_code == 422
    assert enter(mine, world.bob).status_code == 302


def test_a_forged_device_is_no_device(browser: Browser, world: World) -> None:
    client = browser()
    for _ in range(5):
        enter(client, world.bob, "wrong")
    client.cookies[entering.DEVICE_COOKIE] = "eyJpZCI6IngifQ:1:forged"
    assert enter(client, world.bob).status_code == 422


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.test/",
        "//evil.test/",
        "/\\evil.test",
        "javascript:alert(1)",
        "http://testserver/x",
        "\thttps://evil.test",
    ],
)
def test_nobody_is_sent_away_to_another_host(place: str, browser: Browser, world: World) -> None:
    for answer in (
        enter(browser(), world.bob, next=place),
        browser().post("/sign-in/", {"address": world.bob, "password": PASSWORD}, query_params={"next": place}),
    ):
        assert answer["Location"] == "/"


def test_somebody_comes_to_the_page_that_they_wanted(browser: Browser, world: World) -> None:
    client = browser()
    sent = client.get("/log/")["Location"]
    assert client.post(sent, {"address": world.alice, "password": PASSWORD})["Location"] == "/log/"


def test_a_session_that_was_slipped_in_is_nobodys_after_the_sign_in(browser: Browser, world: World) -> None:
    client = browser()
    client.get("/sign-in/")
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    enter(client, world.bob)
    assert client.session.session_key != before
    assert "planted" not in client.session
    assert not Session.objects.filter(session_key=before).exists()


def test_the_cookies_are_for_this_host_and_tls_alone(browser: Browser, world: World) -> None:
    client = browser()
    enter(client, world.bob)
    for name in ("__Host-session", entering.DEVICE_COOKIE):
        cookie = client.cookies[name]
        assert cookie["secure"] and cookie["httponly"]
        assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Lax", "/", "")


def test_a_form_from_elsewhere_is_refused(browser: Browser, world: World) -> None:
    assert enter(browser(csrf=True), world.bob).status_code == 403


@pytest.mark.parametrize("address", ["bob@example.org\r\nX-Evil: 1", "<script>alert(1)</script>", "a" * 400, "\0"])
def test_strange_addresses_do_no_harm(address: str, browser: Browser, world: World) -> None:
    answer = enter(browser(), address, "x")
    assert answer.status_code == 422
    assert b"<script>alert" not in answer.content


def test_fields_that_the_form_does_not_have_are_refused(browser: Browser, world: World) -> None:
    assert enter(browser(), world.bob, superadmin="1").status_code == 422


def test_a_session_ends_when_the_password_changes(browser: Browser, world: World) -> None:
    client = browser()
    enter(client, world.bob)
    mailboxes.set_password(world.root, world.bob, hash_password("another-password-5"))
    assert not signed_in(client)


def test_a_session_ends_when_the_account_is_switched_off(browser: Browser, world: World) -> None:
    client = browser()
    enter(client, world.bob)
    mailboxes.set_(world.root, world.bob, active=False)
    assert not signed_in(client)


def test_an_idle_session_and_an_old_one_end(browser: Browser, world: World) -> None:
    for bound, value in (("seen", time.time() - 3601), ("until", time.time() - 1)):
        client = browser()
        enter(client, world.bob)
        session = client.session
        session["people.bounds"] = session["people.bounds"] | {bound: value}
        session.save()
        assert not signed_in(client)


def test_rights_taken_away_are_gone_at_the_next_click(browser: Browser, world: World) -> None:
    client = browser()
    enter(client, world.alice)
    assert client.get("/log/").status_code == 200
    admins.remove(world.root, world.alice)
    assert client.get("/log/").status_code == 403


def test_the_second_factor_is_asked_after_the_password(browser: Browser, world: World) -> None:
    secret = app_of(world.bob)
    client = browser()
    assert enter(client, world.bob, next="/account/security/")["Location"] == "/sign-in/second/"
    assert not signed_in(client), "the password alone lets nobody in"
    assert client.post("/sign-in/second/", {"code": "000000"}).status_code == 422
    assert not signed_in(client)
    assert client.post("/sign-in/second/", {"code": code_now(secret)})["Location"] == "/account/security/"
    assert signed_in(client)


def test_a_code_is_good_once(browser: Browser, world: World) -> None:
    secret = app_of(world.bob)
    first, second = browser(), browser()
    code = code_now(secret)
    for client, expected in ((first, 302), (second, 422)):
        enter(client, world.bob)
        assert client.post("/sign-in/second/", {"code": code}).status_code == expected


def test_a_recovery_code_is_good_once(browser: Browser, world: World) -> None:
    app_of(world.bob)
    bob = persons.find(world.bob)
    assert bob is not None
    code = factors.renew_codes(bob)[0]
    for expected in (302, 422):
        client = browser()
        enter(client, world.bob)
        assert client.post("/sign-in/second/", {"code": f"{code[:4]} {code[4:]}"}).status_code == expected
    assert factors.codes_left(bob) == 9


def test_codes_cannot_be_tried_through(browser: Browser, world: World) -> None:
    secret = app_of(world.bob)
    client = browser()
    enter(client, world.bob)
    for number in range(5):
        client.post("/sign-in/second/", {"code": f"{number:06}"})
    answer = client.post("/sign-in/second/", {"code": code_now(secret)})
    assert answer.status_code == 422
    assert b"too many wrong tries" in answer.content


def test_the_page_of_the_second_factor_is_for_who_gave_the_password(browser: Browser, world: World) -> None:
    secret = app_of(world.bob)
    client = browser()
    assert client.post("/sign-in/second/", {"code": code_now(secret)})["Location"] == "/sign-in/"
    enter(client, world.bob)
    session = client.session
    session["people.waiting"] = session["people.waiting"] | {"at": time.time() - 601}
    session.save()
    assert client.post("/sign-in/second/", {"code": code_now(secret)})["Location"] == "/sign-in/"


@pytest.mark.parametrize(
    "answer", ["{}", "[]", "null", '"x"', '{"id": 1}', "no json", '{"response": {"clientDataJSON": 5}}']
)
def test_a_key_that_answers_nonsense_lets_nobody_in(answer: str, browser: Browser, world: World) -> None:
    app_of(world.bob)
    client = browser()
    enter(client, world.bob)
    client.get("/sign-in/second/")
    assert client.post("/sign-in/second/", {"answer": answer}).status_code == 422
    assert not signed_in(client)


def test_whoever_must_change_the_password_does_nothing_else_before(browser: Browser, world: World) -> None:
    mailboxes.set_password(world.root, world.bob, HASHED, must_change=True)
    client = browser()
    enter(client, world.bob)
    for path in ("/", "/account/security/", "/nowhere/"):
        assert client.get(path)["Location"] == "/account/password/"
    weak = client.post("/account/password/", {"old": PASSWORD, "new": "bob@example", "again": "bob@example"})
    assert weak.status_code == 422
    assert client.get("/").status_code == 302
    answer = client.post("/account/password/", {"old": PASSWORD, "new": NEW, "again": NEW})
    assert answer.status_code == 302
    assert client.get("/account/security/").status_code == 200
    assert enter(browser(), world.bob, NEW).status_code == 302


def test_whoever_needs_a_second_factor_sets_one_up_before_all_else(browser: Browser, world: World) -> None:
    domains.set_(world.root, "example.org", second_factor=True)
    client = browser()
    enter(client, world.bob)
    assert client.get("/account/password/")["Location"] == "/account/security/"
    assert client.get("/account/security/").status_code == 200
    page = client.get("/account/security/app/")
    assert page.status_code == 200
    answer = client.post("/account/security/app/", {"code": code_now(page.context["secret"])})
    assert answer.status_code == 200
    assert len(answer.context["codes"]) == 10
    assert client.get("/account/password/").status_code == 200


def test_superadmins_are_asked_by_policy(browser: Browser, world: World) -> None:
    policy.set_(world.root, second_factor_superadmins=True)
    client = browser()
    enter(client, world.superadmin)
    assert client.get("/log/")["Location"] == "/account/security/"
    other = browser()
    enter(other, world.bob)
    assert other.get("/account/password/").status_code == 200


def test_no_password_is_in_the_audit_log_nor_in_the_session(browser: Browser, world: World) -> None:
    client = browser()
    enter(client, world.bob)
    client.post("/account/password/", {"old": PASSWORD, "new": NEW, "again": NEW})
    told = str(list(Change.objects.values())) + str(dict(client.session.items())) + str(list(Failures.objects.values()))
    assert PASSWORD not in told
    assert NEW not in told

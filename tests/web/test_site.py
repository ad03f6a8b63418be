"""What every page has in common."""

import pytest
from django.test import Client

from tests.web.conftest import Browser, World


def test_the_probe_is_answered_without_a_database() -> None:
    assert Client().get("/healthz").status_code == 204


def test_whoever_did_not_sign_in_is_led_there_and_back(browser: Browser) -> None:
    answer = browser().get("/domains/")
    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in/?next=/domains/"


def test_nothing_inline_and_nothing_from_elsewhere_is_allowed(browser: Browser, world: World) -> None:
    policy = browser(world.superadmin).get("/domains/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", ["/sign-in/", "/domains/", "/account/", "/nowhere/"])
def test_no_page_can_be_framed_or_sniffed(path: str, browser: Browser, world: World) -> None:
    answer = browser(world.superadmin).get(path)
    policy = answer["Content-Security-Policy"]
    assert {"frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} <= set(policy.split("; "))
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


def test_a_user_is_refused_the_administrators_pages(browser: Browser, world: World) -> None:
    assert browser(world.bob).get("/domains/").status_code == 403


def test_a_page_that_does_not_exist_says_so(browser: Browser, world: World) -> None:
    assert browser(world.bob).get("/nowhere/").status_code == 404


@pytest.mark.parametrize("path", ["/domains/add/"])
def test_a_domain_administrator_makes_no_domains(browser: Browser, world: World, path: str) -> None:
    assert browser(world.alice).get(path).status_code == 403

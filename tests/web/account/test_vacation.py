"""The vacation page with what people type into it, and what they should not."""

import pytest

from carteiro.hosting.models import Change, Vacation
from carteiro.jobs.models import Request
from tests.web.conftest import Browser, World

PATH = "/account/vacation/"
GOOD = {"active": "on", "subject": "Away", "text": "Back soon.", "starts": "", "ends": "", "days": "7"}


def test_a_notice_is_stored_and_asked_to_be_installed(browser: Browser, world: World) -> None:
    answer = browser(world.bob).post(PATH, GOOD | {"starts": "2026-12-20T08:00", "text": "Olá\r\n<b>1</b>"})
    assert (answer.status_code, answer["Location"]) == (302, PATH)
    kept = Vacation.objects.get(mailbox__address=world.bob)
    assert (kept.active, kept.text) == (True, "Olá\n<b>1</b>")
    assert Request.objects.filter(kind="install_sieve").exists()
    shown = browser(world.bob).get(PATH).content.decode()
    assert "&lt;b&gt;1&lt;/b&gt;" in shown
    assert 'value="2026-12-20T08:00"' in shown


def test_an_administrators_change_is_told_with_their_name(browser: Browser, world: World) -> None:
    browser(world.alice).post(f"/mailboxes/{world.bob}/vacation/", GOOD)
    change = Change.objects.get(kind="vacation")
    assert (change.actor, change.key, change.origin) == (world.alice, world.bob, "panel 192.0.2.7")
    assert change.on_behalf_of == world.bob
    assert f"for {world.bob}" in browser(world.superadmin).get("/log/?kind=vacation").content.decode()


def test_ones_own_change_is_on_nobodys_behalf(browser: Browser, world: World) -> None:
    browser(world.bob).post(f"/mailboxes/{world.bob}/vacation/", GOOD)
    browser(world.bob).post(PATH, GOOD | {"subject": "Away again"})
    assert {change.on_behalf_of for change in Change.objects.filter(kind="vacation")} == {""}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", "Away\r\nBcc: everybody@example.org"),
        ("subject", "x" * 256),
        ("text", ""),
        ("text", "x" * 20_001),
        ("text", "a\x00b"),
        ("text", "a\x07b"),
        ("starts", "tomorrow"),
        ("starts", "2026-02-30T00:00"),
        ("ends", "2001-01-01T00:00"),
        ("days", "0"),
        ("days", "-1"),
        ("days", "seven"),
        ("days", "99999999999999999999"),
        ("days", ""),
        ("mailbox", "1"),
    ],
)
def test_a_fault_stands_in_the_form_and_nothing_is_lost(browser: Browser, world: World, field: str, value: str) -> None:
    answer = browser(world.bob).post(PATH, GOOD | {"text": "Kept <words>"} | {field: value})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "Not saved yet" in shown
    assert field == "text" or "Kept &lt;words&gt;" in shown
    assert not Vacation.objects.exists()


def test_dates_the_wrong_way_round_are_told(browser: Browser, world: World) -> None:
    sent = GOOD | {"starts": "2099-05-02T00:00", "ends": "2099-05-01T00:00"}
    answer = browser(world.bob).post(PATH, sent)
    assert (answer.status_code, "end before it begins" in answer.content.decode()) == (422, True)


def test_a_form_from_elsewhere_is_refused(browser: Browser, world: World) -> None:
    assert browser(world.bob, csrf=True).post(PATH, GOOD).status_code == 403
    assert not Vacation.objects.exists()

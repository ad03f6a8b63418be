"""External accounts: what is taken, what is refused, and that nobody reads a password again."""

import pytest
from django.urls import reverse
from django.utils import timezone

from carteiro.hosting.access import Actor
from carteiro.hosting.models import Change, ExternalAccount
from carteiro.hosting.owner import external_accounts
from carteiro.mail.sealing import Unsealed, unseal
from carteiro.words import N_, Fault
from tests.web.account.conftest import KEYS
from tests.web.conftest import Browser, World

ADD = "/account/external/add/"
GOOD = {
    "protocol": "imap",
    "host": "imap.example.net",
    "username": "bob",
    "password": "hid den ünï",
    "keep": "on",
    "poll_minutes": "15",
    "port": "",
    "folder": "INBOX",
}


def test_an_account_is_stored_with_a_password_that_only_the_worker_reads(browser: Browser, set_up: World) -> None:
    ExternalAccount.objects.all().delete()
    assert browser(set_up.bob).post(ADD, GOOD)["Location"] == "/account/external/"
    row = ExternalAccount.objects.get()
    assert (row.port, row.host) == (993, "imap.example.net")
    assert unseal(KEYS[0], row.sealed, external_accounts.purpose(row)) == "hid den ünï"
    assert all("hid den" not in str(change.record()) for change in Change.objects.all())
    for path in ("/account/external/", reverse("account-external-edit", args=[row.pk])):
        assert "hid den" not in browser(set_up.bob).get(path).content.decode()


def test_a_sealed_password_is_good_for_its_own_server_alone(browser: Browser, set_up: World) -> None:
    row = ExternalAccount.objects.first()
    assert row is not None
    row.host = "imap.attacker.example"
    with pytest.raises(Unsealed):
        unseal(KEYS[0], row.sealed, external_accounts.purpose(row))


def test_another_server_needs_the_password_again(browser: Browser, set_up: World) -> None:
    row = ExternalAccount.objects.first()
    assert row is not None
    path = reverse("account-external-edit", args=[row.pk])
    changed = GOOD | {"host": "imap.attacker.example", "password": "", "active": "on", "port": "993"}
    assert browser(set_up.bob).post(path, changed).status_code == 422
    row.refresh_from_db()
    assert row.host == "imap.example.net"
    same = changed | {"host": row.host, "username": row.username, "poll_minutes": "60"}
    assert browser(set_up.bob).post(path, same).status_code == 302


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("host", "localhost"),
        ("host", "127.0.0.1"),
        ("host", "a b.example"),
        ("host", "imap.example.net\r\nserver = x"),
        ("username", ""),
        ("username", 'bob"'),
        ("username", "bob\r\npassword_command = x"),
        ("password", ""),
        ("password", "x" * 500),
        ("protocol", "ftp"),
        ("poll_minutes", "0"),
        ("port", "70000"),
        ("folder", "a//b"),
        ("folder", "a')"),
        ("sealed", "x"),
    ],
)
def test_what_no_account_can_be_is_refused(browser: Browser, set_up: World, field: str, value: str) -> None:
    before = ExternalAccount.objects.count()
    answer = browser(set_up.bob).post(ADD, GOOD | {field: value})
    if field == "folder" and value == "a')":  # quotes of this kind are harmless: it is written as a Python literal
        assert answer.status_code == 302
        return
    assert answer.status_code == 422
    assert ExternalAccount.objects.count() == before
    assert "hid den" not in answer.content.decode()


def test_the_result_is_told_in_the_readers_language(browser: Browser, set_up: World) -> None:
    row = ExternalAccount.objects.first()
    assert row is not None
    external_accounts.ended(row, Fault(N_("There is no server {host}."), host="<b>x</b>"))
    shown = browser(set_up.bob).get("/account/external/").content.decode()
    assert "There is no server &lt;b&gt;x&lt;/b&gt;." in shown
    external_accounts.ended(row, 2)
    assert "2 new messages" in browser(set_up.bob).get("/account/external/").content.decode()


def test_a_turn_is_only_claimed_once(set_up: World) -> None:
    claimed = [row.pk for row in external_accounts.claim_due(3)]
    assert len(claimed) == 3
    rest = [row.pk for row in external_accounts.claim_due(10)]
    assert len(rest) == 2
    assert not set(claimed) & set(rest)
    assert all(row.due > timezone.now() for row in ExternalAccount.objects.all())


def test_an_empty_password_is_no_other_one(set_up: World) -> None:
    row = ExternalAccount.objects.first()
    assert row is not None
    with pytest.raises(Fault, match="password is empty"):
        external_accounts.set_(Actor.root(origin="test"), row.mailbox.address, row.pk, password="")
    sealed = row.sealed
    row.refresh_from_db()
    assert row.sealed == sealed

"""Every page of a mailbox: it opens for who may, with few queries and nothing inline, and for nobody else."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from carteiro.hosting.models import AppPassword, ExternalAccount, FilterRule
from tests.web.conftest import Browser, World

MOST_QUERIES = 12
OWN = (
    *("account", "account-forwarding", "account-vacation", "account-filters", "account-filter-add"),
    *("account-app-passwords", "account-app-password-add", "account-external", "account-external-add"),
    *("account-programs", "account-profile", "account-aliases"),
)
BEHALF = ("vacation", "filters", "filter-add", "app-passwords", "app-password-add", "external", "external-add")
NUMBERED = (("filter-edit", FilterRule), ("external-edit", ExternalAccount), ("app-password-remove", AppPassword))
INLINE = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:", re.IGNORECASE)


@pytest.mark.parametrize("name", OWN)
def test_its_owner_opens_it(browser: Browser, set_up: World, name: str) -> None:
    client = browser(set_up.bob)
    client.get(reverse("account"))
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert len(queries) <= MOST_QUERIES, "\n".join(query["sql"][:180] for query in queries)
    assert not INLINE.search(answer.content.decode())
    assert "<b>shop</b>" not in answer.content.decode()


@pytest.mark.parametrize("name", OWN)
def test_who_has_no_mailbox_has_no_such_page(browser: Browser, set_up: World, name: str) -> None:
    assert browser(set_up.charlie).get(reverse(name)).status_code in {403, 404}
    assert browser().get(reverse(name)).status_code == 302


@pytest.mark.parametrize("name", BEHALF)
def test_the_administrator_of_the_domain_opens_it_and_another_one_does_not(
    browser: Browser, set_up: World, name: str
) -> None:
    path = reverse(f"mailbox-{name}", args=[set_up.bob])
    assert browser(set_up.alice).get(path).status_code == 200
    assert browser(set_up.superadmin).get(path).status_code == 200
    for other in (set_up.charlie, set_up.dora):
        assert browser(other).get(path).status_code == 403


@pytest.mark.parametrize(("name", "model"), NUMBERED)
def test_another_mailboxes_number_is_not_found(
    browser: Browser, set_up: World, name: str, model: type[FilterRule]
) -> None:
    number = model.objects.first().pk  # type: ignore[union-attr]
    assert browser(set_up.bob).get(reverse(f"account-{name}", args=[number])).status_code == 200
    assert browser(set_up.alice).get(reverse(f"account-{name}", args=[number])).status_code == 404
    assert browser(set_up.charlie).get(reverse(f"mailbox-{name}", args=[set_up.bob, number])).status_code == 403
    assert browser(set_up.bob).get(reverse(f"account-{name}", args=[10**15])).status_code == 404


def test_an_administrators_mailbox_is_not_for_those_of_the_domain(browser: Browser, set_up: World) -> None:
    from carteiro.hosting import admins
    from tests.web.conftest import HASHED

    admins.add(set_up.root, set_up.bob, HASHED, superadmin=True)
    path = reverse("mailbox-vacation", args=[set_up.bob])
    answer = browser(set_up.alice).post(path, {"text": "Send me your password", "days": "7", "active": "on"})
    assert answer.status_code == 403

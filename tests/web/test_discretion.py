"""What the site logs of a request has no secret in it."""

import logging
from collections.abc import Iterator

import pytest

from carteiro.hosting.models import Admin
from carteiro.hosting.people import setup
from carteiro.web.site import discretion
from tests.web.conftest import Browser, World

LOGGERS = [logging.getLogger(name) for name in ("django.request", "django.security.csrf")]


@pytest.fixture(autouse=True)
def _as_served() -> Iterator[None]:
    held = [list(each.filters) for each in LOGGERS]
    discretion.keep()
    yield
    for logger, filters in zip(LOGGERS, held, strict=True):
        logger.filters = filters


def test_a_link_that_is_still_good_is_not_in_the_log(
    browser: Browser, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    Admin.objects.filter(superadmin=True).delete()
    secret = setup.issue()
    place = f"/setup/{secret}/"
    assert browser().post(place, {"address": "no address"}).status_code == 422
    assert browser(csrf=True).post(place, {}).status_code == 403
    assert browser().get(place).status_code == 200
    told = [record.getMessage() for record in caplog.records]
    assert "Unprocessable Entity: /setup/.../" in told
    assert any("/setup/.../" in each for each in told if each.startswith("Forbidden"))
    assert secret not in caplog.text


def test_other_addresses_are_told_as_they_are(browser: Browser, world: World, caplog: pytest.LogCaptureFixture) -> None:
    browser(world.superadmin).get("/mailboxes/nobody.at.all.whose.name.is.long@example.org/")
    assert "Not Found: /mailboxes/nobody.at.all.whose.name.is.long@example.org/" in caplog.text

"""The page on which superadmins decide for the whole host."""

import pytest

from carteiro.hosting.people import policy
from tests.web.conftest import Browser, World

GIVEN = {"second_factor_superadmins": "on", "password_score": "3", "idle_minutes": "30", "session_hours": "8"}


def test_policies_are_changed_and_told(browser: Browser, world: World) -> None:
    client = browser(world.superadmin)
    assert client.post("/policies/", GIVEN).status_code == 302
    assert policy.get() == policy.Policies(
        second_factor_superadmins=True, password_score=3, idle_minutes=30, session_hours=8
    )
    # Each database keeps the entries of JSON in an order of its own.
    told = client.get("/log/?kind=policy").context["entries"][0].differences
    assert ("Second factor of superadmins", "no", "yes") in told


@pytest.mark.parametrize(("name", "value"), [("password_score", "9"), ("idle_minutes", "1"), ("session_hours", "x")])
def test_what_can_be_no_policy_comes_back(name: str, value: str, browser: Browser, world: World) -> None:
    page = browser(world.superadmin).post("/policies/", GIVEN | {name: value})
    assert page.status_code == 422
    assert name in page.context["form"].errors
    assert policy.get() == policy.Policies()


def test_policies_are_not_for_domain_administrators(browser: Browser, world: World) -> None:
    assert browser(world.alice).post("/policies/", GIVEN).status_code == 403

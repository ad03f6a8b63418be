"""A mailbox with something on each of its pages, and the key that passwords are sealed with."""

import pytest

from carteiro.hosting import app_passwords, domains
from carteiro.hosting.owner import external_accounts, filters, vacations
from carteiro.hosting.owner.external_accounts import NewAccount
from carteiro.mail.filter_rule import parse_rule
from carteiro.mail.sealing import make_key
from tests.web.conftest import World

KEYS = make_key()


@pytest.fixture
def set_up(world: World) -> World:
    """What Bob has set up."""
    root, bob = world.root, world.bob
    from django.conf import settings

    settings.CARTEIRO_SEALING_KEY.parent.mkdir(parents=True)
    settings.CARTEIRO_SEALING_KEY.write_bytes(KEYS[1])
    domains.set_(root, "example.org", own_aliases=3)
    vacations.set_(root, bob, active=True, subject="Away", text="Back soon.")
    conditions = [{"field": "from", "test": "contains", "value": "<b>shop</b>"}]
    for number in range(30):
        rule = parse_rule(conditions, [{"do": "file", "value": "Shops"}], name=f"Rule {number}")
        filters.add(root, bob, rule)
    for number in range(5):
        app_passwords.add(root, bob, ["imap"], label=f"Phone {number}")
        external_accounts.add(root, bob, NewAccount("imap", "imap.example.net", f"bob{number}", "secret"))
    return world

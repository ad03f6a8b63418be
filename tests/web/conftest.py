"""A site over an accounts database of its own, with people that are known."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.test.utils import setup_test_environment, teardown_test_environment
from django.utils import translation

from carteiro.hosting import admins, alias_domains, aliases, app_passwords, domains, mailboxes
from carteiro.hosting.access import Actor
from carteiro.hosting.database import configure
from carteiro.hosting.models import Person
from carteiro.hosting.owner import vacations
from carteiro.hosting.people import persons
from carteiro.mail.password import hash_password
from carteiro.settings.layout import Layout
from carteiro.web.people import entering
from tests.accounts import Accounts

PASSWORD = "tram-gravel-onion-42"
HASHED = hash_password(PASSWORD)

Browser = Callable[..., Client]


@pytest.fixture(scope="session", autouse=True)
def _environment() -> Iterator[None]:
    setup_test_environment()
    # Before the first use: Django keeps the storage that it then finds.
    django_settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    yield
    teardown_test_environment()


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """A page in another language leaves that language behind in the thread."""
    with translation.override("en"):
        yield


@pytest.fixture
def layout(tmp_path: Path, accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> Iterator[Layout]:
    """An instance with an empty accounts database."""
    layout = Layout.below(tmp_path)
    monkeypatch.setattr(django_settings, "CARTEIRO_LAYOUT", layout)
    accounts.into(layout)
    yield layout
    configure.close()


@dataclass(frozen=True)
class World:
    """Two domains and their people: a superadmin, two domain administrators, two users."""

    root: Actor
    superadmin: str = "root@host.example"
    alice: str = "alice@example.org"  # has a mailbox and administers example.org
    bob: str = "bob@example.org"  # has a mailbox
    charlie: str = "charlie@elsewhere.test"  # administers other.example, without a mailbox
    dora: str = "dora@other.example"  # has a mailbox there


@pytest.fixture
def world(layout: Layout) -> World:
    """The known people, all with the password PASSWORD."""
    world = World(Actor.root(origin="test"))
    domains.add(world.root, "example.org")
    domains.add(world.root, "other.example")
    for address in (world.alice, world.bob, world.dora):
        mailboxes.add(world.root, mailboxes.NewMailbox(address, HASHED))
    admins.add(world.root, world.superadmin, HASHED, superadmin=True)
    admins.add(world.root, world.alice, HASHED, domains=["example.org"])
    admins.add(world.root, world.charlie, HASHED, domains=["other.example"])
    return world


@pytest.fixture
def furnished(world: World) -> World:
    """The known people with something on each page."""
    root, bob = world.root, world.bob
    domains.set_(root, "example.org", own_aliases=3, tags=["tailspin"], description="Tailspin")
    aliases.add(root, aliases.NewAlias("team@example.org", [bob]))
    alias_domains.add(root, "example.net", "example.org")
    app_passwords.add(root, bob, ["imap", "smtp"], label="Phone")
    vacations.set_(root, bob, active=True, subject="tailspin", text="tailspin")
    return world


@pytest.fixture
def browser(world: World) -> Browser:
    """A test client for somebody by address, signed in; for nobody without one."""

    def opened(address: str = "", *, csrf: bool = False, confirmed: bool = True) -> Client:
        nginx = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https"}
        client = Client(enforce_csrf_checks=csrf, headers=nginx)
        if address:
            client.force_login(_person(address), backend="carteiro.web.people.backend.AddressBackend")
            session = client.session
            session[entering.CONFIRMED] = time.time() if confirmed else 0.0
            session.save()
        return client

    return opened


def _person(address: str) -> Person:
    person = persons.find(address)
    assert person is not None, address
    return person

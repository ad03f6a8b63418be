"""A world with something of everything on the pages."""

from datetime import timedelta

import pytest
from django.utils import timezone

from carteiro.hosting import alias_domains, aliases, domains, mailboxes
from carteiro.hosting.models import Login, Mailbox, Usage
from tests.web.conftest import World


@pytest.fixture
def full(world: World) -> World:
    """Aliases, an alias domain, a backup MX, use, log-ins and something in the bin."""
    root = world.root
    domains.set_(root, "example.org", tags=["north"], quota=10**9, max_mailboxes=50, description="Example Ltd.")
    alias_domains.add(root, "example.net", "example.org")
    domains.add(root, "backup.example", kind="relay")
    aliases.add(root, aliases.NewAlias("team@example.org", [world.alice, "x@far.test"], comment="All of us"))
    aliases.add(root, aliases.NewAlias("postmaster@example.org", [world.alice]))
    mailboxes.set_(root, world.bob, forward_to=["bob@far.test"], keep_copy=True)
    bob = Mailbox.objects.get(address=world.bob)
    Usage.objects.create(mailbox=bob, size=10**8, messages=7, at=timezone.now())
    Login.objects.create(mailbox=bob, protocol="imap", network="192.0.2.9", at=timezone.now() - timedelta(hours=1))
    aliases.add(root, aliases.NewAlias("old@example.org", ["x@far.test"]))
    aliases.remove(root, "old@example.org")
    return world

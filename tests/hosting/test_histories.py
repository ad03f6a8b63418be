"""Random histories of use cases: whatever is done and refused, the rules hold."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from carteiro.hosting import admins, alias_domains, aliases, domains, feed, grants, mailboxes, transports
from carteiro.hosting.access import Actor
from carteiro.hosting.database import configure
from carteiro.hosting.errors import Refusal
from carteiro.hosting.holding import count_aliases
from carteiro.hosting.models import Admin, Alias, AppPassword, Binned, Change, Domain, Mailbox, SenderGrant, Transport
from carteiro.hosting.targets import Routes
from carteiro.mail.next_hop import NextHop
from carteiro.settings.layout import Layout
from tests.accounts import Accounts
from tests.hosting.world import HASH, OTHER_HASH, alias, mailbox

DOMAINS = st.sampled_from(["a.example", "b.example", "c.example"])
ADDRESSES = st.builds("{}@{}".format, st.sampled_from(["x", "y", "z"]), DOMAINS)
ALIASES = st.one_of(ADDRESSES, st.builds("@{}".format, DOMAINS))
TARGETS = st.lists(st.one_of(ADDRESSES, st.just("far@elsewhere.test")), min_size=1, max_size=3)
LIMITS = st.one_of(st.none(), st.integers(0, 3))
TABLES = {
    "domain": Domain,
    "mailbox": Mailbox,
    "alias": Alias,
    "app_password": AppPassword,
    "sender_grant": SenderGrant,
    "transport": Transport,
    "admin": Admin,
}
ROOT = Actor.root(origin="test")
ACCOUNTS: list[Accounts] = []


class Histories(RuleBasedStateMachine):
    """The use cases as rules, on a database of each run's own."""

    def __init__(self) -> None:
        super().__init__()
        self.directory = Path(tempfile.mkdtemp())
        layout = Layout.below(self.directory)
        ACCOUNTS[0].into(layout)

    def teardown(self) -> None:
        configure.close()
        shutil.rmtree(self.directory)

    @initialize()
    def begin(self) -> None:
        domains.add(ROOT, "a.example")

    def attempt(self, deed: Callable[[], object]) -> bool:
        before = feed.head().number
        try:
            deed()
        except Refusal:
            assert feed.head().number == before
            return False
        return True

    @rule(name=DOMAINS, limit=LIMITS)
    def add_domain(self, name: str, limit: int | None) -> None:
        self.attempt(lambda: domains.add(ROOT, name, max_mailboxes=limit, max_aliases=limit))

    @rule(name=DOMAINS, goal=DOMAINS)
    def add_alias_domain(self, name: str, goal: str) -> None:
        self.attempt(lambda: alias_domains.add(ROOT, name, goal))

    @rule(name=DOMAINS, limit=LIMITS, active=st.booleans())
    def set_domain(self, name: str, limit: int | None, active: bool) -> None:
        self.attempt(lambda: domains.set_(ROOT, name, max_mailboxes=limit, max_aliases=limit, active=active))

    @rule(name=DOMAINS, new=DOMAINS, deed=st.sampled_from([domains.rename, alias_domains.rename]))
    def rename_domain(self, name: str, new: str, deed: Callable[[Actor, str, str], object]) -> None:
        self.attempt(lambda: deed(ROOT, name, new))

    @rule(
        name=DOMAINS,
        deed=st.sampled_from([domains.remove, domains.restore, alias_domains.remove, alias_domains.restore]),
    )
    def move_domain(self, name: str, deed: Callable[[Actor, str], object]) -> None:
        self.attempt(lambda: deed(ROOT, name))

    @rule(address=ADDRESSES)
    def add_mailbox(self, address: str) -> None:
        self.attempt(lambda: mailbox(ROOT, address))

    @rule(address=ADDRESSES, new=ADDRESSES)
    def rename_mailbox(self, address: str, new: str) -> None:
        self.attempt(lambda: mailboxes.rename(ROOT, address, new))

    @rule(address=ADDRESSES, deed=st.sampled_from([mailboxes.remove, mailboxes.restore]))
    def move_mailbox(self, address: str, deed: Callable[[Actor, str], object]) -> None:
        self.attempt(lambda: deed(ROOT, address))

    @rule(address=ADDRESSES, goals=TARGETS, keep=st.booleans())
    def forward(self, address: str, goals: list[str], keep: bool) -> None:
        self.attempt(lambda: mailboxes.set_(ROOT, address, forward_to=goals, keep_copy=keep))

    @rule(address=ADDRESSES)
    def change_password(self, address: str) -> None:
        self.attempt(lambda: mailboxes.set_password(ROOT, address, OTHER_HASH))

    @rule(address=ALIASES, goals=TARGETS)
    def add_alias(self, address: str, goals: list[str]) -> None:
        if self.attempt(lambda: alias(ROOT, address, *goals)):
            self.leads_somewhere(address)

    @rule(address=ALIASES, goals=TARGETS)
    def set_alias(self, address: str, goals: list[str]) -> None:
        if self.attempt(lambda: aliases.set_(ROOT, address, targets=goals)):
            self.leads_somewhere(address)

    @rule(address=ALIASES, new=ALIASES)
    def rename_alias(self, address: str, new: str) -> None:
        self.attempt(lambda: aliases.rename(ROOT, address, new))

    @rule(address=ALIASES, deed=st.sampled_from([aliases.remove, aliases.restore]))
    def move_alias(self, address: str, deed: Callable[[Actor, str], object]) -> None:
        self.attempt(lambda: deed(ROOT, address))

    @rule(login=ADDRESSES, address=ADDRESSES, deed=st.sampled_from([grants.add, grants.remove, grants.restore]))
    def grant(self, login: str, address: str, deed: Callable[[Actor, str, str], object]) -> None:
        self.attempt(lambda: deed(ROOT, login, address))

    @rule(name=DOMAINS)
    def set_transport(self, name: str) -> None:
        self.attempt(lambda: transports.set_(ROOT, name, NextHop("mx.test", 25), username="us", password=HASH))

    @rule(name=DOMAINS, deed=st.sampled_from([transports.remove, transports.restore]))
    def move_transport(self, name: str, deed: Callable[[Actor, str], object]) -> None:
        self.attempt(lambda: deed(ROOT, name))

    @rule(held=st.lists(DOMAINS, max_size=2, unique=True))
    def add_admin(self, held: list[str]) -> None:
        self.attempt(lambda: admins.add(ROOT, "eve@elsewhere.test", HASH, domains=held))

    @rule(deed=st.sampled_from([admins.remove, admins.restore]))
    def move_admin(self, deed: Callable[[Actor, str], object]) -> None:
        self.attempt(lambda: deed(ROOT, "eve@elsewhere.test"))

    def leads_somewhere(self, address: str) -> None:
        routes = Routes()
        routes.read([address])
        routes.check(address)

    @invariant()
    def the_feed_has_no_gap(self) -> None:
        numbers = list(Change.objects.order_by("pk").values_list("number", flat=True))
        assert numbers == list(range(1, feed.head().number + 1))

    @invariant()
    def the_feed_tells_which_rows_there_are(self) -> None:
        live: dict[str, set[int]] = {kind: set() for kind in TABLES}
        for change in Change.objects.order_by("number"):
            if change.action == "remove":
                live[change.kind].remove(change.object_id)
            else:
                live[change.kind].add(change.object_id)
        assert live == {
            kind: set(table._default_manager.values_list("pk", flat=True)) for kind, table in TABLES.items()
        }

    @invariant()
    def limits_hold(self) -> None:
        for domain in Domain.objects.all():
            if domain.max_mailboxes is not None:
                assert domain.mailboxes.count() <= domain.max_mailboxes
            if domain.max_aliases is not None:
                assert count_aliases(domain) <= domain.max_aliases

    @invariant()
    def every_address_is_of_its_hosted_domain(self) -> None:
        rows: list[Mailbox | Alias] = [*Mailbox.objects.select_related("domain")]
        for row in [*rows, *Alias.objects.select_related("domain")]:
            assert row.address.rpartition("@")[2] == row.domain.name
            assert row.domain.kind == "hosted"
        assert not [domain for domain in Domain.objects.all() if domain.target and domain.target.kind != "hosted"]

    @invariant()
    def every_alias_has_targets(self) -> None:
        assert all(row.addresses() for row in Alias.objects.all())

    @invariant()
    def a_directory_belongs_to_one_mailbox_for_ever(self) -> None:
        binned = [row.snapshot["home"] for row in Binned.objects.filter(kind="mailbox")]
        homes = [*Mailbox.objects.values_list("home", flat=True), *binned]
        assert len(homes) == len(set(homes))

    @invariant()
    def no_change_tells_a_secret(self) -> None:
        told = str(list(Change.objects.values_list("before", "after")))
        assert HASH not in told
        assert OTHER_HASH not in told


@pytest.mark.usefixtures("layout")
def test_rules_hold_over_random_histories(accounts: Accounts) -> None:
    ACCOUNTS[:] = [accounts]
    run_state_machine_as_test(Histories, settings=settings(max_examples=25, stateful_step_count=25, deadline=None))

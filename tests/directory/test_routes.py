"""Where mail for an address goes: the SQL against an oracle, and the cases that people ask about."""

from hypothesis import example, given
from hypothesis import strategies as st

from tests.directory.conftest import empty_rows
from tests.directory.oracle import Alias, Domain, World
from tests.directory.rows import Rows

LOCALS = ("a", "b", "c", "a+t", "+x", "b+t+u")
HOSTED = ("one.test", "two.test")
NAMES = (*HOSTED, "alias.test", "relay.test", "foreign.test")
ADDRESSES = tuple(f"{local}@{name}" for local in LOCALS for name in NAMES)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Small worlds in which nearly everything meets everything; loops, dead ends and all."""
    active = st.sampled_from((True, True, True, False))
    own = st.sampled_from([f"{local}@{name}" for local in ("a", "b", "c", "a+t") for name in HOSTED])
    sources = st.one_of(own, st.sampled_from([f"@{name}" for name in HOSTED]))
    targets = st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=3, unique=True)
    domains = {name: Domain(active=draw(active)) for name in HOSTED}
    domains["alias.test"] = Domain("alias", draw(active), draw(st.sampled_from(HOSTED)))
    domains["relay.test"] = Domain("relay", draw(active))
    aliases = draw(st.dictionaries(sources, st.tuples(targets, active), max_size=6))
    return World(
        domains,
        draw(st.dictionaries(own.filter(lambda address: "+" not in address), active, max_size=4)),
        {source: Alias(tuple(found), on) for source, (found, on) in aliases.items()},
    )


def filled(world: World) -> Rows:
    rows = empty_rows()
    for name, domain in world.domains.items():
        rows.domain(name, domain.kind, target=domain.target or None, active=domain.active)
    for address, active in world.mailboxes.items():
        rows.mailbox(address, active=active)
    for address, alias in world.aliases.items():
        rows.alias(address, *alias.targets, active=alias.active)
    return rows


ONE = {name: Domain() for name in HOSTED}


@given(worlds())
@example(World(ONE, {"a@one.test": True}, {"a@one.test": Alias(("b@one.test",)), "b@one.test": Alias(("a@one.test",))}))
@example(
    World(
        ONE,
        {"a@one.test": True},
        {"a@one.test": Alias(("a@one.test", "b@one.test")), "b@one.test": Alias(("a@one.test",))},
    )
)
def test_every_address_goes_where_the_oracle_says(world: World) -> None:
    rows = filled(world)
    for address in (*ADDRESSES, "A@ONE.test", "@one.test", "one.test", "", "@", "a@", "a@b@one.test"):
        assert rows.values("routes", address) == world.ends(address), address


@given(worlds())
def test_mailboxes_and_routes_together_know_every_recipient_and_agree(world: World) -> None:
    rows = filled(world)
    for address in ADDRESSES:
        plain = rows.values("mailboxes", address)
        assert plain <= {address}
        assert not plain or rows.values("routes", address) == plain


def test_a_mailbox_gets_its_own_mail(rows: Rows) -> None:
    rows.domain("one.test")
    rows.mailbox("ana@one.test")
    assert rows.values("routes", "ana@one.test") == {"ana@one.test"}


def test_a_mailbox_wins_over_a_catch_all(rows: Rows) -> None:
    rows.domain("one.test")
    rows.mailbox("ana@one.test")
    rows.mailbox("rest@one.test")
    rows.alias("@one.test", "rest@one.test")
    assert rows.values("routes", "ana@one.test") == {"ana@one.test"}
    assert rows.values("routes", "nobody@one.test") == {"rest@one.test"}


def test_an_inactive_mailbox_does_not_fall_to_the_catch_all(rows: Rows) -> None:
    rows.domain("one.test")
    rows.mailbox("ana@one.test", active=False)
    rows.mailbox("rest@one.test")
    rows.alias("@one.test", "rest@one.test")
    assert rows.values("routes", "ana@one.test") == set()
    assert rows.values("routes", "ana+tag@one.test") == set()


def test_a_forwarding_keeps_a_copy_only_if_told_so(rows: Rows) -> None:
    rows.domain("one.test")
    for user in ("ana", "bob"):
        rows.mailbox(f"{user}@one.test")
    rows.alias("ana@one.test", "far@foreign.test")
    rows.alias("bob@one.test", "far@foreign.test", "bob@one.test")
    assert rows.values("routes", "ana@one.test") == {"far@foreign.test"}
    assert rows.values("routes", "bob@one.test") == {"far@foreign.test", "bob@one.test"}


def test_a_forwarding_switched_off_leaves_mail_in_the_mailbox(rows: Rows) -> None:
    rows.domain("one.test")
    rows.mailbox("ana@one.test")
    rows.alias("ana@one.test", "far@foreign.test", active=False)
    assert rows.values("routes", "ana@one.test") == {"ana@one.test"}


def test_a_tag_reaches_the_mailbox_and_is_dropped_by_an_alias(rows: Rows) -> None:
    rows.domain("one.test")
    rows.mailbox("ana@one.test")
    rows.alias("team@one.test", "ana@one.test")
    assert rows.values("routes", "ana+work@one.test") == {"ana+work@one.test"}
    assert rows.values("routes", "team+work@one.test") == {"ana@one.test"}


def test_an_alias_domain_stands_for_every_address_of_its_target(rows: Rows) -> None:
    rows.domain("one.test")
    rows.domain("alias.test", "alias", target="one.test")
    rows.mailbox("ana@one.test")
    assert rows.values("routes", "ana+x@alias.test") == {"ana+x@one.test"}
    assert rows.values("routes", "nobody@alias.test") == set()


def test_a_loop_without_an_end_is_nobody(rows: Rows) -> None:
    rows.domain("one.test")
    rows.alias("a@one.test", "b@one.test")
    rows.alias("b@one.test", "a@one.test")
    assert rows.values("routes", "a@one.test") == set()


def test_a_long_chain_of_aliases_is_followed_to_its_end(rows: Rows) -> None:
    rows.domain("one.test")
    rows.mailbox("end@one.test")
    for number in range(300):
        rows.alias(f"a{number}@one.test", f"a{number + 1}@one.test")
    rows.alias("a300@one.test", "end@one.test")
    assert rows.values("routes", "a0@one.test") == {"end@one.test"}

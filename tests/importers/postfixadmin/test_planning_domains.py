"""What becomes of domains: kinds, limits, next hops, and domains that stand for others in either spelling."""

import pytest

from carteiro.importers.postfixadmin.model import AliasDomainRow, RowId

from .small import THEN, alias, asked, domain, fate, found, keys, mailbox, plan, wanted

MEGABYTE = 1024000


def alias_domain(name: str, target: str, *, active: bool = True) -> AliasDomainRow:
    return AliasDomainRow(RowId("alias_domain", name), name, target, active, THEN)


@pytest.mark.parametrize(("limit", "here"), [(0, None), (-1, 0), (7, 7)])
def test_zero_is_no_limit_and_minus_one_forbids(limit: int, here: int | None) -> None:
    made = plan(domain(aliases=limit, mailboxes=limit))
    assert wanted(made, "domain", "a.test")["max_aliases"] == here
    assert wanted(made, "domain", "a.test")["max_mailboxes"] == here


@pytest.mark.parametrize("unit", [1024000, 1048576])
def test_the_unit_of_quotas_is_told_by_the_mailboxes(unit: int) -> None:
    rows = [mailbox(f"m{number}@a.test", quota=number * unit) for number in range(1, 6)]
    made = plan(domain(largest_quota=10, quota=100), *rows)
    assert wanted(made, "domain", "a.test")["max_mailbox_quota"] == 10 * unit
    assert wanted(made, "domain", "a.test")["quota"] == 100 * unit


def test_the_domain_all_is_no_domain() -> None:
    made = plan(domain("ALL"), domain())
    assert keys(made, "domain") == ["a.test"]
    assert fate(made, "domain", "ALL") == "left"


def test_a_domain_that_is_switched_off_stays_so_or_goes_on() -> None:
    assert not wanted(plan(domain(active=False)), "domain", "a.test")["active"]
    made = plan(domain(active=False), answers={"inactive-domain": "active"})
    assert wanted(made, "domain", "a.test")["active"]
    assert found(made)["inactive"] == ["domain a.test"]


def test_a_name_that_is_none_is_refused_and_told() -> None:
    made = plan(domain("no domain"), domain())
    assert fate(made, "domain", "no domain") == "refused"
    assert asked(made) == ["illegal-address no domain: leave"]


def test_a_name_in_two_spellings_is_one_domain() -> None:
    made = plan(domain("A.test"), domain("a.test"))
    assert keys(made, "domain") == ["a.test"]
    assert asked(made) == ["address-twice a.test: newest"]


def test_a_backup_mx_domain_is_one_here_and_told_that_it_was_not_there() -> None:
    made = plan(domain(backup_mx=True))
    assert wanted(made, "domain", "a.test")["kind"] == "relay"
    assert found(made)["backup-mx"] == ["a.test"]


def test_a_backup_mx_domain_with_mailboxes_keeps_them() -> None:
    made = plan(domain(backup_mx=True), mailbox("ana@a.test"))
    assert wanted(made, "domain", "a.test")["kind"] == "hosted"
    assert keys(made, "mailbox") == ["ana@a.test"]


def test_or_its_mailboxes_are_left_by_decision() -> None:
    made = plan(domain(backup_mx=True), mailbox("ana@a.test"), answers={"relay-with-mailboxes": "relay"})
    assert wanted(made, "domain", "a.test")["kind"] == "relay"
    assert fate(made, "mailbox", "ana@a.test") == "left"


@pytest.mark.parametrize(
    ("told", "hop"),
    [
        ("smtp:[192.0.2.1]:2525", ("192.0.2.1", 2525)),
        ("relay:[mx.b.test]", ("mx.b.test", 25)),
        ("smtp:b.test", ("b.test", 25)),
    ],
)
def test_a_next_hop_is_carried_over(told: str, hop: tuple[str, int]) -> None:
    values = wanted(plan(domain(transport=told)), "transport", "a.test")
    assert (values["host"], values["port"]) == hop


@pytest.mark.parametrize("told", ["virtual", "virtual:", "", "local", "dovecot:", "lmtp:unix:private/lmtp"])
def test_a_transport_that_delivers_here_needs_nothing(told: str) -> None:
    made = plan(domain(transport=told))
    assert not keys(made, "transport")
    assert "transport" not in found(made)


def test_another_transport_is_told() -> None:
    assert found(plan(domain(transport="uucp:far")))["transport"] == ["a.test (uucp:far)"]


def test_an_alias_for_a_whole_domain_makes_an_alias_domain() -> None:
    made = plan(domain(), domain("b.test"), alias("@b.test", "@a.test"))
    assert wanted(made, "alias_domain", "b.test") == {"target": "a.test", "active": True}
    assert fate(made, "alias", "@b.test") == fate(made, "domain", "b.test") == "imported"


def test_the_table_of_alias_domains_makes_them_too() -> None:
    made = plan(domain(), alias_domains=(alias_domain("b.test", "a.test"),))
    assert wanted(made, "alias_domain", "b.test") == {"target": "a.test", "active": True}


def test_chains_of_alias_domains_lead_to_their_end() -> None:
    rows = (alias_domain("c.test", "b.test"), alias_domain("b.test", "a.test"))
    made = plan(domain(), alias_domains=rows)
    assert wanted(made, "alias_domain", "c.test")["target"] == "a.test"


def test_domains_that_stand_for_each_other_are_refused() -> None:
    rows = (alias_domain("b.test", "c.test"), alias_domain("c.test", "b.test"))
    made = plan(domain(), alias_domains=rows)
    assert fate(made, "alias_domain", "b.test") == fate(made, "alias_domain", "c.test") == "refused"


def test_one_that_stands_for_a_domain_elsewhere_is_refused() -> None:
    made = plan(domain(), alias_domains=(alias_domain("b.test", "world.test"),))
    assert fate(made, "alias_domain", "b.test") == "refused"


MIXED = (domain(), domain("b.test"), mailbox("ana@a.test"), mailbox("own@b.test"), alias("@b.test", "@a.test"))


def test_a_domain_with_addresses_of_its_own_that_stands_for_another_has_both() -> None:
    made = plan(*MIXED)
    assert keys(made, "mailbox") == ["ana@a.test", "own@b.test"]
    assert wanted(made, "alias", "ana@b.test")["targets"] == ["ana@a.test"]
    assert asked(made) == ["mixed-alias-domain b.test: expand"]


def test_or_its_own_addresses_are_left_by_decision() -> None:
    made = plan(*MIXED, answers={"mixed-alias-domain": "alias-domain"})
    assert wanted(made, "alias_domain", "b.test")["target"] == "a.test"
    assert fate(made, "mailbox", "own@b.test") == "left"


def test_a_limit_below_what_is_there_is_raised_or_dropped() -> None:
    rows = (domain(mailboxes=1, aliases=1), mailbox("a@a.test"), mailbox("b@a.test"))
    rows += (alias("c@a.test", "a@a.test"), alias("d@a.test", "a@a.test"))
    made = plan(*rows)
    assert wanted(made, "domain", "a.test")["max_mailboxes"] == 2
    assert wanted(made, "domain", "a.test")["max_aliases"] == 2
    made = plan(*rows, answers={"too-many-mailboxes": "none"})
    assert wanted(made, "domain", "a.test")["max_mailboxes"] is None

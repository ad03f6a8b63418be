"""Administrators, vacation notices, accounts to fetch from."""

from datetime import UTC, datetime
from typing import Any

import pytest

from carteiro.mail.verify import matches

from .small import admin, asked, domain, fate, fetch, found, holds, keys, mailbox, plan, vacation, wanted

ANA = mailbox("ana@a.test")
OTHER = "$1$ey3Ujz6e$Rgikoh8ZemHfVH5VDnNJi1"  # Maria2009!


def test_the_domain_all_makes_a_superadmin() -> None:
    made = plan(admin("root@a.test"), holds("root@a.test", "ALL"))
    assert wanted(made, "admin", "root@a.test")["superadmin"]
    assert asked(made) == ["superadmin root@a.test: superadmin"]


def test_so_does_the_flag_of_newer_tables() -> None:
    assert wanted(plan(admin("root@a.test", superadmin=True)), "admin", "root@a.test")["superadmin"]


def test_superadmins_can_be_left_out() -> None:
    made = plan(admin("root@a.test"), holds("root@a.test", "ALL"), answers={"superadmin": "leave"})
    assert not keys(made, "admin")
    assert fate(made, "admin", "root@a.test") == "left"


def test_an_administrator_holds_the_domains_that_there_are() -> None:
    rows = (admin("x@a.test"), holds("x@a.test", "a.test"), holds("X@a.test", "lost.test"))
    made = plan(*rows)
    assert wanted(made, "admin", "x@a.test")["domains"] == ["a.test"]
    assert fate(made, "domain_admins", "X@a.test lost.test") == "left"


def test_a_delegation_that_is_switched_off_is_left_unless_its_administrator_is_off_too() -> None:
    made = plan(admin("x@a.test"), holds("x@a.test", "a.test", active=False))
    assert wanted(made, "admin", "x@a.test")["domains"] == []
    made = plan(admin("x@a.test", active=False), holds("x@a.test", "a.test", active=False))
    assert wanted(made, "admin", "x@a.test") == wanted(made, "admin", "x@a.test") | {
        "domains": ["a.test"],
        "active": False,
    }


def test_a_delegation_of_nobody_is_left() -> None:
    assert fate(plan(holds("gone@a.test", "a.test")), "domain_admins", "gone@a.test a.test") == "left"


def test_who_is_a_mailbox_too_has_one_password() -> None:
    made = plan(ANA, admin("ana@a.test", password=OTHER))
    assert asked(made) == ["admin-password ana@a.test: mailbox"]
    assert wanted(made, "admin", "ana@a.test")["password"] == ""
    assert matches(wanted(made, "mailbox", "ana@a.test")["password"], "segredo-ana")
    made = plan(ANA, admin("ana@a.test", password=OTHER), answers={"admin-password": "admin"})
    assert matches(wanted(made, "mailbox", "ana@a.test")["password"], "Maria2009!")


def test_the_same_password_is_no_conflict() -> None:
    assert not asked(plan(ANA, admin("ana@a.test")))


def test_a_vacation_notice_comes_in_off_and_on_when_asked() -> None:
    assert not wanted(plan(ANA, vacation("ana@a.test")), "vacation", "ana@a.test")["active"]
    assert wanted(plan(ANA, vacation("ana@a.test"), vacation=True), "vacation", "ana@a.test")["active"]
    off = vacation("ana@a.test", active=False)
    assert not wanted(plan(ANA, off, vacation=True), "vacation", "ana@a.test")["active"]


@pytest.mark.parametrize(("seconds", "days"), [(None, 365), (0, 365), (1, 1), (604800, 7), (90000, 2), (10**9, 365)])
def test_the_interval_becomes_days(seconds: int | None, days: int) -> None:
    assert wanted(plan(ANA, vacation("ana@a.test", interval=seconds)), "vacation", "ana@a.test")["days"] == days


def test_a_notice_that_is_over_stays_off() -> None:
    over = vacation("ana@a.test", ends=datetime(2020, 1, 1, tzinfo=UTC))
    assert not wanted(plan(ANA, over, vacation=True), "vacation", "ana@a.test")["active"]


def test_a_notice_without_a_mailbox_is_left() -> None:
    assert fate(plan(vacation("gone@a.test")), "vacation", "gone@a.test") == "left"


def test_an_account_to_fetch_from_comes_in_off_and_on_when_asked() -> None:
    made = plan(ANA, fetch("ana@a.test"))
    (key,) = keys(made, "fetch")
    values = wanted(made, "fetch", key)
    assert values == values | {"protocol": "pop3", "port": 995, "keep": True, "poll_minutes": 10, "active": False}
    assert wanted(plan(ANA, fetch("ana@a.test"), fetching=True), "fetch", key)["active"]


def test_without_tls_it_stays_off_and_is_told() -> None:
    made = plan(ANA, fetch("ana@a.test", tls=False, port=110), fetching=True)
    (key,) = keys(made, "fetch")
    assert not wanted(made, "fetch", key)["active"]
    assert wanted(made, "fetch", key)["port"] == 995
    assert "fetch-no-tls" in found(made)


@pytest.mark.parametrize(
    "fields",
    [{"protocol": "POP2"}, {"protocol": "ETRN"}, {"authentication": "kerberos"}, {"password": ""}, {"username": 'a"b'}],
)
def test_what_can_not_be_fetched_here_is_refused_with_a_reason(fields: dict[str, Any]) -> None:
    made = plan(ANA, fetch("ana@a.test", **fields))
    assert fate(made, "fetchmail", "1") == "refused"
    assert all(said is not None and said.told() for f, said in made.fates.values() if f == "refused")


def test_extra_options_are_told() -> None:
    assert "fetch-options" in found(plan(ANA, fetch("ana@a.test", extras=("mda",))))


def test_every_row_has_a_fate_whatever_is_in_the_tables() -> None:
    made = plan(domain("ALL"), domain("bad domain"), domain(), ANA, mailbox("x"), admin("y"), holds("z", "q"))
    assert made.account()["domain"] == {"imported": 1, "refused": 1, "left": 1}
    assert made.account()["mailbox"] == {"imported": 1, "refused": 1, "left": 0}

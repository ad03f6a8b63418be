"""What becomes of mailboxes: spellings, switches, hashes, quotas, and the Maildirs that are theirs."""

import pytest

from carteiro.importers.planning.desk import Maildir
from carteiro.mail.verify import matches

from .small import MD5, alias, asked, domain, fate, found, keys, mailbox, plan, wanted

MEGABYTE = 1 << 20


def maildirs(*paths: str, size: int = 1000) -> dict[str, Maildir]:
    return {path.removesuffix("/Maildir"): Maildir(path, 3, size) for path in paths}


def test_a_mailbox_comes_in_lower_case_with_its_hash() -> None:
    made = plan(mailbox("Maria.Silva@A.test", name="Maria"))
    values = wanted(made, "mailbox", "maria.silva@a.test")
    assert values["name"] == "Maria"
    assert matches(values["password"], "segredo-ana")


@pytest.mark.parametrize(
    "address",
    ["ana", "@a.test", "ana maria@a.test", "ána@a.test", "ana+tag@a.test", "-x@a.test", "a'b@a.test", "a@no domain"],
)
def test_an_address_that_can_not_be_one_is_refused_and_told(address: str) -> None:
    made = plan(mailbox(address))
    assert fate(made, "mailbox", address) == "refused"
    assert asked(made) == [f"illegal-address {address}: leave"]


def test_an_address_in_two_spellings_is_one_mailbox_the_newest() -> None:
    older, newer = mailbox("Ana@a.test", name="old"), mailbox("ana@a.test", name="new")
    older = mailbox("Ana@a.test", name="old", dates=type(older.dates)())
    made = plan(older, newer)
    assert wanted(made, "mailbox", "ana@a.test")["name"] == "new"
    assert fate(made, "mailbox", "Ana@a.test") == "left"
    made = plan(older, newer, answers={"address-twice": "first"})
    assert wanted(made, "mailbox", "ana@a.test")["name"] == "old"


def test_a_mailbox_of_a_domain_that_is_in_no_table_is_left_or_makes_it() -> None:
    assert fate(plan(mailbox("ana@lost.test")), "mailbox", "ana@lost.test") == "left"
    made = plan(mailbox("ana@lost.test"), answers={"no-domain": "domain"})
    assert keys(made, "domain") == ["a.test", "lost.test"]
    assert keys(made, "mailbox") == ["ana@lost.test"]


def test_one_that_is_switched_off_stays_so_or_goes_on() -> None:
    assert not wanted(plan(mailbox("ana@a.test", active=False)), "mailbox", "ana@a.test")["active"]
    made = plan(mailbox("ana@a.test", active=False), answers={"inactive-mailbox": "active"})
    assert wanted(made, "mailbox", "ana@a.test")["active"]


def test_a_hash_that_nothing_can_check_locks_the_mailbox_or_is_the_password_or_leaves_it_out() -> None:
    row = mailbox("ana@a.test", password="open sesame")
    locked = wanted(plan(row), "mailbox", "ana@a.test")["password"]
    assert not matches(locked, "open sesame")
    clear = plan(row, answers={"unreadable-hash": "clear"})
    assert next(one.secret for one in clear.wanted.values() if one.kind == "mailbox") == "open sesame"
    assert fate(plan(row, answers={"unreadable-hash": "leave"}), "mailbox", "ana@a.test") == "left"


def test_a_quota_over_the_limit_of_its_domain_raises_it_or_is_lowered() -> None:
    rows = (domain(largest_quota=10), mailbox("a@a.test", quota=20 * 1048576), mailbox("b@a.test", quota=5 * 1048576))
    made = plan(*rows)
    assert wanted(made, "mailbox", "a@a.test")["quota"] == wanted(made, "domain", "a.test")["max_mailbox_quota"]
    made = plan(*rows, answers={"quota-over-limit": "lower"})
    assert wanted(made, "mailbox", "a@a.test")["quota"] == 10 * 1048576
    assert asked(made) == ["quota-over-limit a@a.test: lower"]


def test_a_mailbox_without_a_quota_takes_the_limit_of_its_domain_away() -> None:
    made = plan(domain(largest_quota=10), mailbox("a@a.test"))
    assert wanted(made, "domain", "a.test")["max_mailbox_quota"] is None


def test_a_quota_below_what_is_held_is_raised_or_kept() -> None:
    row = mailbox("ana@a.test", quota=MEGABYTE)
    full = maildirs("a.test/ana", size=5 * MEGABYTE)
    assert wanted(plan(row, maildirs=full), "mailbox", "ana@a.test")["quota"] == 6 * MEGABYTE
    made = plan(row, maildirs=full, answers={"quota-below-usage": "keep"})
    assert wanted(made, "mailbox", "ana@a.test")["quota"] == MEGABYTE


@pytest.mark.parametrize(
    "path",
    [
        "a.test/ana",
        "a.test/ana/Maildir",
        "ana@a.test",
        "ana@a.test/Maildir",
        "ana",
        "ana/Maildir",
        "odd/place",
        "far/off",
        "deep/down/a.test/ana",
    ],
)
def test_a_maildir_is_found_in_every_layout(path: str) -> None:
    odd = {"odd/place": "odd/place/", "far/off": "/home/vmail/far/off/"}
    row = mailbox("ana@a.test", maildir=odd.get(path, "a.test/ana/"))
    made = plan(row, maildirs=maildirs(path))
    assert made.mail["ana@a.test"].path == path
    assert not asked(made)


def test_a_maildir_by_the_name_alone_is_nobodys_where_two_have_it() -> None:
    made = plan(domain(), domain("b.test"), mailbox("ana@a.test"), mailbox("ana@b.test"), maildirs=maildirs("ana"))
    assert not made.mail
    assert "maildir-without-row ana: leave" in asked(made)


def test_a_row_without_a_maildir_makes_an_empty_mailbox_or_is_left() -> None:
    made = plan(mailbox("ana@a.test"), maildirs={})
    assert asked(made) == ["row-without-maildir ana@a.test: empty"]
    made = plan(mailbox("ana@a.test"), maildirs={}, answers={"row-without-maildir": "leave"})
    assert fate(made, "mailbox", "ana@a.test") == "left"


def test_a_name_with_control_characters_becomes_one_line() -> None:
    made = plan(mailbox("ana@a.test", name="Ana\r\nSouza\x00" + "x" * 300))
    name = wanted(made, "mailbox", "ana@a.test")["name"]
    assert name.startswith("Ana Souza x")
    assert len(name) == 255


def test_what_has_no_place_here_is_told() -> None:
    made = plan(mailbox("ana@a.test", left=("totp_secret",)))
    assert found(made)["unplaced"] == ["ana@a.test (totp_secret)"]


def test_mailboxes_that_lost_their_mail_to_a_catch_all_are_told() -> None:
    made = plan(mailbox("ana@a.test"), mailbox("bia@a.test", password=MD5), alias("@a.test", "bia@a.test"))
    assert found(made)["catch-all"] == ["ana@a.test", "bia@a.test"]
    own = alias("ana@a.test", "ana@a.test")
    made = plan(mailbox("ana@a.test"), mailbox("bia@a.test"), own, alias("@a.test", "bia@a.test"))
    assert found(made)["catch-all"] == ["bia@a.test"]

"""Who may log in with what, and what Dovecot hears of a mailbox."""

import pytest

from tests.directory.rows import HASH, Rows

PROTOCOLS = ("imap", "pop3", "smtp", "sieve")
DIGEST = "0123456789abcdef" * 4


@pytest.fixture(autouse=True)
def accounts(rows: Rows) -> None:
    rows.domain("example.org")
    rows.domain("full.test", quota=10**9)
    rows.domain("off.test", active=False)
    rows.domain("alias.test", "alias", target="example.org")
    rows.mailbox("ana@example.org", quota=1000, messages=5)
    rows.mailbox("bob@full.test")
    rows.mailbox("eva@off.test")
    rows.mailbox("gone@example.org", active=False)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_login_gets_its_hash_only_for_protocols_that_are_on(rows: Rows, protocol: str) -> None:
    rows.mailbox("only@example.org", **{name: name == protocol for name in PROTOCOLS})
    found = [name for name in PROTOCOLS if rows.ask("password", "only@example.org", name)]
    assert found == [protocol]
    assert rows.ask("password", "ana@example.org", protocol)[0]["password"] == HASH


@pytest.mark.parametrize("protocol", [*PROTOCOLS, "lmtp", "doveadm", "quota-status", ""])
@pytest.mark.parametrize(
    "login", ["eva@off.test", "gone@example.org", "nobody@example.org", "ana@alias.test", "' OR ''='"]
)
def test_who_is_switched_off_or_no_mailbox_gets_nothing(rows: Rows, login: str, protocol: str) -> None:
    assert rows.ask("password", login, protocol) == []


@pytest.mark.parametrize("protocol", ["lmtp", "doveadm", "quota-status", "", "IMAP"])
def test_a_service_that_is_no_login_protocol_gets_no_password(rows: Rows, protocol: str) -> None:
    assert rows.ask("password", "ana@example.org", protocol) == []


def test_an_app_password_is_good_for_its_protocols_as_far_as_the_mailbox_has_them(rows: Rows) -> None:
    mailbox = rows.mailbox("app@example.org", pop3=False)
    rows.app_password(mailbox, DIGEST, imap=True, pop3=True)
    found = [name for name in PROTOCOLS if rows.ask("app_password", "app@example.org", name, DIGEST)]
    assert found == ["imap"]
    row = rows.ask("app_password", "app@example.org", "imap", DIGEST)[0]
    assert (row["user"], row["password"], row["nopassword"]) == ("app@example.org", None, "Y")


def test_an_app_password_is_no_good_for_others_or_when_wrong(rows: Rows) -> None:
    rows.app_password(rows.mailbox("app@example.org"), DIGEST, imap=True)
    rows.app_password(rows.mailbox("off@example.org", active=False), "f" * 64, imap=True)
    assert rows.ask("app_password", "ana@example.org", "imap", DIGEST) == []
    assert rows.ask("app_password", "app@example.org", "imap", "0" * 64) == []
    assert rows.ask("app_password", "off@example.org", "imap", "f" * 64) == []


@pytest.mark.parametrize(
    "protocol", ["imap", "pop3", "sieve", "lmtp", "doveadm", "quota-status", "indexer-worker", "lda"]
)
def test_every_service_finds_a_mailbox_with_its_limits(rows: Rows, protocol: str) -> None:
    expected = {"user": "ana@example.org", "quota_bytes": 1000, "quota_messages": 5, "count_usage": 0}
    assert rows.ask("user", "ana@example.org", protocol) == [expected | {"home": f"{len('ana@example.org'):032x}"}]
    assert rows.ask("user", "bob@full.test", protocol)[0]["count_usage"] == 1


def test_password_queries_bring_what_the_user_query_would(rows: Rows) -> None:
    rows.app_password(rows.mailbox("app@example.org"), DIGEST, imap=True)
    wanted = rows.ask("user", "app@example.org", "imap")[0]
    for row in (
        *rows.ask("password", "app@example.org", "imap"),
        *rows.ask("app_password", "app@example.org", "imap", DIGEST),
    ):
        assert {name: row[name] for name in wanted} == wanted


@pytest.mark.parametrize("protocol", ["imap", "pop3", "sieve", "lmtp", "quota-status", "indexer-worker"])
def test_a_mailbox_switched_off_is_found_by_doveadm_alone(rows: Rows, protocol: str) -> None:
    for login in ("gone@example.org", "eva@off.test"):
        assert rows.ask("user", login, protocol) == []
        assert rows.ask("user", login, "doveadm") != []
        assert {"user": login} in rows.ask("iterate", "")


@pytest.mark.parametrize("protocol", ["imap", "pop3", "sieve"])
def test_a_token_finds_no_mailbox_whose_protocol_is_off(rows: Rows, protocol: str) -> None:
    rows.mailbox("few@example.org", **{protocol: False})
    assert rows.ask("user", "few@example.org", protocol) == []


def quota_users(rows: Rows, address: str) -> list[object]:
    """Both user queries in the order in which Dovecot asks them."""
    first = rows.ask("user", address, "quota-status")
    return [row["user"] for row in first or rows.ask("quota_user", address, "quota-status")]


def test_the_quota_service_finds_the_one_mailbox_behind_an_address(rows: Rows) -> None:
    rows.alias("to-ana@example.org", "ana@example.org")
    rows.alias("bob@full.test", "ana@example.org")
    for address in ("ana@example.org", "to-ana@example.org", "ana@alias.test", "bob@full.test"):
        assert quota_users(rows, address) == ["ana@example.org"]


def test_the_quota_service_finds_nothing_where_mail_has_several_ends_or_none(rows: Rows) -> None:
    rows.alias("both@example.org", "ana@example.org", "bob@full.test")
    rows.alias("half@example.org", "ana@example.org", "far@foreign.test")
    rows.alias("away@example.org", "far@foreign.test")
    for address in (
        "both@example.org",
        "half@example.org",
        "away@example.org",
        "gone@example.org",
        "nobody@example.org",
    ):
        assert quota_users(rows, address) == []


def test_only_the_quota_service_looks_behind_an_alias(rows: Rows) -> None:
    rows.alias("to-ana@example.org", "ana@example.org")
    for protocol in ("imap", "lmtp", "doveadm", "smtp", ""):
        assert rows.ask("quota_user", "to-ana@example.org", protocol) == []
        assert rows.ask("user", "to-ana@example.org", protocol) == []

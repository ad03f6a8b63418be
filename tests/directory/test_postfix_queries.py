"""Each map, asked by the installed Postfix as the user that its daemons run as."""

import pytest

from carteiro.directory import queries
from tests.directory.postmap import Postmap

SWITCHED_OFF = "550 5.2.1 "


@pytest.fixture(autouse=True)
def accounts(postmap: Postmap) -> None:
    """One domain of each kind, with the people of the stories below."""
    rows = postmap.rows
    rows.domain("example.org")
    rows.domain("off.test", active=False)
    rows.domain("alias.test", "alias", target="example.org")
    rows.domain("backup.test", "relay")
    rows.domain("verified.test", "relay", recipients="verify")
    rows.mailbox("ana@example.org")
    rows.mailbox("bob@example.org")
    rows.mailbox("gone@example.org", active=False)
    rows.mailbox("mute@example.org", smtp=False)
    rows.mailbox("eva@off.test")
    rows.alias("team@example.org", "ana@example.org", "far@foreign.test")
    rows.alias("old@example.org", "ana@example.org", active=False)
    rows.alias("bob@example.org", "ana@example.org")
    rows.relay_recipient("known@backup.test")


def test_domains_are_known_by_their_kind(postmap: Postmap) -> None:
    names = ("example.org", "EXAMPLE.org", "off.test", "alias.test", "backup.test", "foreign.test")
    assert set(postmap.ask("local_domains", *names)) == {"example.org", "EXAMPLE.org", "off.test", "alias.test"}
    assert set(postmap.ask("relay_domains", *names)) == {"backup.test"}


def test_routes_give_the_final_recipients(postmap: Postmap) -> None:
    asked = postmap.ask(
        "routes", "team@example.org", "Ana+x@Alias.test", "gone@example.org", "x@foreign.test", "@example.org"
    )
    assert {key: set(value.split(",")) for key, value in asked.items()} == {
        "team@example.org": {"ana@example.org", "far@foreign.test"},
        "Ana+x@Alias.test": {"ana+x@example.org"},
    }


def test_mailboxes_are_those_whose_mail_stays(postmap: Postmap) -> None:
    keys = ("ana@example.org", "bob@example.org", "gone@example.org", "eva@off.test", "team@example.org")
    assert postmap.ask("mailboxes", *keys) == {"ana@example.org": "ana@example.org"}


def test_only_a_plain_mailbox_far_from_its_limits_and_in_no_domain_with_a_quota_is_sure_to_have_room(
    postmap: Postmap,
) -> None:
    rows = postmap.rows
    rows.domain("shared.test", quota=10**9)
    rows.looked()
    rows.mailbox("free@example.org", quota=10**9, room=1)
    rows.mailbox("near@example.org", quota=10**9, room=0)
    rows.mailbox("unknown@example.org", quota=10**9)
    rows.mailbox("few@example.org", messages=10)
    rows.mailbox("eva@shared.test", room=1)
    keys = ("free", "near", "unknown", "few", "ana", "bob", "gone", "team", "nobody", "free+tag")
    answers = postmap.ask("room", "eva@shared.test", *(f"{key}@example.org" for key in keys))
    assert answers == {
        "free@example.org": "1",
        "near@example.org": "0",
        "unknown@example.org": "0",
        "few@example.org": "0",
        "ana@example.org": "1",  # without limits
        "eva@shared.test": "0",
    }


def test_the_quota_in_all_that_counts_is_that_of_the_one_domain_where_all_mail_ends(postmap: Postmap) -> None:
    postmap.rows.domain("other.test")
    postmap.rows.alias("elsewhere@other.test", "bob@example.org")
    postmap.rows.alias("mixed@other.test", "ana@example.org", "eva@foreign.test")
    wanted = {
        "ana@example.org": "@example.org",
        "Ana+tag@Alias.test": "@example.org",
        "elsewhere@other.test": "@example.org",
        "mixed@other.test": "mixed@other.test",
        "team@example.org": "team@example.org",
        "known@backup.test": "known@backup.test",
        "nobody@other.test": "nobody@other.test",
    }
    assert postmap.ask("end_domain", *wanted) == wanted


@pytest.mark.parametrize(
    "address",
    ["gone@example.org", "gone+tag@example.org", "gone@alias.test", "old@example.org", "eva@off.test", "x@off.test"],
)
def test_what_is_switched_off_is_refused_with_the_reason(postmap: Postmap, address: str) -> None:
    assert postmap.ask("recipient_status", address)[address].startswith(SWITCHED_OFF)


@pytest.mark.parametrize(
    "address", ["ana@example.org", "ana+x@example.org", "nobody@example.org", "x@foreign.test", "+x@example.org"]
)
def test_the_status_of_others_leaves_the_decision_to_the_rest(postmap: Postmap, address: str) -> None:
    assert postmap.ask("recipient_status", address) == {address: "DUNNO"}


def test_an_address_of_its_own_with_a_plus_sign_does_not_suffer_from_a_mailbox_switched_off(postmap: Postmap) -> None:
    postmap.rows.alias("gone+news@example.org", "ana@example.org")
    assert postmap.ask("recipient_status", "gone+news@example.org") == {"gone+news@example.org": "DUNNO"}


def test_recipients_of_a_backup_domain_are_listed_or_verified(postmap: Postmap) -> None:
    keys = ("known@backup.test", "x@backup.test", "@backup.test", "x@verified.test", "@verified.test")
    assert set(postmap.ask("relay_recipients", *keys)) == {"known@backup.test", "@verified.test"}
    assert postmap.ask("recipient_status", "x@verified.test") == {"x@verified.test": "reject_unverified_recipient"}


def logins(postmap: Postmap, sender: str) -> set[str]:
    answer = postmap.ask("sender_logins", sender).get(sender, "")
    return set(answer.split(",")) - {""}


def test_a_sender_belongs_to_the_mailboxes_that_it_reaches(postmap: Postmap) -> None:
    assert logins(postmap, "ana@example.org") == {"ana@example.org"}
    assert logins(postmap, "team@example.org") == {"ana@example.org"}
    assert logins(postmap, "ana+tag@alias.test") == {"ana@example.org"}
    assert logins(postmap, "bob@example.org") == {"ana@example.org", "bob@example.org"}  # he forwards to her


@pytest.mark.parametrize(
    "sender", ["gone@example.org", "mute@example.org", "eva@off.test", "x@foreign.test", "old@example.org"]
)
def test_nobody_may_send_as_what_is_switched_off_or_not_ours(postmap: Postmap, sender: str) -> None:
    assert logins(postmap, sender) == set()


def test_a_granted_address_may_be_used_and_so_may_all_of_a_granted_domain(postmap: Postmap) -> None:
    rows = postmap.rows
    ana, mute = rows.mailbox("ana2@example.org"), rows.mailbox("mute2@example.org", smtp=False)
    for mailbox in (ana, mute):
        rows.grant(mailbox, "me@foreign.test")
        rows.grant(mailbox, "@example.org")
        rows.grant(mailbox, "eva@off.test")
    assert logins(postmap, "me@foreign.test") == {"ana2@example.org"}
    assert logins(postmap, "nobody@example.org") == {"ana2@example.org"}
    assert logins(postmap, "eva@off.test") == set()


def test_a_login_that_may_not_send_is_told_so(postmap: Postmap) -> None:
    keys = ("ana@example.org", "gone@example.org", "mute@example.org", "eva@off.test", "nobody@example.org")
    answers = postmap.ask("login_status", *keys)
    assert set(answers) == set(keys) - {"ana@example.org"}
    assert all(answer.startswith("REJECT ") for answer in answers.values())


def test_a_next_hop_comes_with_its_port_and_its_credentials(postmap: Postmap) -> None:
    postmap.rows.transport("backup.test", "mx.backup.test", 2525)
    postmap.rows.transport("foreign.test", "2001:db8::1", 587, "me@foreign.test", "100% 'sure': \"yes\"")
    postmap.rows.transport("other.test", "2001:db8::1", 587, "me@foreign.test", "100% 'sure': \"yes\"")
    assert postmap.ask("transports", "x@backup.test", "foreign.test", "example.org", "*") == {
        "x@backup.test": "relay:[mx.backup.test]:2525",
        "foreign.test": "smtp:[2001:db8::1]:587",
        "example.org": ":",
        "*": ":",
    }
    assert postmap.ask("transport_passwords", "[2001:db8::1]:587", "[mx.backup.test]:2525") == {
        "[2001:db8::1]:587": "me@foreign.test:100% 'sure': \"yes\""
    }


HOSTILE = (
    "'@example.org",
    "ana'@example.org",
    "' OR '1'='1",
    "x' UNION SELECT password FROM mailbox --@example.org",
    "'; DELETE FROM mailbox; --",
    "%s@example.org",
    "%u%d%%@example.org",
    "ana%foreign.test@example.org",
    "\\'@example.org",
    "\\@example.org",
    "\x01\x7f@example.org",
    "a\\0b@example.org",
    '"ana"@example.org',
    "ana@example.org@example.org",
    "ana@example.org\x0b",
    "{address}@example.org",
    "?1@example.org",
    "é@example.org",
    "@",
    "+",
    "+@example.org",
    "a" * 1000 + "@example.org",
    "'" * 1000 + "@example.org",
    "a@" + "b." * 500,
)


@pytest.mark.parametrize("name", sorted(set(queries.POSTFIX) - {"domain_full"}))
def test_hostile_keys_find_nothing_and_break_nothing(postmap: Postmap, name: str) -> None:
    before = postmap.rows.connection.execute("SELECT count(*) FROM mailbox").fetchall()
    expected = {
        "recipient_status": dict.fromkeys(HOSTILE, "DUNNO"),
        "login_status": dict.fromkeys(HOSTILE, "REJECT This login may not send mail"),
        "transports": dict.fromkeys(HOSTILE, ":"),
        "end_domain": {key: key.lower() for key in HOSTILE},
    }
    assert postmap.ask(name, *HOSTILE) == expected.get(name, {})
    assert postmap.rows.connection.execute("SELECT count(*) FROM mailbox").fetchall() == before


def test_a_catch_all_takes_an_address_with_a_quote_as_it_is(postmap: Postmap) -> None:
    postmap.rows.alias("@example.org", "o'neil@foreign.test")
    assert postmap.ask("routes", "d'arc@example.org") == {"d'arc@example.org": "o'neil@foreign.test"}


def test_look_ups_go_on_when_no_writer_is_left(postmap: Postmap) -> None:
    postmap.rows.connection.close()
    assert set(postmap.ask("mailboxes", "ana@example.org")) == {"ana@example.org"}
    assert (postmap.layout.directory_database.parent / "directory.sqlite3-shm").exists()


def test_a_reader_without_write_permission_is_not_disturbed_by_an_open_transaction(postmap: Postmap) -> None:
    postmap.rows.connection.execute("BEGIN IMMEDIATE")
    postmap.rows.mailbox("new@example.org")
    assert set(postmap.ask("mailboxes", "ana@example.org", "new@example.org")) == {"ana@example.org"}
    postmap.rows.connection.execute("COMMIT")
    assert set(postmap.ask("mailboxes", "ana@example.org", "new@example.org")) == {"ana@example.org", "new@example.org"}

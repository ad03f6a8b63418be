"""What the mailboxes of a domain use in all: summed as Dovecot writes, asked by Postfix."""

import subprocess
from collections.abc import Iterator

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carteiro import directory
from carteiro.directory import store, usage
from carteiro.hosting import alias_domains, domains, mailboxes
from carteiro.hosting.access import Actor
from carteiro.settings.layout import Layout
from carteiro.words import Fault
from tests.directory.postmap import Postmap
from tests.directory.rows import Rows
from tests.hosting.world import mailbox

FULL = "452 4.2.2 The mailboxes of this domain are full"


def write_as_dovecot(connection: apsw.Connection, address: str, column: str, value: int) -> None:
    """The statement of Dovecot's dict-sql for SQLite."""
    connection.execute(
        f"INSERT INTO usage ({column},address) VALUES ('{value}','{address}')"
        f" ON CONFLICT (address) DO UPDATE SET {column}='{value}'"
    )


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("a@one.test", "b@one.test", "a@two.test")),
            st.sampled_from(("bytes", "messages", "delete")),
            st.integers(0, 10**12),
        )
    )
)
def test_the_sums_are_those_of_the_rows(writes: list[tuple[str, str, int]]) -> None:
    connection = apsw.Connection(":memory:")
    connection.execute(store.USAGE.schema)
    for address, what, value in writes:
        if what == "delete":
            connection.execute("DELETE FROM usage WHERE address = ?", (address,))
        else:
            write_as_dovecot(connection, address, what, value)
    sums = dict(connection.execute("SELECT substr(address, instr(address, '@') + 1), sum(bytes) FROM usage GROUP BY 1"))
    kept = dict(connection.execute("SELECT domain, bytes FROM domain_usage"))
    assert {domain: total for domain, total in kept.items() if total} == {d: t for d, t in sums.items() if t}


@pytest.fixture
def limited(instance: Layout, root: Actor) -> Layout:
    domains.add(root, "one.test", quota=1000)
    domains.add(root, "free.test")
    alias_domains.add(root, "alias.test", "one.test")
    mailbox(root, "ana@one.test")
    mailbox(root, "bob@one.test")
    directory.catch_up(instance)
    return instance


@pytest.fixture
def opened(limited: Layout) -> Iterator[apsw.Connection]:
    with store.opened(limited.usage_database, store.USAGE) as connection:
        yield connection


def full(layout: Layout) -> set[str]:
    keys = ("ana@one.test", "x@alias.test", "x@free.test", "x@foreign.test", "x'@one.test", "'" * 1000, "@", "%s")
    answers = Postmap(layout, Rows(apsw.Connection(":memory:"))).ask("domain_full", *keys)
    assert set(answers.values()) <= {FULL, "DUNNO"}
    assert set(answers) == set(keys)
    return {key for key, answer in answers.items() if answer == FULL}


def test_a_domain_is_full_when_its_mailboxes_hold_its_quota_together(limited: Layout, opened: apsw.Connection) -> None:
    write_as_dovecot(opened, "ana@one.test", "bytes", 600)
    write_as_dovecot(opened, "bob@one.test", "bytes", 399)
    assert full(limited) == set()
    write_as_dovecot(opened, "bob@one.test", "bytes", 400)
    assert full(limited) == {"ana@one.test", "x@alias.test", "x'@one.test"}
    write_as_dovecot(opened, "ana@one.test", "bytes", 0)
    assert full(limited) == set()


def test_a_new_limit_counts_at_once(limited: Layout, root: Actor, opened: apsw.Connection) -> None:
    write_as_dovecot(opened, "ana@one.test", "bytes", 600)
    domains.set_(root, "one.test", quota=600)
    directory.catch_up(limited)
    assert full(limited)
    domains.set_(root, "one.test", quota=None)
    directory.catch_up(limited)
    assert not full(limited)


def test_use_goes_along_to_a_new_address_and_away_with_the_mailbox(
    limited: Layout, root: Actor, opened: apsw.Connection
) -> None:
    write_as_dovecot(opened, "ana@one.test", "bytes", 600)
    write_as_dovecot(opened, "bob@one.test", "bytes", 7)
    for old, new in (("ana@one.test", "c@one.test"), ("bob@one.test", "ana@one.test"), ("c@one.test", "bob@one.test")):
        mailboxes.rename(root, old, new)
    directory.catch_up(limited)
    assert dict(opened.execute("SELECT address, bytes FROM usage")) == {"bob@one.test": 600, "ana@one.test": 7}
    domains.rename(root, "one.test", "new.test")
    mailboxes.remove(root, "ana@new.test")
    directory.catch_up(limited)
    assert dict(opened.execute("SELECT domain, bytes FROM domain_usage WHERE bytes > 0")) == {"new.test": 600}


def test_use_that_was_counted_otherwise_can_be_noted(limited: Layout, opened: apsw.Connection) -> None:
    for size, messages in ((1000, 3), (999, 2)):
        usage.record(limited, "ana@one.test", size, messages, before=usage.recorded(limited, "ana@one.test"))
    assert list(opened.execute("SELECT * FROM usage")) == [("ana@one.test", 999, 2)]
    assert dict(opened.execute("SELECT domain, bytes FROM domain_usage")) == {"one.test": 999}


def test_a_measurement_does_not_take_the_place_of_what_dovecot_wrote_meanwhile(limited: Layout) -> None:
    before = usage.recorded(limited, "ana@one.test")
    with store.opened(limited.usage_database, store.USAGE) as connection:
        write_as_dovecot(connection, "ana@one.test", "bytes", 120)
        write_as_dovecot(connection, "ana@one.test", "messages", 1)
    usage.record(limited, "ana@one.test", 0, 0, before=before)
    assert usage.recorded(limited, "ana@one.test") == (120, 1)


WRITE_AND_CLOSE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
INSERT = "INSERT INTO usage VALUES ('ana@one.test', 5000, 1) ON CONFLICT (address) DO UPDATE SET bytes = 5000"
connection.execute(INSERT)
connection.commit()
connection.close()
"""


def test_dovecot_writes_but_cannot_take_away_what_readers_need(limited: Layout) -> None:
    """As Dovecot's dict process: user vmail, group postfix; the last to close the file."""
    dict_process = ["setpriv", "--reuid=vmail", "--regid=vmail", "--groups=postfix", "/usr/bin/python3"]
    subprocess.run([*dict_process, "-c", WRITE_AND_CLOSE, str(limited.usage_database)], check=True)
    assert limited.usage_database.with_name("usage.sqlite3-wal").exists()
    assert "ana@one.test" in full(limited)


def test_limits_that_could_not_be_told_are_told_later(limited: Layout, root: Actor) -> None:
    away = limited.usage_database.parent.with_name("away")
    limited.usage_database.parent.rename(away)
    limited.usage_database.parent.symlink_to("/dev/null")
    domains.set_(root, "one.test", quota=5)
    with pytest.raises(Fault, match="usage"):
        directory.catch_up(limited)
    assert directory.lag(limited) == 0
    limited.usage_database.parent.unlink()
    away.rename(limited.usage_database.parent)
    directory.catch_up(limited)
    with store.opened(limited.usage_database, store.USAGE) as connection:
        assert set(connection.execute("SELECT quota FROM domain_limit")) == {(5,)}

"""What is known of a mailbox's room is kept as long as it is true."""

import pytest

from carteiro import directory
from carteiro.directory import room, store
from carteiro.directory.room import Limited
from carteiro.hosting import domains, mailboxes
from carteiro.hosting.access import Actor
from carteiro.settings.layout import Layout
from tests.directory.rows import Rows
from tests.hosting.world import mailbox


@pytest.fixture
def limited(instance: Layout, root: Actor) -> Layout:
    """One domain; ana and bob have limits, eva has none."""
    domains.add(root, "example.org")
    mailbox(root, "ana@example.org", quota=10**9)
    mailbox(root, "bob@example.org", quota=0, quota_messages=10**6)
    mailbox(root, "eva@example.org", quota=0)
    directory.catch_up(instance)
    return instance


def known(layout: Layout, address: str) -> set[str]:
    with store.opened(layout.directory_database, store.DIRECTORY) as connection:
        return Rows(connection).values("room", address)


def everybody(layout: Layout) -> list[Limited]:
    return room.limited(layout, 0, 1)


def test_whoever_has_a_limit_is_to_be_looked_at_until_something_is_known(limited: Layout) -> None:
    assert len(everybody(limited)) == len(room.limited(limited, 0, 1000)) == 2
    room.note(limited, [(mailbox, True) for mailbox in everybody(limited)])
    assert len(everybody(limited)) == 2
    assert sum(len(room.limited(limited, part, 7)) for part in range(7)) == 2


def test_postfix_sees_what_was_found(limited: Layout) -> None:
    ana, bob = everybody(limited)
    assert known(limited, "ana@example.org") == {"0"}
    room.note(limited, [(ana, True), (bob, False)])
    assert known(limited, "ana@example.org") == {"1"}
    assert known(limited, "bob@example.org") == {"0"}
    room.note(limited, [(everybody(limited)[0], False)])
    assert known(limited, "ana@example.org") == {"0"}


def test_a_changed_limit_makes_it_unknown_at_once(limited: Layout, root: Actor) -> None:
    before = everybody(limited)
    room.note(limited, [(mailbox, True) for mailbox in before])
    mailboxes.set_(root, "ana@example.org", quota=10**6)
    directory.catch_up(limited)
    assert known(limited, "ana@example.org") == {"0"}
    room.note(limited, [(mailbox, True) for mailbox in before])  # found before the change, written after it
    assert known(limited, "ana@example.org") == {"0"}


def test_a_quota_of_the_domain_is_always_asked_about(limited: Layout, root: Actor) -> None:
    room.note(limited, [(mailbox, True) for mailbox in everybody(limited)])
    domains.set_(root, "example.org", quota=10**12)
    directory.catch_up(limited)
    assert known(limited, "ana@example.org") == known(limited, "eva@example.org") == {"0"}


def test_what_was_found_counts_only_as_long_as_somebody_looks(limited: Layout) -> None:
    room.note(limited, [(mailbox, True) for mailbox in everybody(limited)])
    with store.opened(limited.directory_database, store.DIRECTORY) as connection:
        connection.execute("UPDATE look SET at = at - 3600")
    assert known(limited, "ana@example.org") == {"0"}
    assert known(limited, "eva@example.org") == {"1"}  # without limits
    room.note(limited, [])
    assert known(limited, "ana@example.org") == {"1"}


def test_a_rebuild_forgets_it_and_check_does_not_mind_it(limited: Layout) -> None:
    room.note(limited, [(mailbox, True) for mailbox in everybody(limited)])
    assert directory.check(limited) == []
    directory.rebuild(limited)
    assert known(limited, "ana@example.org") == {"0"}

"""Changes of accounts arrive in the directory, each kind of them."""

import stat
import threading
from collections.abc import Callable

import apsw
import pytest

from carteiro import directory
from carteiro.directory import Progress, projector, store
from carteiro.hosting import (
    alias_domains,
    aliases,
    app_passwords,
    domains,
    grants,
    mailboxes,
    relay_recipients,
    transports,
)
from carteiro.hosting.access import Actor
from carteiro.hosting.models import AppPassword, FeedHead, Mailbox
from carteiro.mail.next_hop import NextHop
from carteiro.settings.layout import Layout
from carteiro.words import Fault
from tests.directory.rows import Rows
from tests.hosting.world import HASH, OTHER_HASH, alias, mailbox


def routes(layout: Layout, address: str) -> set[str]:
    return ask(layout, "routes", address)


def ask(layout: Layout, query: str, address: str) -> set[str]:
    with store.opened(layout.directory_database, store.DIRECTORY) as connection:
        return Rows(connection).values(query, address)


@pytest.fixture
def layout_with_ana(instance: Layout, root: Actor) -> Layout:
    domains.add(root, "example.org")
    mailbox(root, "ana@example.org")
    directory.catch_up(instance)
    return instance


def test_the_first_call_makes_the_directory_and_says_so(instance: Layout) -> None:
    assert directory.catch_up(instance) == Progress(rebuilt=True, swapped=True)
    assert directory.catch_up(instance) == Progress()


def test_a_new_mailbox_is_there_after_catching_up(layout_with_ana: Layout, root: Actor) -> None:
    assert routes(layout_with_ana, "bob@example.org") == set()
    mailbox(root, "bob@example.org")
    assert directory.lag(layout_with_ana) == 1
    assert directory.catch_up(layout_with_ana) == Progress(changes=1)
    assert directory.lag(layout_with_ana) == 0
    assert routes(layout_with_ana, "bob@example.org") == {"bob@example.org"}


def test_each_kind_of_change_leaves_directory_and_accounts_alike(instance: Layout, root: Actor) -> None:
    directory.catch_up(instance)
    steps: tuple[Callable[[], object], ...] = (
        lambda: domains.add(root, "example.org", quota=10_000),
        lambda: mailbox(root, "ana@example.org"),
        lambda: mailbox(root, "bob@example.org"),
        lambda: alias(root, "team@example.org", "ana@example.org", "far@foreign.test"),
        lambda: aliases.set_(root, "team@example.org", targets=["bob@example.org"]),
        lambda: mailboxes.set_(root, "ana@example.org", forward_to=["far@foreign.test"], keep_copy=True),
        lambda: mailboxes.set_(root, "bob@example.org", pop3=False, quota=5000),
        lambda: mailboxes.set_password(root, "bob@example.org", OTHER_HASH),
        lambda: app_passwords.add(root, "ana@example.org", ["imap", "smtp"]),
        lambda: grants.add(root, "ana@example.org", "me@foreign.test"),
        lambda: app_passwords.set_(root, "ana@example.org", AppPassword.objects.get().pk, protocols=["pop3"]),
        lambda: grants.remove(root, "ana@example.org", "me@foreign.test"),
        lambda: grants.restore(root, "ana@example.org", "me@foreign.test"),
        lambda: alias_domains.add(root, "alias.test", "example.org"),
        lambda: alias_domains.rename(root, "alias.test", "other.test"),
        lambda: domains.add(root, "backup.test", kind="relay"),
        lambda: relay_recipients.add(root, "known@backup.test"),
        lambda: transports.set_(root, "backup.test", NextHop("mx.backup.test", 25)),
        lambda: mailboxes.rename(root, "bob@example.org", "bert@example.org"),
        lambda: domains.rename(root, "example.org", "example.net"),
        lambda: mailboxes.remove(root, "ana@example.net"),
        lambda: mailboxes.restore(root, "ana@example.net"),
        lambda: relay_recipients.remove(root, "known@backup.test"),
        lambda: relay_recipients.restore(root, "known@backup.test"),
        lambda: transports.remove(root, "backup.test"),
        lambda: transports.restore(root, "backup.test"),
        lambda: alias_domains.remove(root, "other.test"),
        lambda: domains.remove(root, "example.net"),
        lambda: domains.restore(root, "example.net"),
    )
    for number, step in enumerate(steps):
        step()
        assert directory.catch_up(instance).changes > 0, number
        assert directory.check(instance) == [], number


def test_addresses_that_change_places_end_where_the_accounts_say(layout_with_ana: Layout, root: Actor) -> None:
    mailbox(root, "bob@example.org")
    for old, new in (("ana", "spare"), ("bob", "ana"), ("spare", "bob")):
        mailboxes.rename(root, f"{old}@example.org", f"{new}@example.org")
    directory.catch_up(layout_with_ana)
    assert directory.check(layout_with_ana) == []


def test_what_a_rename_merges_is_merged_in_the_directory_too(layout_with_ana: Layout, root: Actor) -> None:
    for name in ("example.org", "example.net"):
        transports.set_(root, name, NextHop(f"mx.{name}", 25))
        grants.add(root, "ana@example.org", f"info@{name}")
    directory.catch_up(layout_with_ana)
    domains.rename(root, "example.org", "example.net")
    directory.catch_up(layout_with_ana)
    assert directory.check(layout_with_ana) == []


def test_another_accounts_database_makes_the_directory_anew_in_place(layout_with_ana: Layout) -> None:
    inode = layout_with_ana.directory_database.stat().st_ino
    FeedHead.objects.update(identity="0" * 32)
    assert directory.catch_up(layout_with_ana) == Progress(rebuilt=True)
    assert layout_with_ana.directory_database.stat().st_ino == inode
    assert directory.catch_up(layout_with_ana) == Progress()


def test_a_database_from_an_earlier_backup_makes_the_directory_anew(layout_with_ana: Layout, root: Actor) -> None:
    mailbox(root, "bob@example.org")
    directory.catch_up(layout_with_ana)
    Mailbox.objects.filter(address="bob@example.org").delete()
    FeedHead.objects.update(number=2)
    assert directory.catch_up(layout_with_ana).rebuilt
    assert routes(layout_with_ana, "bob@example.org") == set()


def test_check_tells_what_is_missing_surplus_and_different_without_a_secret(
    layout_with_ana: Layout, root: Actor
) -> None:
    mailbox(root, "bob@example.org")
    directory.catch_up(layout_with_ana)
    with store.opened(layout_with_ana.directory_database, store.DIRECTORY) as opened:
        opened.execute("DELETE FROM mailbox WHERE address = 'ana@example.org'")
        opened.execute("UPDATE mailbox SET password = 'x'")
        opened.execute("INSERT INTO alias VALUES (77, 'x@example.org', 1, 1)")
    found = [str(difference) for difference in directory.check(layout_with_ana)]
    assert len(found) == 3
    assert any("mailbox" in line and "(ana@example.org)" in line and "missing" in line for line in found)
    assert any("alias 77 (x@example.org)" in line and "not in the accounts" in line for line in found)
    assert HASH not in "".join(found)
    assert directory.rebuild(layout_with_ana) == Progress(rebuilt=True)
    assert directory.check(layout_with_ana) == []


def test_check_names_a_row_by_what_it_hangs_on(layout_with_ana: Layout, root: Actor) -> None:
    with store.opened(layout_with_ana.directory_database, store.DIRECTORY) as opened:
        ((ana,),) = opened.execute("SELECT id FROM mailbox WHERE address = 'ana@example.org'")
        opened.execute("INSERT INTO alias VALUES (77, 'x@example.org', 1, 1)")
        opened.execute("INSERT INTO alias_target VALUES (77, 0, 'y@elsewhere.test')")
        opened.execute("INSERT INTO sender_grant VALUES (77, ?, 'z@elsewhere.test')", (ana,))
        opened.execute("INSERT INTO app_password VALUES (77, ?, 'f00', 1, 1, 1, 1)", (ana,))
        opened.execute("INSERT INTO app_password VALUES (78, 4711, 'f01', 1, 1, 1, 1)")
        opened.execute("INSERT INTO transport VALUES (77, 'far.test', 'mx.far.test', 25, 'us', 'secret')")
        opened.execute("UPDATE domain SET quota = 7")
    found = "\n".join(str(difference) for difference in directory.check(layout_with_ana))
    assert "alias_target 77 0 (x@example.org → y@elsewhere.test)" in found
    assert "sender_grant 77 (ana@example.org → z@elsewhere.test)" in found
    assert "app_password 77 (ana@example.org)" in found
    assert "app_password 78 (-)" in found
    assert "transport 77 (far.test)" in found
    assert "(example.org) differs" in found
    assert not any(secret in found for secret in ("f00", "secret"))
    directory.rebuild(layout_with_ana)


def test_a_reader_keeps_its_connection_through_a_rebuild(layout_with_ana: Layout, root: Actor) -> None:
    reader = apsw.Connection(str(layout_with_ana.directory_database), flags=apsw.SQLITE_OPEN_READONLY)
    mailbox(root, "bob@example.org")
    directory.rebuild(layout_with_ana)
    assert Rows(reader).values("routes", "bob@example.org") == {"bob@example.org"}
    reader.close()


def test_files_belong_to_those_who_need_them_and_stay(layout_with_ana: Layout) -> None:
    for path, mode in ((layout_with_ana.directory_database, 0o640), (layout_with_ana.usage_database, 0o660)):
        for suffix in ("", "-wal", "-shm"):
            file = path.with_name(path.name + suffix)
            assert stat.S_IMODE(file.stat().st_mode) == mode
            assert file.group() == "postfix"
        assert not path.parent.stat().st_mode & 0o007


def test_follow_reports_a_fault_once_and_goes_on_when_it_is_over(layout_with_ana: Layout, root: Actor) -> None:
    said: list[Progress | Fault] = []
    stopped = threading.Event()
    away = layout_with_ana.directory_database.parent.with_name("away")

    def hear(what: Progress | Fault) -> None:
        said.append(what)
        if isinstance(what, Progress):
            stopped.set()
        else:
            layout_with_ana.directory_database.parent.unlink()
            away.rename(layout_with_ana.directory_database.parent)

    mailbox(root, "bob@example.org")
    layout_with_ana.directory_database.parent.rename(away)
    layout_with_ana.directory_database.parent.symlink_to("/dev/null")
    projector.follow(layout_with_ana, stopped, hear)
    assert isinstance(said[0], Fault)
    assert said[1:] == [Progress(changes=1)]

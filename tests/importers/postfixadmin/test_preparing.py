"""An old host is read and planned, whatever lies among its Maildirs and however small the disk is here."""

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from carteiro.hosting.access import Actor
from carteiro.importers import moving, report, shelf
from carteiro.importers.moving import Move, Source, Wishes
from carteiro.importers.postfixadmin import databases
from carteiro.settings.layout import Layout
from carteiro.words import Fault
from tests.importers.building import Courier

_DATED = "created text, modified text, active integer"
_THEN = ("2009-11-03 12:00:00", "2010-01-02 12:00:00", 1)


@pytest.fixture
def source(tmp_path: Path) -> Source:
    """A host with ana@a.test, whose Maildir lies in a directory that is named in Latin-1, and one without a row."""
    file, base = tmp_path / "old.db", tmp_path / "vmail"
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(f"CREATE TABLE domain (domain text, {_DATED})")
        database.execute(f"CREATE TABLE mailbox (username text, password text, maildir text, quota integer, {_DATED})")
        database.execute(f"CREATE TABLE alias (address text, goto text, {_DATED})")
        database.execute(f"CREATE TABLE admin (username text, password text, {_DATED})")
        database.execute("CREATE TABLE domain_admins (username text, domain text)")
        database.execute("INSERT INTO domain VALUES (?, ?, ?, ?)", ("a.test", *_THEN))
        row = ("ana@a.test", "$1$aseMhtWe$jpUOeECWi795KeQFEXv8N.", "a.test/ana/", 0, *_THEN)
        database.execute("INSERT INTO mailbox VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    Courier(base / os.fsdecode(b"caf\xe9/a.test/ana")).add("1.a")
    Courier(base / os.fsdecode(b"a.test/jos\xe9")).add("1.a")
    webmail = tmp_path / "squirrelmail"
    webmail.mkdir()
    (webmail / os.fsdecode(b"jos\xe9@a.test.pref")).write_text("full_name=Jose\n")
    return Source(database=databases.parse_url(f"sqlite://{file}"), maildirs=base, squirrelmail=webmail)


def _prepared(layout: Layout, actor: Actor, source: Source) -> Move:
    return moving.prepare(layout, actor, layout.importing, source, Wishes(), lambda _: None, lambda *_: None)


def test_a_directory_that_is_not_named_in_utf_8_is_read_and_told(layout: Layout, actor: Actor, source: Source) -> None:
    move = _prepared(layout, actor, source)
    assert os.fsencode(move.plan.mail["ana@a.test"].path) == b"caf\xe9/a.test/ana"
    told = report.tell(move)
    for text in (report.page(told), json.dumps(told, ensure_ascii=False)):
        assert b"ana@a.test" in text.encode()
    assert r"a.test/jos\xe9" in report.lines(told)
    assert [each["path"] for each in told["mail"]] == [r"caf\xe9/a.test/ana"]


def test_a_full_disk_here_is_not_taken_for_an_error_of_the_old_host(
    layout: Layout, actor: Actor, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(shelf._scratch.__wrapped__()) as full:
        full.execute("PRAGMA max_page_count = 5")
        monkeypatch.setattr(shelf, "_scratch", lambda: full)
        with pytest.raises(Fault) as told:
            _prepared(layout, actor, source)
    assert told.value.code == "unwritable"
    assert "Make room in /var/tmp, or name another directory in SQLITE_TMPDIR." in str(told.value)

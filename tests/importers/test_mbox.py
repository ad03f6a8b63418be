"""mbox files, brought here once and again."""

from pathlib import Path

from carteiro.importers.maildirs import Outcome
from carteiro.importers.maildirs.copying import MailboxMerge
from carteiro.importers.mbox import LONGEST, MboxSource

from .building import HOME, Here

TWO = b"""\
From ana@empresa.test Thu Jan  1 12:00:00 2009
Subject: one
Status: RO
X-Status: AF
X-Keywords: $Label1 NonJunk
X-UID: 7
X-IMAPbase: 1234567 12 $Label1

A line.

>From the beginning

From nobody Fri Jan  2 00:00:01 2009
Subject: two
Content-Type: text/plain

From here on no new message: there is no empty line before it, as a date would need.

"""


def _bring(here: Here, source: Path, folder: str = "") -> Outcome:
    return MailboxMerge.into(MboxSource(source, folder), here.layout, HOME).run(lambda _done: None)


def test_messages_have_flags_keywords_dates_and_uids(here: Here, tmp_path: Path) -> None:
    (tmp_path / "old.mbox").write_bytes(TWO)
    assert _bring(here, tmp_path / "old.mbox").refused == ()
    (first, second) = sorted(here.messages().values(), key=lambda row: row[0] or 0)
    assert first == (7, "FRSab", b"Subject: one\n\nA line.\n\nFrom the beginning\n")
    assert second[:2] == (13, "")
    assert second[2].startswith(b"Subject: two\nContent-Type") and second[2].endswith(b"would need.\n")
    assert here.head() == (1234567, 14)
    assert {int(file.stat().st_mtime) for file in (here.maildir / "cur").iterdir()} == {1230811200, 1230854401}


def test_a_second_run_brings_what_was_added(here: Here, tmp_path: Path) -> None:
    source = tmp_path / "old.mbox"
    source.write_bytes(TWO)
    _bring(here, source, "Old/Work")
    source.write_bytes(TWO + b"From nobody Sat Jan  3 00:00:01 2009\nSubject: three\n\nx\n")
    outcome = _bring(here, source, "Old/Work")
    assert (outcome.copied, outcome.unchanged, outcome.deleted) == (1, 2, 0)
    assert len(here.messages(".Old.Work")) == 3


def test_a_directory_is_an_account(here: Here, tmp_path: Path) -> None:
    top = tmp_path / "Mail"
    (top / "Work.sbd").mkdir(parents=True)
    for name in ("Inbox", "Work", "Work.sbd/São Paulo.mbox"):
        (top / name).write_bytes(TWO)
    (top / "Work.msf").write_text("an index")
    (top / "notes.txt").write_text("no mail")
    outcome = _bring(here, top)
    assert [row.name for row in outcome.refused] == ["notes.txt"]
    assert [len(here.messages(name)) for name in ("", ".Work", ".Work.S&AOM-o Paulo")] == [2, 2, 2]


def test_lines_of_any_length_stay_whole(here: Here, tmp_path: Path) -> None:
    # Where a line is read in parts, these begin with what means something at its beginning.
    body = b"x" * LONGEST + b"\n" + b"y" * LONGEST + b">From here\n" + b"z" * LONGEST + b"Status: RO\n\nend\n"
    head = b"Subject: long\nX-Long: " + b"a" * (LONGEST - len(b"X-Long: ")) + b"Status: RO\n\n"
    (tmp_path / "old.mbox").write_bytes(b"From ana Thu Jan  1 12:00:00 2009\n" + head + body + b"\n" + TWO)
    assert _bring(here, tmp_path / "old.mbox").copied == 3
    assert head + body in {content for _, _, content in here.messages().values()}


def test_equal_messages_are_all_kept(here: Here, tmp_path: Path) -> None:
    (tmp_path / "old.mbox").write_bytes(TWO + TWO)
    assert _bring(here, tmp_path / "old.mbox").copied == 4
    assert _bring(here, tmp_path / "old.mbox").copied == 0


def test_a_file_without_messages_is_an_empty_folder(here: Here, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert _bring(here, tmp_path / "empty", "Empty").copied == 0
    assert here.messages(".Empty") == {}

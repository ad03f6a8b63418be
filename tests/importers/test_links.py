"""Files can be shared with the source, where that does not change it."""

import os
import pwd
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from carteiro.importers.maildirs import find, finding, measure, reading
from carteiro.importers.maildirs.copying import MailboxMerge

from .building import HOME, Courier, Here
from .old_host import snapshot


def test_a_file_of_the_mail_user_is_linked(there: Courier, here: Here) -> None:
    file = there.add("1.a")
    vmail = pwd.getpwnam("vmail")
    os.chown(file, vmail.pw_uid, vmail.pw_gid)
    assert here.bring(there.path, "hard").refused == ()
    assert here.file("1.a").stat().st_ino == file.stat().st_ino


@pytest.mark.parametrize("how", ["hard", "reflink"])
def test_where_no_link_can_be_a_copy_is_made_and_told(there: Courier, here: Here, how: str) -> None:
    there.add("1.a")
    before = snapshot(there.path)
    (told,) = here.bring(there.path, "hard" if how == "hard" else "reflink").refused or (None,)
    assert how == "reflink" or (told is not None and told.reason.startswith("Copied:"))
    assert snapshot(there.path) == before
    assert here.verify(there.path) == []


def test_what_moves_or_goes_while_it_is_copied_is_followed_or_told(there: Courier, here: Here) -> None:
    moved, gone = there.add("1.a"), there.add("2.b")
    happened: list[int] = []

    def meanwhile(done: int) -> None:
        # The folder has been listed, and nothing fetched yet.
        if not happened:
            moved.rename(moved.with_name("1.a:2,S"))
            gone.unlink()
        happened.append(done)

    with reading.opened(there.path, "copy") as found:
        outcome = MailboxMerge.into(found, here.layout, HOME).run(meanwhile)
    assert [row.name for row in outcome.refused] == ["2.b"]
    assert [(base, letters) for base, (_, letters, _) in here.messages().items()] == [("1.a", "S")]


@pytest.mark.parametrize("layout", ["empresa.test/ana", "ana@empresa.test", "ana", "empresa.test/ana/Maildir"])
def test_mailboxes_are_found_in_any_layout(tmp_path: Path, layout: str) -> None:
    box = Courier(tmp_path / layout)
    box.add("1.a")
    box.add("2.b", folder=".Work", content=b"x" * 100)
    (tmp_path / "lost+found").mkdir()
    (tmp_path / "linked").symlink_to(tmp_path / layout)
    assert list(find(tmp_path)) == [tmp_path / layout]
    told = measure(tmp_path / layout)
    assert (told.messages, told.folders) == (2, 2)
    assert told.bytes > 100


def test_a_mailbox_that_changes_while_it_is_measured_is_measured(
    there: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    there.add("1.a")
    there.add("2.b")
    for part in ("cur", "new"):
        (there.path / "Work" / part).mkdir(parents=True)
    files, listed = finding._files, finding._listed

    def going(place: Path) -> Iterator[os.DirEntry[str]]:
        for entry in files(place):
            if entry.name.startswith("1."):
                Path(entry.path).unlink()
            yield entry

    def gone(place: Path) -> list[str]:
        names = listed(place)
        shutil.rmtree(place / "Work", ignore_errors=True)
        return names

    monkeypatch.setattr(finding, "_files", going)
    monkeypatch.setattr(finding, "_listed", gone)
    told = measure(there.path)
    assert (told.messages, told.folders) == (1, 1)

"""What Maildirs should not hold, and do: each is told by name, and nothing else suffers."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from carteiro.host.files import Unwritable
from carteiro.importers.maildirs import Outcome
from carteiro.words import Fault

from .building import BODY, Courier, Here


def _told(outcome: Outcome) -> dict[str, str]:
    return {row.name: row.reason for row in outcome.refused}


def test_what_is_no_message_is_told_and_left(there: Courier, here: Here, tmp_path: Path) -> None:
    there.add("1.a")
    secret = tmp_path / "secret"
    secret.write_text("root's")
    cur = there.path / "cur"
    (cur / "2.link").symlink_to(secret)
    os.mkfifo(cur / "3.pipe")
    (cur / "4.directory").mkdir()
    (cur / ".hidden").write_bytes(BODY)
    (there.path / ".Linked").symlink_to(tmp_path)
    told = _told(here.bring(there.path))
    assert set(told) == {"cur/2.link", "cur/3.pipe", "cur/4.directory", "cur/.hidden", ".Linked"}
    assert here.messages() == {"1.a": (1, "", BODY)}
    assert not (here.maildir / ".Linked").exists()


def test_odd_messages_are_kept_as_they_are_and_told(there: Courier, here: Here) -> None:
    odd = {"1.empty": b"", "2.noise": os.urandom(3000), "3.nul": b"Subject: x\n\n\0\0\xff"}
    for base, content in odd.items():
        there.add(base, content=content)
    there.add("4.good")
    told = _told(here.bring(there.path))
    assert {base: content for base, (_, _, content) in here.messages().items()} == {**odd, "4.good": BODY}
    assert set(told) == {"cur/1.empty:2,", "cur/2.noise:2,"}
    assert here.verify(there.path) == []


def test_names_that_can_not_be_here_become_others(there: Courier, here: Here) -> None:
    names = ["5.with space", "6.não", "7." + "x" * 240, "8.new\nline", "9.wrong,S=4"]
    for name in names:
        there.add(name)
    (there.path / "cur" / os.fsdecode(b"10.\xff\xfe:2,S")).write_bytes(BODY)
    here.bring(there.path)
    found = here.messages()
    assert len(found) == len(names) + 1
    assert all(base.isascii() and base.isprintable() and " " not in base for base in found)
    assert f"9.wrong,S={len(BODY)}" in found
    assert here.bring(there.path).copied == 0
    assert here.verify(there.path) == []


def test_two_messages_of_one_name_are_two_here(there: Courier, here: Here) -> None:
    there.add("1.a", "S")
    (there.path / "cur" / "1.a:2,").write_bytes(BODY + b"another\n")
    here.bring(there.path)
    assert sorted(content for _, _, content in here.messages().values()) == [BODY, BODY + b"another\n"]
    assert here.bring(there.path).copied == 0


def test_broken_lists_of_uids_cost_uids_and_no_messages(there: Courier, here: Here) -> None:
    there.add("1.a")
    there.add("2.b")
    there.add("3.c", folder=".Work")
    (there.path / "courierimapuiddb").write_text("1 795379668 9\n1 1.a\n1 2.b\nnonsense\n99999999999 3.c\n")
    (there.path / ".Work" / "courierimapuiddb").write_bytes(os.urandom(200))
    told = _told(here.bring(there.path))
    assert set(told) == {"2.b", "courierimapuiddb", ".Work/courierimapuiddb"}
    assert here.uids() == {"1.a": 1, "2.b": 9}
    assert list(here.uids(".Work")) == ["3.c"]


def test_a_file_that_can_not_be_read_to_its_end_is_told(there: Courier, here: Here) -> None:
    there.add("1.a")
    # Reading this one fails with EIO, even for root.
    argv = ("mount", "--bind", "/proc/self/mem", str(there.add("2.b")))
    if subprocess.run(argv, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount")
    try:
        told = _told(here.bring(there.path))
    finally:
        subprocess.run(("umount", there.path / "cur" / "2.b:2,"), check=True)
    assert list(told) == ["cur/2.b:2,"]
    assert list(here.messages()) == ["1.a"]
    assert here.bring(there.path).copied == 1


def test_folder_names_that_can_not_be_here_become_others(there: Courier, here: Here) -> None:
    for name in (".INBOX", ".Orçamentos.São Paulo", ".a..b", "." + "á" * 120):
        there.add("1.a", folder=name)
    told = _told(here.bring(there.path))
    assert set(told) == {".INBOX", ".a..b", "." + "á" * 120}
    assert list(here.messages(".INBOX_")) == ["1.a"]
    assert list(here.messages(".Or&AOc-amentos.S&AOM-o Paulo")) == ["1.a"]
    assert here.verify(there.path) == []


def test_a_large_message_comes_whole(there: Courier, here: Here) -> None:
    content = b"Subject: large\n\n" + os.urandom(1 << 20) * 12
    there.add("1.large", content=content)
    here.bring(there.path)
    assert here.messages()["1.large"][2] == content
    assert here.verify(there.path) == []


def test_a_directory_that_can_not_be_listed_deletes_nothing(there: Courier, here: Here) -> None:
    there.add("1.a", folder=".Work")
    here.bring(there.path)
    (there.path / ".Work" / "cur").rename(there.path.parent / "away")
    (there.path / ".Work" / "cur").write_text("no directory")
    assert list(_told(here.bring(there.path))) == [".Work"]
    assert list(here.messages(".Work")) == ["1.a"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "small"
    place.mkdir()
    argv = ("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place))
    if subprocess.run(argv, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount")
    yield place
    subprocess.run(("umount", "-l", place), check=True)


def test_a_full_disk_stops_cleanly_and_the_next_run_goes_on(there: Courier, small_disk: Path) -> None:
    for number in range(40):
        there.add(f"{number}.m", content=BODY + bytes(100_000))
    here = Here(small_disk / "here")
    with pytest.raises(Fault) as told:
        here.bring(there.path)
    assert "Make room on that disk" in str(told.value)
    subprocess.run(("mount", "-o", "remount,size=20m", small_disk), check=True)
    assert here.bring(there.path).refused == ()
    assert len(here.messages()) == 40
    assert here.verify(there.path) == []


def test_a_planted_link_in_the_mailbox_leads_nowhere(there: Courier, here: Here, tmp_path: Path) -> None:
    there.add("1.a", folder=".Work")
    there.add("2.b")
    here.bring(there.path)
    outside = tmp_path / "outside"
    outside.mkdir()
    (here.maildir / ".Work").rename(here.maildir / ".Old")
    (here.maildir / ".Work").symlink_to(outside)
    there.add("3.c", folder=".Work")
    with pytest.raises(Unwritable):
        here.bring(there.path)
    assert not list(outside.iterdir())

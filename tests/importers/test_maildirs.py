"""A Maildir of Courier's, brought here once and again."""

import pwd
import stat

from .building import BODY, Courier, Here
from .old_host import snapshot


def test_messages_keep_uids_flags_contents_and_dates(there: Courier, here: Here) -> None:
    there.add("1.a", "S")
    there.add("2.b", "FRS", content=b"Subject: two\r\n\r\nlines\r\n")
    there.next[""] = 9
    file = there.add("3.c")
    outcome = here.bring(there.path)
    assert (outcome.copied, outcome.refused) == (3, ())
    assert here.messages() == {
        "1.a": (1, "S", BODY),
        "2.b": (2, "FRS", b"Subject: two\r\n\r\nlines\r\n"),
        "3.c": (9, "", BODY),
    }
    assert here.head() == (795379668, 10)
    assert here.file("3.c").stat().st_mtime_ns == file.stat().st_mtime_ns
    assert here.verify(there.path) == []


def test_all_belongs_to_the_mail_user_alone(there: Courier, here: Here) -> None:
    there.add("1.a", folder=".Work").chmod(0o644)
    here.bring(there.path)
    vmail = pwd.getpwnam("vmail").pw_uid
    for path in here.maildir.rglob("*"):
        assert path.stat().st_uid == vmail, path
        assert not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO), path


def test_sources_are_never_changed(there: Courier, here: Here) -> None:
    there.add("1.a", "S")
    there.add("2.b", folder=".Work")
    there.add("3.c", seen=False)
    before = snapshot(there.path)
    here.bring(there.path)
    here.bring(there.path)
    here.verify(there.path)
    assert snapshot(there.path) == before


def test_new_messages_get_uids_in_the_order_of_their_arrival(there: Courier, here: Here) -> None:
    there.add("5.old", "S")
    for base in ("100.z", "99.b", "99.a"):
        there.add(base, seen=False)
    here.bring(there.path)
    assert here.uids() == {"5.old": 1, "99.a": 2, "99.b": 3, "100.z": 4}
    assert here.file("99.a").parent.name == "new"


def test_a_second_run_changes_nothing(there: Courier, here: Here) -> None:
    there.add("1.a", "S")
    there.add("2.b", folder=".Work")
    here.bring(there.path)
    before = snapshot(here.maildir)
    outcome = here.bring(there.path)
    assert (outcome.copied, outcome.unchanged, outcome.deleted, outcome.flagged) == (0, 2, 0, 0)
    assert {name: row[:7] for name, row in before.items()} == {
        name: row[:7] for name, row in snapshot(here.maildir).items()
    }


def test_a_later_run_brings_what_is_new_flagged_and_deleted(there: Courier, here: Here) -> None:
    there.add("1.a")
    flagged = there.add("2.b")
    gone = there.add("3.c")
    here.bring(there.path)
    flagged.rename(flagged.with_name("2.b:2,FS"))
    gone.unlink()
    there.add("4.d", "S")
    outcome = here.bring(there.path)
    assert (outcome.copied, outcome.flagged, outcome.deleted, outcome.unchanged) == (1, 1, 1, 1)
    assert here.messages() == {"1.a": (1, "", BODY), "2.b": (2, "FS", BODY), "4.d": (4, "S", BODY)}
    assert here.verify(there.path) == []


def test_what_was_changed_here_stays_as_it_is_here(there: Courier, here: Here) -> None:
    files = [there.add(base) for base in ("1.a", "2.b", "3.c")]
    here.bring(there.path)
    here.file("1.a").rename(here.file("1.a").with_name("1.a:2,F"))
    here.file("2.b").rename(here.file("2.b").with_name("2.b:2,F"))
    here.file("3.c").unlink()
    files[0].rename(files[0].with_name("1.a:2,S"))
    files[1].unlink()
    here.bring(there.path)
    assert here.messages() == {"1.a": (1, "F", BODY), "2.b": (2, "F", BODY)}


def test_mail_that_came_here_meanwhile_is_kept_above(there: Courier, here: Here) -> None:
    there.add("1.a")
    here.bring(there.path)
    _arrive(here, "900.own", 2)
    there.add("2.b")
    there.add("3.c")
    outcome = here.bring(there.path)
    assert here.uids() == {"1.a": 1, "900.own": 2, "2.b": 3, "3.c": 4}
    (told,) = [row for row in outcome.refused if row.name == "2.b"]
    assert "2" in told.reason and "3" in told.reason


def test_mail_that_was_here_before_gets_uids_above(there: Courier, here: Here) -> None:
    there.add("1.a")
    there.add("2.b")
    here.bring(there.path)
    here.layout.importing.joinpath(f"{'ab' * 16}.sqlite3").unlink()
    (here.maildir / "dovecot-uidlist").write_text("3 V1000 N2 G0123\n1 :900.own\n")
    (here.maildir / "new" / "900.own").write_bytes(BODY)
    (here.maildir / "dovecot.index").touch()
    here.bring(there.path)
    assert here.uids() == {"1.a": 1, "2.b": 2, "900.own": 3}
    assert here.head() == (795379668, 4)
    assert not (here.maildir / "dovecot.index").exists()


def test_a_lost_state_brings_nothing_twice(there: Courier, here: Here) -> None:
    there.add("1.a", "S")
    there.add("2.b", folder=".Work")
    here.bring(there.path)
    for file in here.layout.importing.iterdir():
        file.unlink()
    assert here.bring(there.path).copied == 0
    assert here.messages() == {"1.a": (1, "S", BODY)}
    assert here.messages(".Work") == {"2.b": (1, "", BODY)}


def test_a_new_uidvalidity_there_is_a_new_one_here(there: Courier, here: Here) -> None:
    there.add("1.a")
    there.add("2.b")
    here.bring(there.path)
    there.validity, there.uids[""] = 800000000, {"2.b": 1, "1.a": 2}
    there.write()
    here.bring(there.path)
    assert here.head()[0] == 800000000
    assert here.uids() == {"2.b": 1, "1.a": 2}
    assert here.verify(there.path) == []


def test_folders_that_move_or_go_do_so_here(there: Courier, here: Here) -> None:
    there.add("1.a", folder=".Work")
    there.add("2.b", folder=".Work.Old")
    here.bring(there.path)
    (there.path / ".Work.Old").rename(there.path / ".Archive")
    here.bring(there.path)
    assert not (here.maildir / ".Work.Old").exists()
    assert list(here.messages(".Archive")) == ["2.b"]
    assert list(here.messages(".Work")) == ["1.a"]


def test_a_folder_that_is_gone_there_stays_while_it_has_mail_of_its_own(there: Courier, here: Here) -> None:
    there.add("1.a", folder=".Work")
    there.add("2.b")
    here.bring(there.path)
    _arrive(here, "900.own", 2, ".Work")
    (there.path / ".Work").rename(there.path.parent / "away")
    here.bring(there.path)
    assert list(here.messages(".Work")) == ["900.own"]


def _arrive(here: Here, base: str, uid: int, folder: str = "") -> None:
    """As a delivery leaves it."""
    (here.maildir / folder / "new" / base).write_bytes(BODY)
    with (here.maildir / folder / "dovecot-uidlist").open("a") as file:
        file.write(f"{uid} :{base}\n")

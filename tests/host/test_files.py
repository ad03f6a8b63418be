"""Files that appear whole or not at all, locks, and what stands in the way of others."""

import os
import pwd
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from carteiro.host import files
from carteiro.words import Fault


@dataclass(frozen=True)
class File:
    path: str
    content: bytes
    mode: int = 0o644
    owner: str = "root"
    group: str = "root"


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


@pytest.fixture
def open_place(tmp_path: Path) -> Path:
    for parent in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        parent.chmod(0o755)
    return tmp_path


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", place], check=True)
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_file_is_replaced_with_owner_and_mode(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    files.write(path, b"new", mode=0o640, owner="nobody", group="nogroup")
    status = path.stat()
    assert path.read_bytes() == b"new"
    assert status.st_mode & 0o7777 == 0o640
    assert pwd.getpwuid(status.st_uid).pw_name == "nobody"
    assert names(tmp_path) == ["file"]


def test_a_full_disk_leaves_the_old_file_and_no_other(small_disk: Path) -> None:
    path = small_disk / "file"
    files.write(path, b"old")
    with pytest.raises(files.Unwritable, match=r"No space left.*Make room"):
        files.write(path, b"x" * 200_000)
    assert path.read_bytes() == b"old"
    assert names(small_disk) == ["file"]


def test_an_unknown_owner_is_a_fault_and_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="no-such-user"):
        files.write(tmp_path / "file", b"x", owner="no-such-user")
    assert names(tmp_path) == []


def test_a_tree_appears_whole(tmp_path: Path) -> None:
    made = tmp_path / "0001"
    files.write_tree(made, [File("a/b/one", b"1"), File("two", b"2", 0o600)])
    assert (made / "a/b/one").read_bytes() == b"1"
    assert (made / "two").stat().st_mode & 0o777 == 0o600
    assert (made / "a/b").stat().st_mode & 0o777 == 0o755
    assert names(tmp_path) == ["0001"]


def test_a_tree_that_does_not_fit_is_not_there_at_all(small_disk: Path) -> None:
    with pytest.raises(files.Unwritable, match="No space left"):
        files.write_tree(small_disk / "0001", [File("one", b"1"), File("big", b"x" * 200_000)])
    assert names(small_disk) == []


def test_a_tree_never_replaces_another(tmp_path: Path) -> None:
    files.write_tree(tmp_path / "0001", [File("one", b"1")])
    with pytest.raises(files.Unwritable):
        files.write_tree(tmp_path / "0001", [File("one", b"2")])
    assert (tmp_path / "0001/one").read_bytes() == b"1"
    assert names(tmp_path) == ["0001"]


def test_a_link_is_switched_and_stored_relative(tmp_path: Path) -> None:
    link = tmp_path / "current"
    for name in ("0001", "0002"):
        (tmp_path / "generations" / name).mkdir(parents=True)
        files.switch(link, tmp_path / "generations" / name)
    assert str(link.readlink()) == "generations/0002"
    assert names(tmp_path) == ["current", "generations"]


def test_a_directory_gets_its_owner_and_mode_however_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b"
    path.mkdir(parents=True, mode=0o777)
    files.make_directory(path, mode=0o750, owner="nobody", group="nogroup")
    assert path.stat().st_mode & 0o7777 == 0o750
    assert pwd.getpwuid(path.stat().st_uid).pw_name == "nobody"


def test_a_lock_is_refused_while_another_process_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    program = f"from carteiro.host.files import lock; from pathlib import Path; lock(Path({str(path)!r}))"
    holder = subprocess.Popen([sys.executable, "-c", f"{program}; print(flush=True); input()"], stdin=-1, stdout=-1)
    assert holder.stdout is not None
    holder.stdout.readline()
    with pytest.raises(Fault, match=f"runs already, as process {holder.pid}"):
        files.lock(path)
    holder.kill()
    holder.communicate()
    os.close(files.lock(path))


def test_too_little_room_is_told_before_anything_is_written(small_disk: Path) -> None:
    files.require_space(small_disk / "not/yet/there", 1000)
    with pytest.raises(Fault, match="has only 0 MB left; 5 MB are needed"):
        files.require_space(small_disk / "not/yet/there", 5_000_000)


def test_a_closed_directory_above_is_named_with_the_user_and_a_remedy(open_place: Path) -> None:
    home = open_place / "home"
    (home / "state").mkdir(parents=True)
    home.chmod(0o700)
    with pytest.raises(Fault, match=f"nobody can't pass through {home} to reach .*chmod o[+]x {home}"):
        files.require_reachable(home / "state" / "queue", "nobody")
    files.require_reachable(home / "state" / "queue", "root")
    home.chmod(0o711)
    files.require_reachable(home / "state" / "queue", "nobody")


def test_the_first_class_that_fits_decides_as_the_kernel_does(open_place: Path) -> None:
    place = open_place / "place"
    place.mkdir()
    os.chown(place, *files.ids("nobody", "nogroup"))
    place.chmod(0o011)
    with pytest.raises(Fault, match="nobody can't pass through"):
        files.require_reachable(place / "x", "nobody")
    files.require_reachable(place / "x", "mail")


def test_a_socket_path_longer_than_the_kernel_takes_is_refused() -> None:
    files.require_socket_path(Path("/" + "x" * 106))
    with pytest.raises(Fault, match="is 108 bytes long; a socket's path may have 107"):
        files.require_socket_path(Path("/" + "x" * 107))
    with pytest.raises(Fault, match="is 109 bytes long"):
        files.require_socket_path(Path("/" + "é" * 54))

"""Which packages are missing, what apt-get's complaints mean, and that nothing is started meanwhile."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from carteiro.host import packages, versions
from carteiro.host.package_faults import WouldRemove, understand

ROOT = Path(__file__).resolve().parents[2]
LOG = Path("/x/log")

# What apt-get of Debian 12 and 13 said when it was put into each of these troubles, and what must be told of it.
COMPLAINTS = {
    "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 4711 (unattended-upgr)\n"
    "N: Be aware that removing the lock file is not a solution and may break your system.\n"
    "E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?": (
        "process 4711 (unattended-upgr)",
        "it has ended",
    ),
    "dpkg: error: dpkg frontend lock was locked by another process with pid 23834\n"
    "Note: removing the lock file is always wrong": ("23834", "it has ended"),
    "W: Failed to fetch http://deb.debian.org/debian/dists/bookworm/InRelease  "
    "Temporary failure resolving 'deb.debian.org'\n"
    "E: Unable to locate package postfix": ("mirror deb.debian.org", "network"),
    "E: Failed to fetch http://192.0.2.1/x.deb  Could not connect to 192.0.2.1:80 (192.0.2.1), connection timed out": (
        "mirror",
        "network",
    ),
    "E: Release file for http://deb.debian.org/debian/dists/bookworm-updates/InRelease is not valid yet (invalid for "
    "another 3h 1min 2s). Updates for this repository will not be applied.": ("clock", "clock"),
    "E: You don't have enough free space in /var/cache/apt/archives/.\n": ("disk is full", "room"),
    "dpkg: error processing archive /var/cache/apt/archives/x.deb (--unpack):\n"
    " cannot copy extracted data for './usr/x' to '/usr/x.dpkg-new': failed to write (No space left on device)": (
        "disk is full",
        "room",
    ),
    "Reading package lists...\nE: Unable to locate package dovecot-flatcurve": (
        "dovecot-flatcurve",
        "`main`",
    ),
    "Package dovecot-imapd is not available, but is referred to by another package.\n"
    "E: Package 'dovecot-imapd' has no installation candidate": ("dovecot-imapd", "`main`"),
    "Errors were encountered while processing:\n broken-package\n"
    "E: Sub-process /usr/bin/dpkg returned an error code (1)": ("broken-package", "dpkg --configure -a"),
    "E: Something that nobody has seen before": ("Something that nobody has seen before", "/x/log"),
}


@pytest.mark.parametrize("complaint", COMPLAINTS)
def test_each_complaint_becomes_one_line_with_the_thing_and_the_remedy(complaint: str) -> None:
    thing, remedy = COMPLAINTS[complaint]
    line = str(understand(complaint, LOG))
    assert thing in line
    assert remedy in line
    assert "\n" not in line


@pytest.mark.parametrize("complaint", [one for one in COMPLAINTS if "nobody" not in one])
def test_the_shell_that_comes_before_python_tells_the_same(complaint: str, tmp_path: Path) -> None:
    thing, _ = COMPLAINTS[complaint]
    script = 'HERE=$1; LOG=/x/log; source "$2/bootstrap/say.sh"; source "$2/bootstrap/apt.sh"; OUTPUT=$3; explain_apt'
    argv = ["bash", "-euc", script, "-", str(tmp_path), str(ROOT), complaint]
    ended = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith("carteiro: ")
    assert ended.stderr.count("\n") == 1
    assert thing in ended.stderr


def test_another_mail_server_is_named_with_the_way_to_replace_it() -> None:
    assert "exim4-base, exim4-config" in str(WouldRemove(["exim4-base", "exim4-config"]))
    assert "--replace-mta" in str(WouldRemove(["exim4-base"]))


def test_what_is_not_there_or_not_set_up_is_missing() -> None:
    assert packages.missing(["bash", "no-such-package", "libc6"]) == ["no-such-package"]


def test_each_release_has_its_own_search_plugin() -> None:
    assert "dovecot-fts-xapian" in packages.needed(12)
    assert "dovecot-flatcurve" in packages.needed(13)


def test_every_needed_package_is_known_to_this_release() -> None:
    names = packages.needed(versions.debian())
    known = subprocess.run(["apt-cache", "policy", *names], capture_output=True, text=True, check=True).stdout
    assert [name for name in names if f"{name}:\n" not in known] == []


def test_nothing_is_done_where_nothing_is_missing(tmp_path: Path) -> None:
    told: list[str] = []
    assert packages.ensure(["bash", "libc6"], told.append, tmp_path / "log") == []
    assert told == []
    assert not (tmp_path / "log").exists()


class TestPolicy:
    @pytest.fixture
    def policy(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
        path = tmp_path / "policy-rc.d"
        monkeypatch.setattr(packages, "_POLICY", path)
        return path

    def test_services_are_forbidden_only_while_packages_are_installed(self, policy: Path) -> None:
        with packages.nothing_starts(["postfix"]):
            assert subprocess.run([policy, "postfix", "start"], check=False).returncode == 101
            assert packages.begun_earlier() == ["postfix"]
        assert not policy.exists()
        assert packages.begun_earlier() is None

    def test_a_failure_takes_the_script_away_too(self, policy: Path) -> None:
        with pytest.raises(ZeroDivisionError), packages.nothing_starts(["postfix"]):
            raise ZeroDivisionError
        assert not policy.exists()

    def test_the_owners_own_script_stays_as_it_is(self, policy: Path) -> None:
        policy.write_text("#!/bin/sh\nexit 0\n")
        with packages.nothing_starts(["postfix"]):
            assert policy.read_text() == "#!/bin/sh\nexit 0\n"
        assert policy.exists()
        assert packages.begun_earlier() is None

    def test_one_left_by_a_killed_run_tells_what_it_was_about(self, policy: Path) -> None:
        with packages.nothing_starts(["dovecot-core", "postfix"]):
            left = policy.read_text()
        policy.write_text(left)
        assert packages.begun_earlier() == ["dovecot-core", "postfix"]
        with packages.nothing_starts(["dovecot-core", "postfix"]):
            assert os.access(policy, os.X_OK)
        assert not policy.exists()

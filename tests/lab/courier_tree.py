"""Courier's IMAP server, unpacked from Debian's packages and never installed: the old host, as programs knew it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGES = ("courier-imap", "courier-authlib", "libcourier-unicode4", "libgamin0", "libidn12", "libgdbm6")
_LIBRARIES = ("usr/lib", "usr/lib/courier-authlib", "usr/lib/x86_64-linux-gnu")


def courier_tree(cache: Path) -> Path:
    """The tree, made at the first call; the test is skipped where it can't be had."""
    ready = cache / "courier"
    if ready.is_dir():
        return ready
    packages, unfinished = cache / "courier-packages", cache / "courier-unfinished"
    for place in (packages, unfinished):
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
    try:
        subprocess.run(("apt-get", "download", "-q", *PACKAGES), cwd=packages, check=True, capture_output=True)
        for package in packages.glob("*.deb"):
            subprocess.run(("dpkg-deb", "-x", package, unfinished), check=True)
        unfinished.rename(ready)
    except (OSError, subprocess.CalledProcessError) as reason:
        pytest.skip(f"needs Courier ({', '.join(PACKAGES)}), which can't be downloaded: {reason}")
    finally:
        shutil.rmtree(packages, ignore_errors=True)
    return ready


def session(tree: Path, maildir: Path, script: Path) -> Path:
    """A program that speaks as Courier's imapd does to somebody who has logged in to this Maildir."""
    libraries = ":".join(str(tree / each) for each in _LIBRARIES)
    owner = maildir.stat()
    script.write_text(
        _SESSION.format(
            python=sys.executable,
            directory=str(maildir.parent),
            variables={
                "AUTHENTICATED": "old",
                "HOME": str(maildir.parent),
                "IMAP_KEYWORDS": "1",
                "IMAP_CAPABILITY": "IMAP4rev1 UIDPLUS NAMESPACE",
                "LD_LIBRARY_PATH": libraries,
            },
            argv=[str(tree / "usr/bin/imapd"), maildir.name],
            ids=(owner.st_uid, owner.st_gid),
        )
    )
    script.chmod(0o755)
    return script


# imapd complains that nothing tells it of changed files, before its greeting; and mbsync's end of the pipe never waits.
_SESSION = """\
#!{python}
import os, select, subprocess
user, group = {ids}
imapd = subprocess.Popen({argv}, cwd={directory!r}, env={variables}, stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, user=user, group=group, extra_groups=[])
for line in imapd.stdout:
    while line and b"[ALERT] Filesystem" not in line:
        select.select([], [1], [])
        try:
            line = line[os.write(1, line):]
        except BlockingIOError:
            pass
"""

"""The fixture of an old host: Maildirs as Courier left them, and what Courier itself said of them."""

import json
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parents[3] / "shared" / "fixtures" / "old-host"


@dataclass(frozen=True)
class OldHost:
    """Its /home/vmail, unpacked."""

    vmail: Path

    @cached_property
    def mailboxes(self) -> dict[str, dict[str, Any]]:
        """What Courier reported, by address."""
        told: dict[str, dict[str, Any]] = json.loads((HERE / "expected.json").read_text())["mailboxes"]
        # A mailbox into which nobody ever looked has no report, and nothing was delivered to some.
        return {name: row for name, row in told.items() if row.get("folders") and self.maildir(row).is_dir()}

    def maildir(self, row: dict[str, Any]) -> Path:
        """Where a mailbox lies."""
        return self.vmail / str(row["maildir"])


def unpacked(archive: str, to: Path) -> OldHost:
    """One of the archives, with modes and times as they were; skips where the fixtures are not."""
    if not HERE.is_dir():
        pytest.skip(f"needs the fixtures of an old host in {HERE}")
    subprocess.run(("tar", "-xpf", HERE / archive, "-C", to), check=True)
    return OldHost(to / "vmail")


def snapshot(tree: Path) -> dict[str, tuple[int, ...]]:
    """All that a tree is, but for its contents and times of access."""
    found = {}
    for path in (tree, *sorted(tree.rglob("*"))):
        status = path.lstat()
        found[str(path)] = (status.st_ino, status.st_mode, status.st_uid, status.st_gid, status.st_nlink,
                            status.st_size, status.st_mtime_ns, status.st_ctime_ns)  # fmt: skip
    return found

"""mbsync, which had synchronised with Courier itself, fetches nothing again from here."""

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.importers.old_host import OldHost, unpacked

from .courier_tree import courier_tree, session
from .exim_tree import CACHE
from .instance import Instance

OLD = "ana@empresa.test"
NEAR = """
MaildirStore near
Path {place}/near/
Inbox {place}/near/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Near
Remove Near
Expunge Near
Sync Pull
SyncState *
"""


@pytest.fixture
def old(lab_dns: object) -> Iterator[OldHost]:
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        yield unpacked("vmail-utf8.tar.gz", Path(place))


@pytest.mark.parametrize("path", ["", "Path INBOX.\nPathDelimiter .\n"])
def test_mbsync_fetches_nothing_again(host: Instance, old: OldHost, tmp_path: Path, path: str) -> None:
    maildir = old.maildir(old.mailboxes[OLD])
    (tmp_path / "near").mkdir()
    imapd = session(courier_tree(CACHE), maildir, tmp_path / "imapd")
    _mbsync(tmp_path, f'IMAPAccount far\nTunnel "{imapd}"\n\nIMAPStore far\nAccount far\n{path}')
    before = _near(tmp_path)
    known = [flags for row in old.mailboxes[OLD]["folders"].values() for _, _, flags, _, _ in row["messages"]]
    # Courier numbers the three that nobody had seen; what is marked as deleted mbsync leaves there.
    assert len(before) == len(known) + 3 - sum("\\Deleted" in flags for flags in known)

    label = "path" if path else "namespace"
    if "mbsync.test" not in {row["name"] for row in host.cli("domain", "list")}:
        host.cli("domain", "add", "mbsync.test")
    person = host.add_person(f"{label}@mbsync.test")
    assert host.cli("import", "maildir", str(maildir), person.address)["refused"] == []
    account = (
        f"IMAPAccount far\nHost {host.address}\nPort 993\nSSLType IMAPS\n"
        f"CertificateFile {host.directory}/tls/host.crt\n"
        f'User {person.address}\nPass "{person.password}"\n\nIMAPStore far\nAccount far\n{path}'
    )
    _mbsync(tmp_path, account)
    assert _near(tmp_path) == before


def _mbsync(place: Path, account: str) -> None:
    settings = place / "mbsyncrc"
    settings.write_text(f"{account}\n{NEAR.format(place=place)}")
    argv = ("mbsync", "-c", settings, "-V", "all")
    done = subprocess.run(argv, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _near(place: Path) -> dict[str, tuple[int, bytes]]:
    """Each message near, by its name with its UID and flags: the file that it has been in all the time."""
    files = (file for file in (place / "near").rglob("*") if file.parent.name in ("cur", "new"))
    return {str(file): (file.stat().st_ino, file.read_bytes()) for file in files}

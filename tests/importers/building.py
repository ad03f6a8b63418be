"""Makes Maildirs as Courier leaves them, and brings them into a mailbox without any engine."""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from carteiro.host import files, users
from carteiro.importers.maildirs import Difference, Outcome, dovecot, reading, verify
from carteiro.importers.maildirs.copying import MailboxMerge
from carteiro.importers.maildirs.files import How
from carteiro.importers.maildirs.places import Place
from carteiro.operate.instance import Instance
from carteiro.settings.layout import Layout
from carteiro.settings.schema import Settings

HOME = "ab" * 16
BODY = b"From: ana@empresa.test\nSubject: Bom dia\n\nUm texto.\n"


@dataclass
class Courier:
    """A Maildir that Courier keeps: folders by their directories, each with its messages' UIDs by base name."""

    path: Path
    validity: int = 795379668
    next: dict[str, int] = field(default_factory=dict)
    uids: dict[str, dict[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder()

    def folder(self, name: str = "") -> Path:
        """A folder's directory, made if need be."""
        place = self.path / name
        for part in ("cur", "new", "tmp"):
            (place / part).mkdir(parents=True, exist_ok=True)
        if name:
            (place / "maildirfolder").touch()
        return place

    def add(self, base: str, flags: str = "", *, folder: str = "", content: bytes = BODY, seen: bool = True) -> Path:
        """A message, with a UID if a program has `seen` it."""
        place = self.folder(folder)
        file = place / "cur" / f"{base}:2,{flags}" if seen else place / "new" / base
        file.write_bytes(content)
        os.utime(file, (1_200_000_000 + len(base), 1_200_000_000 + len(base)))
        if seen:
            uid = self.next.get(folder, 1)
            self.next[folder] = uid + 1
            self.uids.setdefault(folder, {})[base] = uid
        self.write(folder)
        return file

    def write(self, folder: str = "") -> None:
        """Courier's list of UIDs."""
        lines = [f"1 {self.validity} {self.next.get(folder, 1)}"]
        lines += [f"{uid} {base}" for base, uid in self.uids.get(folder, {}).items()]
        (self.folder(folder) / "courierimapuiddb").write_text("\n".join((*lines, "")))


class Here:
    """An instance that does not run, with one mailbox."""

    def __init__(self, directory: Path) -> None:
        self.layout = Layout.below(directory)
        self.layout.mail.mkdir(parents=True)
        os.chown(self.layout.mail, *files.ids(users.MAIL, users.MAIL))
        self.instance = Instance(self.layout, Settings(hostname="mail.carteiro.test"))
        self.maildir = self.layout.mail / HOME[:2] / HOME / "Maildir"

    def bring(self, source: Path, how: How = "copy") -> Outcome:
        """One run."""
        with reading.opened(source, how) as found:
            return MailboxMerge.into(found, self.layout, HOME).run(lambda _done: None)

    def verify(self, source: Path) -> list[str]:
        """The differences, as one line each."""
        return [_line(each) for each in verify(source, self.instance, HOME, lambda _done: None)]

    def messages(self, folder: str = "") -> dict[str, tuple[int | None, str, bytes]]:
        """What a folder holds by base name: UID, letters of flags, content."""
        uids = self.uids(folder)
        found = {}
        for part in ("cur", "new"):
            for file in (self.maildir / folder / part).iterdir():
                base, _, letters = file.name.partition(":2,")
                found[base] = (uids.get(base), letters, file.read_bytes())
        return found

    def uids(self, folder: str = "") -> dict[str, int]:
        """Dovecot's list of a folder."""
        with Place.at(self.maildir / folder) as place:
            return {os.fsdecode(row.base): row.uid for row in dovecot.uids(place, dovecot.Uids())}

    def head(self, folder: str = "") -> tuple[int, int]:
        """UIDVALIDITY and UIDNEXT."""
        head = dovecot.Uids()
        with Place.at(self.maildir / folder) as place:
            list(dovecot.uids(place, head))
        return head.validity, head.next

    def file(self, base: str, folder: str = "") -> Path:
        """A message's file."""
        (found,) = (
            file
            for part in ("cur", "new")
            for file in (self.maildir / folder / part).iterdir()
            if file.name.partition(":2,")[0] == base
        )
        return found

    def forget(self) -> None:
        """Take away all, and what imports remember."""
        shutil.rmtree(self.maildir.parent, ignore_errors=True)
        shutil.rmtree(self.layout.importing, ignore_errors=True)


def _line(difference: Difference) -> str:
    return f"{difference.folder} {difference.uid}: {difference.what}"

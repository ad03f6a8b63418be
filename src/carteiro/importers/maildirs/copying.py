"""Brings a whole mailbox here: its folders one by one, then subscriptions and quota."""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from carteiro.host import files, users
from carteiro.host.files import Unwritable
from carteiro.hosting.models import Mailbox
from carteiro.importers.maildirs import dovecot, names, reading, state
from carteiro.importers.maildirs.files import How
from carteiro.importers.maildirs.finding import measure
from carteiro.importers.maildirs.merging import Merge
from carteiro.importers.maildirs.nothing import Nothing
from carteiro.importers.maildirs.outcome import Outcome, Refused
from carteiro.importers.maildirs.places import Place
from carteiro.importers.maildirs.source import Folder, Source, Unreadable
from carteiro.importers.maildirs.target import Target, forget_list
from carteiro.mail.size import show_size
from carteiro.operate.doveadm import kick
from carteiro.operate.instance import Instance
from carteiro.operate.usage import measure_mailbox
from carteiro.settings.layout import Layout
from carteiro.words import N_, Fault, translate

Step = Callable[[int], None]
"""Told of each so many messages that are done."""

_SUM = "maildirsize"
_F = TypeVar("_F", bound=Folder)


def copy(source: Path, instance: Instance, home: str, *, how: How = "copy", step: Step = lambda _done: None) -> Outcome:
    """Bring a Maildir into the mailbox whose directory is `home`; a later run brings only the difference.

    With "hard" or "reflink" the files are linked where that is possible, else copied, and that is told. Raises Fault;
    then what was done stays, and the next run goes on from there.
    """
    with reading.opened(source, how) as found:
        return bring(found, instance, home, step)


def bring(source: Source, instance: Instance, home: str, step: Step) -> Outcome:
    """As `copy`, from any source of mail."""
    merged = MailboxMerge.into(source, instance.layout, home)
    try:
        outcome = merged.run(step)
    finally:
        _tell_dovecot(instance, home, renumbered=merged.renumbered)
    return outcome + Outcome(refused=tuple(_too_full(instance.layout, home)))


class MailboxMerge:
    """The work on the files of one mailbox."""

    def __init__(
        self, source: Source, notes: Path, opened: Callable[[], AbstractContextManager[Place]], owner: tuple[int, int]
    ) -> None:
        """`notes` is where it is kept what was brought, `opened` gives the Maildir, whose files belong to `owner`."""
        self._source = source
        self._notes = notes
        self._opened = opened
        self._owner = owner
        self._refused: list[Refused] = []
        self.renumbered = False

    @classmethod
    def into(cls, source: Source, layout: Layout, home: str) -> "MailboxMerge":
        """Into a mailbox of an instance."""
        owner = files.ids(users.MAIL, users.MAIL)
        notes = layout.importing / f"{home}.sqlite3"
        return cls(source, notes, lambda: opened_maildir(layout, home, owner), owner)

    def run(self, step: Step) -> Outcome:
        """Do all of it."""
        with state.opened(self._notes) as pad, self._opened() as maildir:
            outcome = Outcome()
            seen: set[str] = set()
            for directory, folder in placed(self._source.folders(self._refuse)):
                seen.add(directory)
                outcome += self._merge(folder, directory, maildir, pad, step)
            for directory in self._left(pad, seen):
                outcome += self._merge(Nothing(directory), directory, maildir, pad, step)
                _remove_empty(maildir, directory, pad, self._source.origin)
            self._subscribe(maildir, pad)
            if outcome.copied or outcome.deleted or outcome.flagged:
                maildir.remove(_SUM)
            forget_list(maildir)
        return outcome + Outcome(refused=tuple(self._refused))

    def _merge(self, folder: Folder, directory: str, maildir: Place, pad: sqlite3.Connection, step: Step) -> Outcome:
        number = state.folder_id(pad, self._source.origin, directory)
        try:
            with Target.of(maildir, directory, self._owner) as target:
                merge = Merge(folder, target, pad, number, self._refuse)
                try:
                    return merge.run(step)
                finally:
                    self.renumbered = self.renumbered or merge.renumbered
        except Unreadable as error:
            self._refuse(folder.name, str(error))
            return Outcome()

    def _left(self, pad: sqlite3.Connection, seen: set[str]) -> list[str]:
        """Folders that were brought before and are no more at the source."""
        rows = pad.execute("SELECT name FROM folder WHERE origin = ? AND name <> ''", (self._source.origin,))
        return [name for (name,) in rows if name not in seen]

    def _subscribe(self, maildir: Place, pad: sqlite3.Connection) -> None:
        """What was subscribed or left at the source since the last run is so here, too."""
        now = self._source.subscriptions()
        if now is None:
            return
        wanted = {stored(levels) for levels in now}
        origin = self._source.origin
        before = {row[0] for row in pad.execute("SELECT name FROM subscription WHERE origin = ?", (origin,))}
        here = list(dict.fromkeys(names.joined(levels) for levels in dovecot.subscriptions(maildir)))
        kept = [name for name in here if name not in before - wanted]
        kept += sorted(wanted - before - set(kept))
        if kept != here:
            with Target.of(maildir, "", self._owner) as inbox:
                levels = (tuple(name.split(".")) if name else () for name in kept)
                inbox.put(dovecot.SUBSCRIPTIONS, dovecot.subscription_lines(levels))
        with state.transaction(pad):
            pad.execute("DELETE FROM subscription WHERE origin = ?", (origin,))
            pad.executemany("INSERT INTO subscription VALUES (?, ?)", ((origin, name) for name in wanted))

    def _refuse(self, name: str, reason: str) -> None:
        self._refused.append(Refused(names.printable(name), reason))


@contextmanager
def opened_maildir(layout: Layout, home: str, owner: tuple[int, int]) -> Iterator[Place]:
    """The Maildir of a mailbox, made if it is not there."""
    try:
        with Place.at(layout.mail) as mail:
            mail.make(home[:2], owner)
            with mail.inside(home[:2]) as part:
                part.make(home, owner)
                with part.inside(home) as own:
                    own.make("Maildir", owner)
                    with own.inside("Maildir") as maildir:
                        yield maildir
    except OSError as error:
        raise Unwritable(layout.mail / home[:2] / home, error) from error


def stored(levels: tuple[str, ...]) -> str:
    """A folder as the list of subscriptions here has it, but for the signs between levels."""
    return names.directory(levels).lstrip(".")


def placed(folders: Iterable[_F]) -> Iterator[tuple[str, _F]]:
    """Folders with their directories here; two that would have the same one are told apart."""
    seen: set[str] = set()
    for folder in folders:
        directory = names.directory(folder.levels)
        while directory in seen:
            directory += "~"
        seen.add(directory)
        yield directory, folder


def _remove_empty(maildir: Place, directory: str, pad: sqlite3.Connection, origin: str) -> None:
    """A folder that is gone at the source goes here, too, once nothing is in it and below it."""
    if any(entry.name.startswith(f"{directory}.") for entry in maildir.entries()):
        return
    with suppress(FileNotFoundError):
        with maildir.inside(directory) as folder:
            for part in ("cur", "new", "tmp"):
                with folder.inside(part) as inside:
                    if any(True for _ in inside.entries()):
                        return
            for part in ("cur", "new", "tmp"):
                os.rmdir(part, dir_fd=folder.fd)
            for entry in list(folder.entries()):
                if entry.is_file(follow_symlinks=False):
                    folder.remove(entry.name)
        with suppress(OSError):  # a search index, for instance, which Dovecot removes by itself
            os.rmdir(directory, dir_fd=maildir.fd)
    pad.execute("DELETE FROM message WHERE folder IN (SELECT id FROM folder WHERE name = ? AND origin = ?)",
                (directory, origin))  # fmt: skip
    pad.execute("DELETE FROM folder WHERE name = ? AND origin = ?", (directory, origin))


def _too_full(layout: Layout, home: str) -> Iterator[Refused]:
    """Imports bring all that there is, whatever the quota; what that means for the mailbox is told."""
    mailbox = Mailbox.objects.filter(home=home).first()
    if mailbox is None or not (mailbox.quota or mailbox.quota_messages):
        return
    held = measure(layout.mail / home[:2] / home / "Maildir")
    if mailbox.quota and held.bytes > mailbox.quota:
        text = N_("It holds {used} now, more than its quota of {quota}: new mail is refused until there is room.")
        places = {"used": show_size(held.bytes), "quota": show_size(mailbox.quota)}
        yield Refused(mailbox.address, translate(text, **places))
    if mailbox.quota_messages and held.messages > mailbox.quota_messages:
        text = N_("It holds {count} messages now, more than its quota of {most}: new mail is refused.")
        yield Refused(mailbox.address, translate(text, count=held.messages, most=mailbox.quota_messages))


def _tell_dovecot(instance: Instance, home: str, *, renumbered: bool) -> None:
    """Dovecot counts the mailbox anew; without it running, it does so by itself later."""
    mailbox = Mailbox.objects.select_related("domain").filter(home=home).first()
    if mailbox is None:
        return
    with suppress(Fault):
        if renumbered:
            kick(instance, mailbox.address)
        if mailbox.domain.quota is not None:
            measure_mailbox(instance, mailbox.address)

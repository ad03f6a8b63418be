"""Writes a domain or a mailbox as standard files."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from carteiro.host import files
from carteiro.host.files import Unwritable
from carteiro.hosting import carrying, mailboxes
from carteiro.hosting.access import Actor
from carteiro.hosting.errors import DatabaseFault
from carteiro.importers.exporting import names, records
from carteiro.importers.exporting.mbox_files import write_mbox
from carteiro.importers.maildirs import Refused, opened
from carteiro.importers.maildirs.copying import MailboxMerge, Step
from carteiro.importers.maildirs.finding import is_maildir
from carteiro.importers.maildirs.places import Place
from carteiro.importers.maildirs.reading import MaildirSource
from carteiro.mail import vcard
from carteiro.mail.vcard import Card
from carteiro.operate.instance import Instance
from carteiro.words import N_, Fault, translate

Form = Literal["maildir", "mbox"]

_ACTIVE = ".dovecot.sieve"
_SCRIPTS = "sieve"
_OF_MAILBOX = [names.CONTACTS, names.SIEVE, names.MAILDIR, names.MBOX]


@dataclass(frozen=True)
class Written:
    """What is to be told of an export: what of the mail could not be read, and which mailboxes are not in it at all."""

    refused: tuple[Refused, ...]
    failed: tuple[Refused, ...] = ()


def write_domain(actor: Actor, instance: Instance, name: str, directory: Path, form: Form, step: Step) -> Written:
    """A hosted domain with its mailboxes. An earlier export that is there is brought up to date."""
    carried = carrying.domain_of(actor, name)
    _make(directory)
    _is_begun(directory, names.DOMAIN, "name", carried["name"], [names.MAILBOXES])
    records.write(directory / names.DOMAIN, carried)
    _make(directory / names.MAILBOXES)
    refused: list[Refused] = []
    failed: list[Refused] = []
    places = {names.of_address(address): address for address in mailboxes.addresses(actor, carried["name"])}
    for local, address in places.items():
        try:
            refused += write_mailbox(actor, instance, address, directory / names.MAILBOXES / local, form, step)
        except (DatabaseFault, Unwritable):
            raise
        except Fault as fault:
            failed.append(Refused.of(address, fault))
    for place in sorted((directory / names.MAILBOXES).iterdir()):
        if place.name not in places:
            text = N_("It is of an earlier export: there is no such mailbox any more.")
            refused.append(Refused(f"{names.MAILBOXES}/{place.name}", translate(text)))
    return Written(tuple(refused), tuple(failed))


def write_mailbox(
    actor: Actor, instance: Instance, address: str, directory: Path, form: Form, step: Step
) -> tuple[Refused, ...]:
    """A mailbox with its mail, scripts and contacts; gives what could not be read."""
    carried = carrying.mailbox_of(actor, address)
    home = instance.layout.mail / (name := mailboxes.get(actor, address).home)[:2] / name
    _make(directory)
    if not _is_begun(directory, names.MAILBOX, "address", carried["address"], _OF_MAILBOX):
        # So that the next one knows it, should this one be interrupted.
        records.write(directory / names.MAILBOX, {"address": carried["address"], names.UNFINISHED: True})
    contacts = carried.pop("contacts", [])
    _write(directory / names.CONTACTS, vcard.render(_card(each) for each in contacts).encode())
    carried["active_sieve"] = _write_scripts(home, directory / names.SIEVE)
    refused: tuple[Refused, ...] = ()
    # Without these it never got a message; Dovecot may have been there all the same.
    if any((home / "Maildir" / part).is_dir() for part in ("cur", "new")):
        with opened(home / "Maildir", "copy") as source, tempfile.TemporaryDirectory() as notes:
            pad = Path(notes) / "notes.sqlite3"
            if form == "mbox":
                carried["folders"], told = write_mbox(source, directory / names.MBOX, pad, step)
                refused = tuple(told)
            else:
                refused = _write_maildir(source, directory / names.MAILDIR, pad, step)
    records.write(directory / names.MAILBOX, carried)
    return refused


def _is_begun(directory: Path, record: str, key: str, thing: str, content: list[str]) -> bool:
    """Whether an earlier export of the same is there, finished or not. Raises Fault where anything else is.

    What the mailbox lacks is deleted from an export: of somebody's own Maildir, taken for one, that would be all.
    """
    if not any(_holds(directory / name) for name in (record, *content)):
        return False
    with contextlib.suppress(Fault):
        if records.read(directory / record).get(key) == thing:
            return True
    raise Fault(
        N_("{path} has something else in it than an export of {thing}."),
        N_("Name another directory."),
        code="conflict",
        path=directory,
        thing=thing,
    )


def _holds(path: Path) -> bool:
    """Whether a file is there, or a directory with anything in it."""
    try:
        return any(True for _ in path.iterdir())
    except FileNotFoundError:
        return False
    except OSError:  # a file, or a directory that is closed to us
        return True


def _write_maildir(source: MaildirSource, directory: Path, notes: Path, step: Step) -> tuple[Refused, ...]:
    owner = os.getuid(), os.getgid()

    def target() -> AbstractContextManager[Place]:
        return Place.at(directory)

    if is_maildir(directory):
        # Brought from itself: so all of an earlier export is known, and what was deleted since goes.
        with opened(directory, "copy") as earlier:
            MailboxMerge(earlier, notes, target, owner).run(lambda _done: None)
    _make(directory)
    return MailboxMerge(source, notes, target, owner).run(step).refused


def _write_scripts(home: Path, directory: Path) -> str:
    """The owner's own Sieve scripts; gives the name of the one in use."""
    if not home.is_dir():
        return ""
    with Place.at(home) as place:
        active = ""
        with contextlib.suppress(OSError):
            active = Path(os.readlink(_ACTIVE, dir_fd=place.fd)).name.removesuffix(".sieve")
        try:
            with place.inside(_SCRIPTS) as scripts:
                for entry in scripts.entries():
                    content = scripts.read(entry.name) if entry.name.endswith(".sieve") else None
                    if content is not None:
                        _make(directory)
                        _write(directory / entry.name, content)
        except FileNotFoundError:
            return ""
    return active


def _card(row: dict[str, Any]) -> Card:
    return Card(row["nickname"], row["first_name"], row["last_name"], tuple(row["addresses"]), row["note"])


def _write(path: Path, content: bytes) -> None:
    files.write(path, content, mode=0o600)


def _make(directory: Path) -> None:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError:
        raise Fault(N_("{path} is no directory."), N_("Name another one."), path=directory) from None
    except OSError as error:
        raise Unwritable(directory, error) from error


def scripts_in(directory: Path) -> Iterator[Path]:
    """The scripts of an exported mailbox."""
    return (file for file in sorted(directory.glob("*.sieve")) if file.is_file() and not file.is_symlink())

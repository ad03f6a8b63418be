"""Takes back what an export has written, on this host or on another one."""

import contextlib
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from carteiro.host import files, users
from carteiro.hosting import carrying, mailboxes
from carteiro.hosting.access import Actor
from carteiro.hosting.errors import DatabaseFault
from carteiro.importers import maildirs
from carteiro.importers.exporting import mbox_files, names, records
from carteiro.importers.exporting.writing import scripts_in
from carteiro.importers.maildirs import Outcome, Refused, Source
from carteiro.importers.maildirs.copying import Step
from carteiro.importers.maildirs.places import Place
from carteiro.importers.mbox import MboxSource
from carteiro.mail import vcard
from carteiro.operate.instance import Instance
from carteiro.words import N_, Fault, translate

# The names that Pigeonhole gives to scripts, as far as they need no care in a path.
_NAME = re.compile(r"[\w .@+-]{1,128}")


@dataclass(frozen=True)
class Taken:
    """What was taken: what became of each mailbox by its address, and what could not be made, and why."""

    mailboxes: tuple[tuple[str, Outcome], ...]
    failed: tuple[Refused, ...]


def read_domain(actor: Actor, instance: Instance, directory: Path, step: Step) -> Taken:
    """Make a domain with all that is in it, if it is not here, and bring the mail. What can't be made stops nothing."""
    carried = records.read(directory / names.DOMAIN)
    domain = carrying.take_domain(actor, carried)
    done: list[tuple[str, Outcome]] = []
    rows, failed = [], []
    for place in sorted((directory / names.MAILBOXES).glob("*/")):
        try:
            row = _mailbox_of(place, domain.name)
            done.append((row["address"], _take(actor, instance, place, row, step)))
            rows.append(row)
        except DatabaseFault:
            raise
        except Fault as fault:
            failed.append(Refused.of(place.name, fault))
    failed += _take_rest(actor, rows, carried.get("aliases"))
    return Taken(tuple(done), tuple(failed))


def read_mailbox(actor: Actor, instance: Instance, directory: Path, step: Step, address: str = "") -> Taken:
    """Make a mailbox, under another address if one is given, if it is not here, and bring its mail."""
    row = _mailbox(directory)
    if address:
        row = carrying.readdressed(row, address)
    outcome = _take(actor, instance, directory, row, step)
    return Taken(((row["address"], outcome),), tuple(_take_rest(actor, [row])))


def _take(actor: Actor, instance: Instance, directory: Path, row: dict[str, Any], step: Step) -> Outcome:
    active = str(row.pop("active_sieve", "") or "")
    folders = row.pop("folders", None) or ()
    outcome = Outcome()
    if mailboxes.exists(actor, row["address"]):
        home = mailboxes.get(actor, row["address"]).home
    else:
        home = carrying.take_mailbox(actor, row).home
        scripts = _take_scripts(instance, home, directory / names.SIEVE, active)
        outcome += Outcome(refused=(*scripts, *_without_password(row)))
    if (directory / names.MAILDIR).is_dir():
        return outcome + maildirs.copy(directory / names.MAILDIR, instance, home, step=step)
    if (directory / names.MBOX).is_dir():
        source: Source = MboxSource(directory / names.MBOX, listed=mbox_files.listed(folders))
        return outcome + maildirs.bring(source, instance, home, step)
    return outcome


def _take_rest(actor: Actor, rows: list[dict[str, Any]], aliases: object = ()) -> Iterator[Refused]:
    return (Refused.of(name, fault) for name, fault in carrying.take_rest(actor, rows, aliases))


def _without_password(row: dict[str, Any]) -> Iterator[Refused]:
    """Accounts elsewhere: their passwords were sealed for another mailbox."""
    for each in row.get("external_accounts") or ():
        text = N_("It is off until its password is given again: 'carteiro external-account set' with --password-stdin.")
        yield Refused(f"{row['address']} {each['username']} {each['host']}", translate(text))


def _mailbox_of(directory: Path, domain: str) -> dict[str, Any]:
    row = _mailbox(directory)
    if row["address"].partition("@")[2] != domain:
        raise Fault(N_("{address} is of another domain than {domain}."), address=row["address"], domain=domain)
    return row


def _mailbox(directory: Path) -> dict[str, Any]:
    row = records.read(directory / names.MAILBOX)
    if not isinstance(row.get("address"), str):
        raise Fault(N_("{path} tells of no mailbox."), N_("Take the file as it was exported."), path=directory)
    if row.get(names.UNFINISHED):
        raise Fault(N_("The export in {path} did not come to its end."), N_("Export it again."), path=directory)
    file = directory / names.CONTACTS
    if file.exists() and (cards := vcard.parse(file.read_text(errors="replace"))):
        row["contacts"] = [asdict(card) | {"addresses": list(card.addresses)} for card in cards]
    return row


def _take_scripts(instance: Instance, home: str, directory: Path, active: str) -> list[Refused]:
    """The owner's own scripts, where Pigeonhole looks for them; it compiles them when it needs them."""
    scripts = list(scripts_in(directory))
    found = {file.stem: file.read_bytes() for file in scripts if _NAME.fullmatch(file.stem)}
    odd = [Refused(file.name, translate(N_("A script can't have that name here."))) for file in scripts]
    odd = [each for each in odd if each.name.removesuffix(".sieve") not in found]
    if not found:
        return odd
    owner = files.ids(users.MAIL, users.MAIL)
    with Place.at(instance.layout.mail) as mail:
        mail.make(home[:2], owner)
        with mail.inside(home[:2]) as part:
            part.make(home, owner)
            with part.inside(home) as own:
                own.make("sieve", owner)
                with own.inside("sieve") as place:
                    for name, content in found.items():
                        place.write(f"{name}.sieve", [content], owner, 0)
                if active in found:
                    with contextlib.suppress(FileExistsError):
                        os.symlink(f"sieve/{active}.sieve", ".dovecot.sieve", dir_fd=own.fd)
                        os.chown(".dovecot.sieve", *owner, dir_fd=own.fd, follow_symlinks=False)
    return odd

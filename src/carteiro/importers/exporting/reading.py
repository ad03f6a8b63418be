"""Takes back what an export has written, on this host or on another one."""

import contextlib
import os
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml

from carteiro.host import files, users
from carteiro.hosting import carrying, mailboxes
from carteiro.hosting.access import Actor
from carteiro.hosting.errors import DatabaseFault
from carteiro.importers import maildirs
from carteiro.importers.exporting import mbox_files, names
from carteiro.importers.exporting.writing import scripts_in
from carteiro.importers.maildirs import Outcome, Refused, Source
from carteiro.importers.maildirs.copying import Step
from carteiro.importers.maildirs.places import Place
from carteiro.importers.mbox import MboxSource
from carteiro.mail import vcard
from carteiro.operate.instance import Instance
from carteiro.words import N_, Fault, explain, translate

_MOST = 16_000_000  # bytes
# The names that Pigeonhole gives to scripts, as far as they need no care in a path.
_NAME = re.compile(r"[\w .@+-]{1,128}")


def read_domain(actor: Actor, instance: Instance, directory: Path, step: Step) -> list[tuple[str, Outcome]]:
    """Make a domain with all that is in it, if it is not here, and bring the mail; by mailbox what was done.

    What can't be made is told at the end, under the domain's name, and stops nothing else.
    """
    carried = _yaml(directory / names.DOMAIN)
    domain = carrying.take_domain(actor, carried)
    done: list[tuple[str, Outcome]] = []
    rows, left = [], []
    for place in sorted((directory / names.MAILBOXES).glob("*/")):
        try:
            row = _mailbox_of(place, domain.name)
            done.append((row["address"], _take(actor, instance, place, row, step)))
            rows.append(row)
        except DatabaseFault:
            raise
        except Fault as fault:
            left.append(_told(place.name, fault))
    left += (_told(name, fault) for name, fault in carrying.take_rest(actor, rows, carried.get("aliases") or ()))
    return [*done, (domain.name, Outcome(refused=tuple(left)))] if left else done


def read_mailbox(
    actor: Actor, instance: Instance, directory: Path, step: Step, address: str = ""
) -> tuple[str, Outcome]:
    """Make a mailbox, under another address if one is given, if it is not here, and bring its mail."""
    row = _mailbox(directory)
    if address:
        targets = [address if target == row["address"] else target for target in row.get("forwarding") or ()]
        row = row | {"address": address, "forwarding": targets}
    outcome = _take(actor, instance, directory, row, step)
    left = tuple(_told(name, fault) for name, fault in carrying.take_rest(actor, [row], ()))
    return row["address"], outcome + Outcome(refused=left)


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


def _told(name: str, fault: Fault) -> Refused:
    return Refused(name, " ".join(part for part in explain(fault) if part))


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
    row = _yaml(directory / names.MAILBOX)
    if not isinstance(row.get("address"), str):
        raise Fault(N_("{path} tells of no mailbox."), N_("Take the file as it was exported."), path=directory)
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


def _yaml(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _MOST:
            raise Fault(N_("{path} is too large."), path=path)
        content = yaml.safe_load(path.read_text())
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise Fault(
            N_("{path} can't be read: {reason}."),
            N_("Name a directory that `carteiro export` has written."),
            code="unreadable",
            path=path,
            reason=reason,
        ) from error
    if not isinstance(content, dict):
        raise Fault(N_("{path} tells of nothing."), N_("Take the file as it was exported."), path=path)
    return content

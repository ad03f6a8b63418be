"""Takes back what an export has written, on this host or on another one."""

import contextlib
import os
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml

from carteiro.host import files, users
from carteiro.hosting import carrying, mailboxes
from carteiro.hosting.access import Actor
from carteiro.importers import maildirs
from carteiro.importers.exporting import names
from carteiro.importers.exporting.writing import scripts_in
from carteiro.importers.maildirs import Outcome, Source
from carteiro.importers.maildirs.copying import Step
from carteiro.importers.maildirs.places import Place
from carteiro.importers.mbox import MboxSource
from carteiro.mail import vcard
from carteiro.operate.instance import Instance
from carteiro.words import N_, Fault

_MOST = 16_000_000  # bytes
# The names that Pigeonhole gives to scripts, as far as they need no care in a path.
_NAME = re.compile(r"[\w .@+-]{1,128}")


def read_domain(actor: Actor, instance: Instance, directory: Path, step: Step) -> list[tuple[str, Outcome]]:
    """Make a domain with all that is in it, if it is not here, and bring the mail; by mailbox what was done."""
    carried = _yaml(directory / names.DOMAIN)
    domain = carrying.take_domain(actor, carried)
    done, rows = [], []
    for place in sorted((directory / names.MAILBOXES).glob("*/")):
        row = _mailbox(place)
        if row["address"].partition("@")[2] != domain.name:
            raise Fault(N_("{address} is of another domain than {domain}."), address=row["address"], domain=domain.name)
        done.append((row["address"], _take(actor, instance, place, row, step)))
        rows.append(row)
    for row in rows:
        carrying.take_links(actor, row)
    carrying.take_aliases(actor, carried.get("aliases") or ())
    return done


def read_mailbox(
    actor: Actor, instance: Instance, directory: Path, step: Step, address: str = ""
) -> tuple[str, Outcome]:
    """Make a mailbox, under another address if one is given, if it is not here, and bring its mail."""
    row = _mailbox(directory)
    if address:
        targets = [address if target == row["address"] else target for target in row.get("forwarding") or ()]
        row = row | {"address": address, "forwarding": targets}
    outcome = _take(actor, instance, directory, row, step)
    carrying.take_links(actor, row)
    return row["address"], outcome


def _take(actor: Actor, instance: Instance, directory: Path, row: dict[str, Any], step: Step) -> Outcome:
    active = str(row.pop("active_sieve", "") or "")
    if mailboxes.exists(actor, row["address"]):
        home = mailboxes.get(actor, row["address"]).home
    else:
        home = carrying.take_mailbox(actor, row).home
        _take_scripts(instance, home, directory / names.SIEVE, active)
    if (directory / names.MAILDIR).is_dir():
        return maildirs.copy(directory / names.MAILDIR, instance, home, step=step)
    if (directory / names.MBOX).is_dir():
        source: Source = MboxSource(directory / names.MBOX)
        return maildirs.bring(source, instance, home, step)
    return Outcome()


def _mailbox(directory: Path) -> dict[str, Any]:
    row = _yaml(directory / names.MAILBOX)
    if not isinstance(row.get("address"), str):
        raise Fault(N_("{path} tells of no mailbox."), N_("Take the file as it was exported."), path=directory)
    file = directory / names.CONTACTS
    if file.exists() and (cards := vcard.parse(file.read_text(errors="replace"))):
        row["contacts"] = [asdict(card) | {"addresses": list(card.addresses)} for card in cards]
    return row


def _take_scripts(instance: Instance, home: str, directory: Path, active: str) -> None:
    """The owner's own scripts, where Pigeonhole looks for them; it compiles them when it needs them."""
    found = {file.stem: file.read_bytes() for file in scripts_in(directory) if _NAME.fullmatch(file.stem)}
    if not found:
        return
    owner = files.ids(users.MAIL, users.MAIL)
    with Place.at(instance.layout.mail) as mail:
        mail.make(home[:2], owner)
        with mail.inside(home[:2]) as part:
            part.make(home, owner)
            with part.inside(home) as own:
                own.make("sieve", owner)
                with own.inside("sieve") as scripts:
                    for name, content in found.items():
                        scripts.write(f"{name}.sieve", [content], owner, 0)
                if active in found:
                    with contextlib.suppress(FileExistsError):
                        os.symlink(f"sieve/{active}.sieve", ".dovecot.sieve", dir_fd=own.fd)
                        os.chown(".dovecot.sieve", *owner, dir_fd=own.fd, follow_symlinks=False)


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

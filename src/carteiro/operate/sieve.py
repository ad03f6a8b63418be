"""Sieve scripts in the mailboxes' homes: that of the panel's rules and notice, and the owner's own."""

import json
import re
from pathlib import Path

from carteiro.host import users
from carteiro.host.run import CommandFailed, run
from carteiro.hosting.models import Mailbox
from carteiro.hosting.owner import filters
from carteiro.operate.doveadm import doveadm
from carteiro.operate.instance import Instance
from carteiro.words import N_, Fault

NAME = "carteiro.sieve"
"""As Dovecot is told (sieve_before), in the home: what vmail may read and write, and nothing else touches."""

_OWN = "panel"  # the name of a script that is first written in the panel
_MISTAKE = re.compile(r"Error: sieve: .*?: line (\d+): (.*)")
_REFUSED = 65  # EX_DATAERR (sysexits.h)


def install(instance: Instance, home: str) -> None:
    """Bring the script of a mailbox's rules and notice to what the accounts say; none where there is nothing to do."""
    mailbox = Mailbox.objects.select_related("domain").filter(home=home).first()
    if mailbox is None:  # in the bin by now: its script waits there with its mail
        return
    _put(_home(instance, home), filters.script(mailbox), instance)


def repair(instance: Instance) -> None:
    """Install what differs from what the accounts say: an alias came or went, a backup was put back."""
    for mailbox in filters.filtered():
        place, script = _home(instance, mailbox.home) / NAME, filters.script(mailbox)
        if (place.read_bytes() if place.exists() else b"") != script.encode():
            _put(place.parent, script, instance)


def read(instance: Instance, address: str) -> str:
    """The active script of the owner's own, empty if there is none (doveadm-sieve(1))."""
    name = _active(instance, address)
    if not name:
        return ""
    said = run((*doveadm(instance), "-f", "json", "sieve", "get", "-u", address, name)).out
    return str(json.loads(said)[0]["sieve script"]).replace("\r\n", "\n")


def write(instance: Instance, address: str, script: str) -> list[tuple[int, str]]:
    """Store a script of the owner's own and use it; gives its mistakes, with which it is not stored."""
    name = _active(instance, address)
    if not script.strip():
        if name:
            run((*doveadm(instance), "sieve", "deactivate", "-u", address))
        return []
    lines = "\r\n".join(script.replace("\r\n", "\n").split("\n"))
    command = (*doveadm(instance), "sieve", "put", "-u", address, "-a", name or _OWN)
    done = run(command, stdin=lines, accept=(0, _REFUSED))
    mistakes = [(int(line), text) for line, text in _MISTAKE.findall(done.err)]
    if done.status and not mistakes:
        raise Fault(N_("The script can't be stored: {reason}"), reason=done.err.strip().rpartition("\n")[2])
    return mistakes


def _active(instance: Instance, address: str) -> str:
    said = run((*doveadm(instance), "-f", "json", "sieve", "list", "-u", address)).out
    return next((str(entry["script"]) for entry in json.loads(said or "[]") if entry["active"]), "")


def _home(instance: Instance, home: str) -> Path:
    return instance.layout.mail / home[:2] / home


def _put(home: Path, script: str, instance: Instance) -> None:
    # As vmail, not as root: a link that somebody planted in the home leads nowhere that vmail may not go.
    vmail = users.command_as(users.MAIL)
    script_file, new = home / NAME, home / f".{NAME}.new"
    if not script:
        run((*vmail, "rm", "-f", script_file, script_file.with_suffix(".svbin")))
        return
    for directory in (home.parent, home):
        run((*vmail, "mkdir", "-p", "-m", "0700", directory))
    run((*vmail, "tee", new), stdin=script)
    run((*vmail, "mv", "-fT", new, script_file))
    configuration = instance.layout.current / "dovecot" / "dovecot.conf"
    try:
        # Now, and not by the first delivery; and if we made a mistake, it is told here and not in the owner's log.
        run((*vmail, "sievec", "-c", configuration, script_file))
    except CommandFailed:
        run((*vmail, "rm", "-f", script_file))
        raise

"""The instance's logs: which there are, their last lines, and their rotation by logrotate(8)."""

import re
from collections import deque
from pathlib import Path

from carteiro.host import files, run
from carteiro.operate.instance import Instance
from carteiro.words import N_, Fault

_NAME = re.compile(r"[a-z0-9-]{1,32}")

# Engines keep their file open: Dovecot reopens on SIGUSR1, Postfix's postlogd is told by `postfix logrotate`-like
# renaming only for new processes, so both are asked in the way their manuals give.
_ROTATION = """\
{log}/mail.log {log}/dovecot.log {{
    daily
    rotate 14
    maxsize 100M
    missingok
    notifempty
    compress
    delaycompress
    dateext
    dateformat -%Y%m%d-%s
    sharedscripts
    postrotate
        doveadm -c {current}/dovecot/dovecot.conf log reopen
        postfix -c {current}/postfix reload
    endscript
}}
"""


def available(instance: Instance) -> list[str]:
    """The names that `tail` takes."""
    return sorted(path.stem for path in instance.layout.log.glob("*.log"))


def path(instance: Instance, name: str) -> Path:
    """The log file of that name."""
    place = instance.layout.log / f"{name}.log"
    if not _NAME.fullmatch(name) or not place.exists():
        raise Fault(
            N_("There is no log {name!r}."),
            N_("There are: {names}."),
            code="not_found",
            name=name,
            names=", ".join(available(instance)) or "-",
        )
    return place


def tail(instance: Instance, name: str, lines: int) -> list[str]:
    """The last lines of a log."""
    with path(instance, name).open(errors="replace") as file:
        return list(deque((line.rstrip("\n") for line in file), maxlen=lines))


def rotate(instance: Instance) -> None:
    """Rotate what is due, with a configuration and a state of our own."""
    layout = instance.layout
    rules = layout.run / "logrotate.conf"
    files.write(rules, _ROTATION.format(log=layout.log, current=layout.current).encode(), mode=0o600)
    run.run(("/usr/sbin/logrotate", "--state", str(layout.state / "logrotate.state"), str(rules)))

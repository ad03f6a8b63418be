"""The instance's logs: which there are, their last lines, and their rotation by logrotate(8)."""

import os
import re
from pathlib import Path

from carteiro.host import files, run
from carteiro.operate.instance import Instance
from carteiro.words import N_, Fault

_NAME = re.compile(r"[a-z0-9-]{1,32}")
_LINE_BYTES = 1000  # more than a line has, so that the last ones are all in what is read

# Engines keep their file open: Dovecot reopens on SIGUSR1, Postfix's postlogd is told by `postfix logrotate`-like
# renaming only for new processes, so both are asked in the way their manuals give. nginx reopens on SIGUSR1 too, but
# would give the files to its workers' user; a reload leaves them root's.
_ROTATION = """\
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
{log}/mail.log {log}/dovecot.log {{
    postrotate
        doveadm -c {current}/dovecot/dovecot.conf log reopen
        postfix -c {current}/postfix reload
    endscript
}}
{log}/nginx.log {log}/nginx-access.log {{
    create 0640 root root
    postrotate
        test ! -s {nginx_pid} || kill -HUP "$(cat {nginx_pid})"
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
    """The last lines of a log; of a long one, what its end holds of them."""
    with path(instance, name).open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - lines * _LINE_BYTES))
        read = file.read().decode(errors="replace").splitlines()
    whole = size <= lines * _LINE_BYTES
    return (read if whole else read[1:])[-lines:]


def rotate(instance: Instance) -> None:
    """Rotate what is due, with a configuration and a state of our own."""
    layout = instance.layout
    rules = layout.run / "logrotate.conf"
    text = _ROTATION.format(log=layout.log, current=layout.current, nginx_pid=layout.nginx_pid)
    files.write(rules, text.encode(), mode=0o600)
    run.run(("/usr/sbin/logrotate", "--state", str(layout.state / "logrotate.state"), str(rules)))

"""A private Postfix of a peer: the parts that both peers share."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from bench.processes import Children, wait_for

PROGRAMS = Path("/usr/lib/postfix/sbin")
# A number of our own: no user of this machine needs to own the peers' mail.
MAIL_OWNER = 5999

_MAIN = {
    "compatibility_level": "3.6",
    "daemon_directory": PROGRAMS,
    "command_directory": "/usr/sbin",
    # The addresses are in master.cf: a loopback address other than this one would be refused here.
    "inet_interfaces": "127.0.0.1",
    "myhostname": "mail.bench.test",
    "mydestination": "",
    "mynetworks": "",
    "alias_maps": "",
    "alias_database": "",
    "local_recipient_maps": "",
    "biff": "no",
    "disable_vrfy_command": "yes",
    "smtpd_helo_required": "yes",
    "smtpd_relay_restrictions": "reject_unauth_destination",
    "smtpd_recipient_restrictions": "reject_unauth_destination",
}
# Debian's own services, with Debian's own chroots.
_MASTER = """
pickup unix n - y 60 1 pickup
cleanup unix n - y - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - y 1000? 1 tlsmgr
rewrite unix - - y - - trivial-rewrite
bounce unix - - y - 0 bounce
defer unix - - y - 0 bounce
trace unix - - y - 0 bounce
verify unix - - y - 1 verify
flush unix n - y 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - y - - smtp
relay unix - - y - - smtp
error unix - - y - - error
retry unix - - y - - error
discard unix - - y - - discard
virtual unix - n n - - virtual
lmtp unix - - y - - lmtp
anvil unix - - y - 1 anvil
scache unix - - y - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


def directories(top: Path) -> Path:
    """Make what Postfix needs below `top`; gives the queue directory."""
    queue = top / "queue"
    for directory in (top / "postfix", top / "data", top / "log", queue / "private", queue / "etc"):
        directory.mkdir(parents=True)
    top.chmod(0o755)
    # Dovecot puts its sockets in "private" before Postfix runs, and Postfix wants to own it.
    for directory in (top / "data", queue / "private"):
        shutil.chown(directory, "postfix")
    (queue / "private").chmod(0o700)
    return queue


def start(top: Path, children: Children, listeners: str, parameters: Mapping[str, object], address: str) -> None:
    """Write the configuration and run `master`, which TERM ends with all its children."""
    queue = top / "queue"
    main = _MAIN | {
        "queue_directory": queue,
        "data_directory": top / "data",
        "maillog_file": top / "log/mail.log",
        "maillog_file_prefixes": top / "log",
        **parameters,
    }
    configuration = top / "postfix"
    (configuration / "main.cf").write_text("".join(f"{name} = {value}\n" for name, value in main.items()))
    (configuration / "master.cf").write_text(listeners + _MASTER)
    # Makes the queue's directories. Debian 13 copies the machine's resolv.conf each time, so ours comes after it.
    subprocess.run(["postfix", "-c", configuration, "check"], check=True, stderr=subprocess.DEVNULL)
    (queue / "etc/resolv.conf").write_text("nameserver 127.0.0.1\n")
    children.start(PROGRAMS / "master", "-c", configuration, "-s")
    wait_for("Postfix", address, 25)


def make_mail_directory(directory: Path) -> Path:
    """A directory that the peers' delivery may write to."""
    directory.mkdir(parents=True, exist_ok=True)
    os.chown(directory, MAIL_OWNER, MAIL_OWNER)
    return directory

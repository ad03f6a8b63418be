"""The system users that an instance's processes and files belong to."""

import grp
import os
import pwd
from contextlib import suppress

from carteiro.host.run import run
from carteiro.words import N_, Fault

CONTROL = "carteiro"  # the control plane: accounts database, panel, jobs
HTTP = "www-data"  # nginx's workers; Debian has that user everywhere
MAIL = "vmail"  # the mailboxes' files
FETCHER = "carteiro-fetch"  # whatever speaks to servers that users name
IMPORTER = "carteiro-import"  # the private servers that dumps of other hosts are loaded into; made when one is needed


def ensure_users() -> list[str]:
    """Make the users that are missing, each with a group of its name; gives the names made."""
    return [name for name in (CONTROL, MAIL, FETCHER) if ensure_user(name)]


def become(name: str) -> None:
    """Give up root for good and be that user, in its own groups alone (setuid(2)). Load what is needed before."""
    account = pwd.getpwnam(name)
    os.initgroups(name, account.pw_gid)
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)


def command_as(name: str, *, bound: bool = False) -> tuple[str, ...]:
    """The beginning of a command that runs as a user, in its own group alone (setpriv(1)).

    `bound`: the kernel kills it when whoever started it is gone (prctl(2), PR_SET_PDEATHSIG).
    """
    bond = ("--pdeathsig=KILL",) if bound else ()
    return "setpriv", f"--reuid={name}", f"--regid={name}", "--clear-groups", "--no-new-privs", *bond


def ensure_user(name: str) -> bool:
    """Make a system user that is missing, with a group of its name; whether it was."""
    if not _has_group(name):
        run(["groupadd", "--system", name])
    with suppress(KeyError):
        account = pwd.getpwnam(name)
        if account.pw_uid == 0:
            raise Fault(
                N_("The user {name} of this machine is another name for root."),
                N_("Give it a number of its own in /etc/passwd."),
                name=name,
            )
        return False
    home = ("--home-dir", "/nonexistent", "--no-create-home", "--shell", "/usr/sbin/nologin")
    run(["useradd", "--system", "--gid", name, *home, "--comment", "Carteiro", name])
    return True


def _has_group(name: str) -> bool:
    with suppress(KeyError):
        return bool(grp.getgrnam(name))
    return False

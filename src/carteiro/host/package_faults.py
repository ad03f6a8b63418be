"""What apt-get and dpkg complain about, as one clear line with its remedy."""

import re
from collections.abc import Sequence
from pathlib import Path

from carteiro.words import N_, Fault

_AGAIN = N_("Wait until it has ended, then run this again.")

# In the order of their weight: a mirror out of reach also makes packages unknown. The names of a pattern's groups
# are the places of the text.
_COMPLAINTS: tuple[tuple[str, str, str], ...] = (
    (
        r"Could not get lock (?P<file>[^\s]+?)\. It is held by process (?P<process>\d+(?: \([^)]+\))?)",
        N_("Another package manager is at work: process {process} holds {file}."),
        _AGAIN,
    ),
    (
        r"(?P<file>dpkg[^\n]* lock) was locked by another process with pid (?P<process>\d+)",
        N_("Another package manager is at work: process {process} holds {file}."),
        _AGAIN,
    ),
    (
        r"Could not get lock (?P<file>[^\s]+)|Unable to lock (?:the administration )?directory (?P<directory>\S+)",
        N_("Another package manager is at work and holds {file}{directory}."),
        _AGAIN,
    ),
    (
        r"(?:Temporary failure resolving|Could not resolve|Something wicked happened resolving) '(?P<host>[^']+)'",
        N_("The package mirror {host} can't be found: its name does not resolve."),
        N_("Check the network and /etc/resolv.conf, then run this again."),
    ),
    (
        r"(?:Could not connect to|Unable to connect to|Cannot initiate the connection to|Connection failed to)"
        r" (?P<host>[^\s:]+)",
        N_("The package mirror {host} can't be reached."),
        N_("Check the network (and the proxy, if there is one), then run this again."),
    ),
    (
        r"Release file for (?P<source>\S+) is (?:not valid yet|expired)",
        N_("{source} is signed for another time than this machine's clock tells."),
        N_("Set the clock (`date` shows it), then run this again."),
    ),
    (
        r"You don't have enough free space in (?P<place>\S+?)\.?\s|(?P<file>\S+): [^\n]*No space left on device",
        N_("The disk is full ({place}{file})."),
        N_("Make room on it, then run this again."),
    ),
    (
        r"Unable to locate package (?P<name>\S+)|Package '?(?P<known>[^\s']+)'? has no installation candidate",
        N_("The Debian package {name}{known} can't be had."),
        N_("See that /etc/apt names Debian's own repository with `main`, then run this again."),
    ),
    (
        r"Errors were encountered while processing:\s+(?P<name>\S+)",
        N_("The Debian package {name} can't be set up."),
        N_("{log} has the reason; when it is removed, run `dpkg --configure -a`, then this again."),
    ),
    (
        r"(?P<reason>The following packages have unmet dependencies:\s+[^\n]+)|(?P<held>you have held broken packages)",
        N_("Debian's packages contradict each other: {reason}{held}."),
        N_("Put that in order with `apt-get -f install`, then run this again."),
    ),
)


class PackageFault(Fault):
    """Debian packages can't be installed."""

    code = "packages"


class WouldRemove(PackageFault):
    """What is needed excludes packages that are installed, another mail server mostly."""

    code = "would_remove"

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            N_("Postfix can't be installed beside {packages}, which would be removed."),
            N_("If that mail server is no longer needed, run this again with --replace-mta."),
            packages=", ".join(names),
        )


def understand(output: str, log: Path) -> PackageFault:
    """The fault that an output of apt-get or dpkg tells of."""
    for pattern, text, remedy in _COMPLAINTS:
        found = re.search(pattern, output)
        if found:
            places = {name: value or "" for name, value in found.groupdict().items()}
            return PackageFault(text, remedy, log=log, **places)
    errors = [line for line in output.splitlines() if line.startswith(("E: ", "dpkg: error"))]
    return PackageFault(
        N_("Debian's packages can't be installed: {reason}"),
        N_("{log} has all that was said."),
        log=log,
        reason=errors[-1].removeprefix("E: ") if errors else "?",
    )

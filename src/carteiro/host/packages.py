"""The Debian packages that an instance needs: which are missing, and installing them without starting anything."""

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from carteiro.host import files, systemd
from carteiro.host.package_faults import WouldRemove, understand
from carteiro.host.run import CommandFailed, Result, follow, run

_NEEDED = (
    "ca-certificates",
    "dovecot-core",
    "dovecot-imapd",
    "dovecot-lmtpd",
    "dovecot-managesieved",
    "dovecot-pop3d",
    "dovecot-sieve",
    "dovecot-sqlite",
    "getmail6",
    # SASL mechanisms for Postfix as a client: smarthosts and transports with a login.
    "libsasl2-modules",
    "logrotate",
    "msmtp",
    "nginx",
    # Named for its unit, which has to stay off; nginx would bring it along.
    "nginx-common",
    "postfix",
    "postfix-sqlite",
)
_NEEDED_BY_RELEASE = {12: ("dovecot-fts-xapian",), 13: ("dovecot-flatcurve",)}
# The packages whose own units must stay off.
_ENGINES = ("postfix", "dovecot-core", "nginx-common", "postgresql-common")

_POLICY = Path("/usr/sbin/policy-rc.d")
_POLICY_MARK = "# made by carteiro while it installs:"
_QUIET = {"DEBIAN_FRONTEND": "noninteractive", "APT_LISTCHANGES_FRONTEND": "none", "NEEDRESTART_SUSPEND": "1"}
_APT = ("apt-get", "-y", "-q", "-o", "DPkg::Lock::Timeout=20", "-o", "Dpkg::Options::=--force-confold")
_UNIT = re.compile(r"/lib/systemd/system/[^@/]+\.(?:service|socket|timer|path)$")
_LONGEST = 3600.0  # seconds for a download over a slow line

Tell = Callable[[str], None]


def needed(release: int) -> tuple[str, ...]:
    """The packages that an instance on this Debian release needs."""
    return tuple(sorted((*_NEEDED, *_NEEDED_BY_RELEASE[release])))


def missing(names: Sequence[str]) -> list[str]:
    """Those of `names` that are not installed and set up (dpkg-query(1), Status-Abbrev)."""
    rows = run(["dpkg-query", "-W", "-f", "${Package} ${db:Status-Abbrev}\n", *names], accept=None).out.splitlines()
    there = {row.split()[0] for row in rows if re.search(r" [ih]i $", row)}
    return [name for name in names if name not in there]


def ensure(names: Sequence[str], told: Tell, log: Path, *, replace_mta: bool = False) -> list[str]:
    """Install what is missing of `names`, or what an interrupted earlier run left undone; gives what it installed.

    `told` gets a short line at each step, `log` all that the package manager says. No service is started, and units
    of engines that come with this are disabled; an engine that was here before keeps its units.
    Raises `PackageFault`, or `WouldRemove` if another mail server is in the way and `replace_mta` was not said.
    """
    absent = missing(names)
    begun = begun_earlier()
    if not absent and begun is None:
        return []
    ours = sorted({*(begun or ()), *(name for name in _ENGINES if name in absent)})
    apt = _Apt(told, log)
    with nothing_starts(ours):
        try:
            apt.repair()
            apt.install(absent, replace_mta=replace_mta)
        finally:
            disable_units(ours)
    return absent


def disable_units(packages: Sequence[str]) -> None:
    """Keep these packages' own services from being started at boot, by systemd or by init scripts (update-rc.d(8))."""
    units, scripts = _services_of(packages)
    for script in scripts:
        run(["update-rc.d", script, "disable"])
    if units and shutil.which("systemctl"):
        run(["systemctl", "disable", "--quiet", *units])
    systemd.forget_at_boot(units)


def units_of(packages: Sequence[str]) -> list[str]:
    """The units of packages, those that systemd makes of init scripts too."""
    units, scripts = _services_of(packages)
    return sorted({*units, *(f"{script}.service" for script in scripts)})


def _services_of(packages: Sequence[str]) -> tuple[list[str], list[str]]:
    """The names of their systemd units and of their init scripts."""
    paths = [Path(path) for name in packages for path in run(["dpkg-query", "-L", name], accept=None).out.splitlines()]
    units = [path.name for path in paths if _UNIT.search(str(path))]
    return units, [path.name for path in paths if path.parent == Path("/etc/init.d")]


class _Apt:
    """apt-get and dpkg, told about and logged; what they complain about is kept to explain a failure."""

    def __init__(self, told: Tell, log: Path) -> None:
        self._told = told
        self._log = log
        self._said: list[str] = []

    def repair(self) -> None:
        """Set up what an interrupted run of dpkg left unpacked."""
        interrupted = any(Path("/var/lib/dpkg/updates").glob("[0-9]*"))
        if interrupted or run(["dpkg", "--audit"], accept=None).out.strip():
            self._told("finishing an interrupted package installation")
            self._do("dpkg", "--configure", "-a", "--force-confold", accept=None)

    def install(self, names: Sequence[str], *, replace_mta: bool) -> None:
        """Install packages and what they depend on."""
        if not names:
            return
        self._told("reading the package lists")
        self._do(*_APT, "update", accept=None)
        plan = self._do(*_APT, "install", "--simulate", "--no-install-recommends", *names).out
        removed = re.findall(r"^Remv (\S+)", plan, re.MULTILINE)
        if removed and not replace_mta:
            raise WouldRemove(removed)
        if removed:
            # The other mail server goes on until all is here that takes its place. Its own scripts are forbidden to
            # stop it, as all are while we install.
            self._do(*_APT, "install", "--download-only", "--no-install-recommends", *names)
            systemd.stop_units(units_of(removed))
        if "postfix" in names:
            run(["debconf-set-selections"], stdin="postfix postfix/main_mailer_type select No configuration\n")
        self._told(f"installing {len(re.findall('^Inst ', plan, re.MULTILINE))} Debian packages")
        self._do(*_APT, "install", "--no-install-recommends", *names)

    def _do(self, *argv: str, accept: Sequence[int] | None = (0,)) -> Result:
        try:
            with self._log.open("a", encoding="utf-8") as log:
                log.write(f"$ {' '.join(argv)}\n")
                result = follow(argv, lambda line: self._hear(line, log.write), timeout=_LONGEST, environment=_QUIET)
        except CommandFailed as failed:
            self._said.append(failed.result.out)
            if accept is None:
                return failed.result
            raise understand("".join(self._said), self._log) from None
        else:
            # apt-get calls it success when only some lists could be fetched; that may explain a later failure.
            self._said += [line + "\n" for line in result.out.splitlines() if line.startswith(("W: ", "E: ", "Err:"))]
            return result

    def _hear(self, line: str, write: Callable[[str], int]) -> None:
        write(line + "\n")
        step = re.match(r"Setting up (\S+)", line)
        if step:
            self._told(f"setting up {step[1]}")


@contextmanager
def nothing_starts(packages: Sequence[str]) -> Iterator[None]:
    """Forbid that installed packages start their services, unless the machine's owner has a rule for that already.

    invoke-rc.d(8) and deb-systemd-invoke ask this script; 101 forbids every action. If we are killed it stays, and
    its mark tells the next run which packages it was about.
    """
    if _POLICY.exists() and begun_earlier() is None:
        yield
        return
    text = f"#!/bin/sh\n{_POLICY_MARK} {' '.join(packages)}\nexit 101\n"
    files.write(_POLICY, text.encode(), mode=0o755)
    try:
        yield
    finally:
        _POLICY.unlink(missing_ok=True)


def begun_earlier() -> list[str] | None:
    """The engines' packages of a run that did not come to its end; None if there was none."""
    if not _POLICY.exists():
        return None
    marks = [line for line in _POLICY.read_text("utf-8", "replace").splitlines() if line.startswith(_POLICY_MARK)]
    return marks[0].removeprefix(_POLICY_MARK).split() if marks else None

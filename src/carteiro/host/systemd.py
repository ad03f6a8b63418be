"""systemd, where the machine runs it: our one unit, and the engines' own units off (systemctl(1))."""

from collections.abc import Sequence
from pathlib import Path

from carteiro.host import files
from carteiro.host.run import run

UNIT = Path("/etc/systemd/system/carteiro.service")
ENGINES_UNITS = ("postfix.service", "postfix@-.service", "dovecot.service", "dovecot.socket")

_TEXT = """\
[Unit]
Description=Carteiro mail host
Documentation=file:/opt/carteiro/current/README.md
After=network-online.target nss-lookup.target
Wants=network-online.target
Conflicts=postfix.service dovecot.service dovecot.socket

[Service]
Type=notify
ExecStart=/usr/local/bin/carteiro run
# The engines' masters stop their own children; what is left after that is ended by the unit's cgroup.
KillMode=mixed
TimeoutStartSec=120
TimeoutStopSec=120
Restart=always
RestartSec=2
RuntimeDirectory=carteiro
RuntimeDirectoryPreserve=restart
LimitNOFILE=65536
ProtectHome=read-only
PrivateTmp=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
RestrictSUIDSGID=no

[Install]
WantedBy=multi-user.target
"""


def present() -> bool:
    """Whether this machine was booted by systemd (sd_booted(3))."""
    return Path("/run/systemd/system").is_dir()


def write_unit() -> None:
    """Write the unit."""
    files.make_directory(UNIT.parent)
    files.write(UNIT, _TEXT.encode(), mode=0o644)


def take_over_from_engines_units() -> None:
    """Stop Debian's own units of the engines and mask them; ours runs the same programs.

    Disabled would not do: a hook of certbot's, or a habit, starts one by hand, and systemd would stop ours for it.
    Not that of an nginx that was here before us: it may serve somebody's pages, and is told of by its port.
    Where systemd does not run (a container, an image that is being made) `systemctl` need not even be there.
    """
    for unit in ENGINES_UNITS:
        if present():
            # A unit that is not there is as good as disabled.
            run(["systemctl", "disable", "--now", unit], accept=None)
    forget_at_boot(ENGINES_UNITS)
    files.make_directory(UNIT.parent)
    for unit in ENGINES_UNITS:
        if not (UNIT.parent / unit).exists():
            files.switch(UNIT.parent / unit, Path("/dev/null"))
    if present():
        run(["systemctl", "daemon-reload"])


def forget_at_boot(units: Sequence[str]) -> None:
    """Take away the links that would start these units at boot."""
    for unit in units:
        for wanted_by in ("multi-user.target.wants", "sockets.target.wants"):
            (UNIT.parent / wanted_by / unit).unlink(missing_ok=True)


def enable_unit() -> None:
    """Let ours start at every boot."""
    link = UNIT.parent / "multi-user.target.wants" / UNIT.name
    files.make_directory(link.parent)
    files.switch(link, UNIT)


def start_unit() -> None:
    """Start ours now; returns when it says that it is ready."""
    run(["systemctl", "daemon-reload"])
    run(["systemctl", "restart", UNIT.name], timeout=180)


def stop_units(units: Sequence[str]) -> None:
    """Stop somebody's units, where systemd runs; what is not there or stopped already is left alone."""
    if units and present():
        run(["systemctl", "stop", *units], accept=None, timeout=180)


def runs_unit() -> bool:
    """Whether systemd runs ours, or is about to: it starts one anew that died."""
    if not present():
        return False
    state = run(["systemctl", "show", "--property", "ActiveState", "--value", UNIT.name], accept=None).out.strip()
    return state not in {"", "inactive", "failed"}


def stop_unit() -> None:
    """Stop ours until somebody or the next boot starts it; returns when all of it is gone."""
    run(["systemctl", "stop", UNIT.name], timeout=180)

"""systemd, where the machine runs it: our one unit, and the engines' own units off (systemctl(1))."""

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
    """Write the unit; where systemd runs, let it read it."""
    files.make_directory(UNIT.parent)
    files.write(UNIT, _TEXT.encode(), mode=0o644)
    if present():
        run(["systemctl", "daemon-reload"])


def disable_engines_units() -> None:
    """Stop Debian's own units of the engines and keep them off; ours runs the same programs.

    Without a running systemd the links that would start them at boot are taken away.
    """
    for unit in ENGINES_UNITS:
        # A unit that is not there is as good as disabled.
        run(["systemctl", "disable", *(["--now"] if present() else []), unit], accept=None)


def start_unit() -> None:
    """Start ours now and at every boot; returns when it says that it is ready."""
    run(["systemctl", "enable", "--now", UNIT.name], timeout=180)


def enable_unit() -> None:
    """Let ours start at the next boot."""
    run(["systemctl", "enable", UNIT.name], accept=None)

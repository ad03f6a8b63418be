"""Dovecot's own administration command, for this instance (doveadm(1))."""

import json

from carteiro.host import run
from carteiro.operate.instance import Instance


def doveadm(instance: Instance) -> tuple[str, str, str]:
    """The beginning of a command."""
    return "doveadm", "-c", str(instance.layout.current / "dovecot" / "dovecot.conf")


def kick(instance: Instance, address: str) -> None:
    """End the sessions of a login (doveadm-kick(1))."""
    # 68 is "nobody of that name is logged in", which is what we want.
    run.run((*doveadm(instance), "kick", address), accept=(0, 68))


def quota(instance: Instance, address: str) -> tuple[int, int]:
    """Bytes and messages that a mailbox holds (doveadm-quota(1)); storage is told in kilobytes."""
    said = run.run((*doveadm(instance), "-f", "json", "quota", "get", "-u", address)).out
    used = {entry["type"]: int(entry["value"]) for entry in json.loads(said)}
    return used.get("STORAGE", 0) * 1024, used.get("MESSAGE", 0)

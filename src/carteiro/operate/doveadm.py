"""Dovecot's own administration command, for this instance (doveadm(1))."""

import json
from collections import Counter

from carteiro.host import run
from carteiro.hosting.questions import Folder, Session
from carteiro.operate.instance import Instance


def doveadm(instance: Instance) -> tuple[str, str, str]:
    """The beginning of a command."""
    return "doveadm", "-c", str(instance.layout.current / "dovecot" / "dovecot.conf")


def kick(instance: Instance, address: str, network: str = "") -> None:
    """End the sessions of a login, or only those from one address on the network (doveadm-kick(1))."""
    # 68 is "nobody of that name is logged in", which is what we want.
    run.run((*doveadm(instance), "kick", address, *([network] if network else [])), accept=(0, 68))


def sessions(instance: Instance, address: str) -> list[Session]:
    """Who is logged in to a mailbox (doveadm-who(1))."""
    said = run.run((*doveadm(instance), "-f", "json", "who", "-1", address), accept=(0, 68)).out
    rows = json.loads(said) if said.strip() else []
    counted = Counter((row.get("service") or row["proto"], row.get("ip") or "") for row in rows)
    return [Session(protocol, network, count) for (protocol, network), count in sorted(counted.items())]


def folders(instance: Instance, address: str) -> list[Folder]:
    """What each folder of a mailbox holds (doveadm-mailbox(1))."""
    said = run.run((*doveadm(instance), "-f", "json", "mailbox", "status", "-u", address, "messages vsize", "*")).out
    rows = json.loads(said) if said.strip() else []
    return [Folder(row["mailbox"], int(row["vsize"]), int(row["messages"])) for row in rows]


def quota(instance: Instance, address: str) -> tuple[int, int]:
    """Bytes and messages that a mailbox holds (doveadm-quota(1)); storage is told in kilobytes."""
    said = run.run((*doveadm(instance), "-f", "json", "quota", "get", "-u", address)).out
    used = {entry["type"]: int(entry["value"]) for entry in json.loads(said)}
    return used.get("STORAGE", 0) * 1024, used.get("MESSAGE", 0)

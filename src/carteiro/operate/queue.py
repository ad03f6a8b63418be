"""Postfix's queue: look, flush, hold, release, delete (postqueue(1), postsuper(1), postcat(1))."""

import datetime
import json
import re
from dataclasses import dataclass

from carteiro.host import run
from carteiro.operate.instance import Instance
from carteiro.words import N_, Fault

# Short and long queue ids; nothing else may reach a command line.
_ID = re.compile(r"[0-9A-Za-z]{5,24}")


@dataclass(frozen=True)
class Queued:
    """One message in the queue; `reasons` says per recipient why it is still there."""

    id: str
    state: str
    arrived: str
    size: int
    sender: str
    recipients: list[str]
    reasons: list[str]


def messages(instance: Instance) -> list[Queued]:
    """All messages in the queue, oldest first."""
    said = run.run(("postqueue", *_config(instance), "-j"), accept=None)
    if said.status != 0:
        raise Fault(
            N_("The queue can't be read: {reason}."),
            N_("Is the instance running? `carteiro status` tells."),
            reason=said.err.strip().splitlines()[-1] if said.err.strip() else said.status,
        )
    found = [_queued(json.loads(line)) for line in said.out.splitlines()]
    return sorted(found, key=lambda message: message.arrived)


def content(instance: Instance, queue_id: str) -> str:
    """Envelope and text of one queued message."""
    return run.run(("postcat", *_config(instance), "-q", _checked(queue_id))).out


def flush(instance: Instance) -> None:
    """Try every deferred message now."""
    run.run(("postqueue", *_config(instance), "-f"))


def hold(instance: Instance, queue_id: str) -> None:
    """Keep a message from being delivered until it is released."""
    _alter(instance, "-h", queue_id)


def release(instance: Instance, queue_id: str) -> None:
    """Let a held message go."""
    _alter(instance, "-H", queue_id)


def delete(instance: Instance, queue_id: str) -> None:
    """Remove a message from the queue; its sender is not told."""
    _alter(instance, "-d", queue_id)


def _alter(instance: Instance, option: str, queue_id: str) -> None:
    said = run.run(("postsuper", *_config(instance), option, _checked(queue_id))).err
    # postsuper says nothing and exits 0 where no such message is.
    if ": 1 message" not in said:
        raise Fault(
            N_("No message {id} is in that state in the queue."),
            N_("`carteiro queue list` shows what is there."),
            code="not_found",
            id=queue_id,
        )


def _checked(queue_id: str) -> str:
    if not _ID.fullmatch(queue_id):
        raise Fault(
            N_("{id} is not a queue id."), N_("`carteiro queue list` shows them."), code="invalid", id=repr(queue_id)
        )
    return queue_id


def _config(instance: Instance) -> tuple[str, str]:
    return "-c", str(instance.layout.current / "postfix")


def _queued(entry: dict[str, object]) -> Queued:
    recipients = entry["recipients"]
    assert isinstance(recipients, list)  # noqa: S101 - postqueue(1) promises it
    return Queued(
        id=str(entry["queue_id"]),
        state=str(entry["queue_name"]),
        arrived=datetime.datetime.fromtimestamp(int(str(entry["arrival_time"])), datetime.UTC).isoformat(),
        size=int(str(entry["message_size"])),
        sender=str(entry["sender"]),
        recipients=[recipient["address"] for recipient in recipients],
        reasons=sorted({recipient["delay_reason"] for recipient in recipients if "delay_reason" in recipient}),
    )

"""Postfix's queue: look, flush, hold, release, retry, delete (postqueue(1), postsuper(1), postcat(1))."""

import datetime
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from carteiro.host import run
from carteiro.hosting.questions import QueueAct
from carteiro.operate.instance import Instance
from carteiro.words import N_, Fault

# Short and long queue ids; nothing else may reach a command line.
_ID = re.compile(r"[0-9A-Za-z]{5,24}")
_COUNT = re.compile(r": ([0-9]+) messages?$", re.MULTILINE)
_OPTIONS = {QueueAct.HOLD: "-h", QueueAct.RELEASE: "-H", QueueAct.RETRY: "-r", QueueAct.DELETE: "-d"}


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


def header(instance: Instance, queue_id: str) -> str:
    """The header of one queued message; its text stays unread."""
    said = run.run(("postcat", *_config(instance), "-h", "-q", _checked(queue_id)), accept=None)
    if said.status != 0:
        raise _gone(queue_id)
    return said.out


def flush(instance: Instance) -> None:
    """Try every deferred message now."""
    run.run(("postqueue", *_config(instance), "-f"))


def hold(instance: Instance, queue_id: str) -> None:
    """Keep a message from being delivered until it is released."""
    _alter_one(instance, QueueAct.HOLD, queue_id)


def release(instance: Instance, queue_id: str) -> None:
    """Let a held message go."""
    _alter_one(instance, QueueAct.RELEASE, queue_id)


def delete(instance: Instance, queue_id: str) -> None:
    """Remove a message from the queue; its sender is not told."""
    _alter_one(instance, QueueAct.DELETE, queue_id)


def alter(instance: Instance, act: QueueAct, queue_ids: Sequence[str]) -> int:
    """Do one thing to messages; how many of them were there, and in a state in which it can be done."""
    lines = "".join(f"{_checked(queue_id)}\n" for queue_id in queue_ids)
    said = run.run(("postsuper", *_config(instance), _OPTIONS[act], "-"), stdin=lines).err
    # postsuper says nothing and exits 0 where no such message is.
    return sum(int(count) for count in _COUNT.findall(said))


def _alter_one(instance: Instance, act: QueueAct, queue_id: str) -> None:
    if not alter(instance, act, [queue_id]):
        raise _gone(queue_id)


def _gone(queue_id: str) -> Fault:
    return Fault(
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

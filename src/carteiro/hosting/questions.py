"""Requests to the privileged worker whose answer somebody waits for: about the queue, the services, one's sessions."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


@dataclass(frozen=True)
class Session:
    """Somebody who is logged in."""

    protocol: str
    network: str  # an IP address
    count: int


@dataclass(frozen=True)
class Folder:
    """A folder of a mailbox and what it holds."""

    name: str
    size: int  # bytes
    messages: int


class QueueAct(StrEnum):
    """What can be done to messages in the queue."""

    HOLD = "hold"
    RELEASE = "release"
    RETRY = "retry"
    DELETE = "delete"


@dataclass(frozen=True)
class ShowQueued:
    """The header of a message in the queue; its text is nobody's business."""

    kind: ClassVar[str] = "show_queued"
    id: str


@dataclass(frozen=True)
class AlterQueue:
    """Do one thing to some messages in the queue. The answer is how many there were."""

    kind: ClassVar[str] = "alter_queue"
    act: str  # a QueueAct
    ids: list[str]


@dataclass(frozen=True)
class FlushQueue:
    """Try to deliver all that is deferred."""

    kind: ClassVar[str] = "flush_queue"


@dataclass(frozen=True)
class RestartService:
    """Stop and start a service."""

    kind: ClassVar[str] = "restart_service"
    name: str


@dataclass(frozen=True)
class ReadLog:
    """The last lines that a service wrote. The answer is a list of lines."""

    kind: ClassVar[str] = "read_log"
    name: str
    lines: int


@dataclass(frozen=True)
class MeasureFolders:
    """What each folder of a mailbox holds. The answer is a list of Folder."""

    kind: ClassVar[str] = "measure_folders"
    address: str


@dataclass(frozen=True)
class ListSessions:
    """Who is logged in to a mailbox now. The answer is a list of Session."""

    kind: ClassVar[str] = "list_sessions"
    address: str


@dataclass(frozen=True)
class EndSessions:
    """End the sessions of a mailbox that came from one address on the network."""

    kind: ClassVar[str] = "end_sessions"
    address: str
    network: str


@dataclass(frozen=True)
class ReadSieve:
    """The filter script that the owner of a mailbox wrote by hand. The answer is its text, empty if there is none."""

    kind: ClassVar[str] = "read_sieve"
    address: str


@dataclass(frozen=True)
class WriteSieve:
    """Store the script of the owner's own hand, and use it; empty: use none.

    The answer is what is wrong with it, a list of line, reason; where there is anything, nothing was stored.
    """

    kind: ClassVar[str] = "write_sieve"
    address: str
    script: str


Question = (
    ShowQueued
    | AlterQueue
    | FlushQueue
    | RestartService
    | ReadLog
    | MeasureFolders
    | ListSessions
    | EndSessions
    | ReadSieve
    | WriteSieve
)
KINDS: dict[str, type[Question]] = {
    kind.kind: kind
    for kind in (
        *(ShowQueued, AlterQueue, FlushQueue, RestartService, ReadLog),
        *(MeasureFolders, ListSessions, EndSessions),
        *(ReadSieve, WriteSieve),
    )
}

"""The closed set of things that use cases ask of the privileged worker."""

from dataclasses import asdict, dataclass
from typing import ClassVar

from carteiro.jobs.models import Request
from carteiro.jobs.queue import enqueue


@dataclass(frozen=True)
class KickUser:
    """End the sessions of a login: its password or its rights changed."""

    kind: ClassVar[str] = "kick_user"
    address: str


@dataclass(frozen=True)
class PurgeMailbox:
    """Delete the mail directory of a mailbox that left the bin."""

    kind: ClassVar[str] = "purge_mailbox"
    home: str


@dataclass(frozen=True)
class MeasureUsage:
    """Count what the mailboxes of a domain use: its quota in all was set."""

    kind: ClassVar[str] = "measure_usage"
    domain: str


@dataclass(frozen=True)
class ReloadEngines:
    """Let the engines open their files anew."""

    kind: ClassVar[str] = "reload_engines"


TypedRequest = KickUser | PurgeMailbox | MeasureUsage | ReloadEngines

KINDS: dict[str, type[TypedRequest]] = {
    KickUser.kind: KickUser,
    PurgeMailbox.kind: PurgeMailbox,
    MeasureUsage.kind: MeasureUsage,
    ReloadEngines.kind: ReloadEngines,
}


def record(request: TypedRequest, node: str = "") -> Request:
    """Write a request down; call it inside the transaction of the change that needs it."""
    return enqueue(request.kind, asdict(request), node)


def parse(row: Request) -> TypedRequest:
    """The typed request of a row; KeyError or TypeError for one of another release."""
    return KINDS[row.kind](**row.payload)

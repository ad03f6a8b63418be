"""The closed set of things that use cases ask of the privileged worker."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Generic, TypeVar

from carteiro.hosting import doings, questions
from carteiro.hosting.errors import translated
from carteiro.jobs import queue
from carteiro.jobs.models import Request
from carteiro.words import N_, Fault, unpacked

Told = TypeVar("Told")


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


@dataclass(frozen=True)
class MailRecovery:
    """Mail a link for another password to whoever signs in with an address, if they have a recovery address.

    The worker draws the link's secret: it stands in no request.
    """

    kind: ClassVar[str] = "mail_recovery"
    address: str


@dataclass(frozen=True)
class MailConfirmation:
    """Mail a link to a person's recovery address, with which they show that it is theirs."""

    kind: ClassVar[str] = "mail_confirmation"
    person: int


@dataclass(frozen=True)
class InstallSieve:
    """Write the Sieve script of a mailbox's vacation notice and filter rules to where Dovecot reads it."""

    kind: ClassVar[str] = "install_sieve"
    home: str


@dataclass(frozen=True)
class SendWelcome:
    """Put the first letter into a new mailbox."""

    kind: ClassVar[str] = "send_welcome"
    home: str
    language: str


TypedRequest = (
    KickUser
    | PurgeMailbox
    | MeasureUsage
    | ReloadEngines
    | MailRecovery
    | MailConfirmation
    | InstallSieve
    | SendWelcome
    | questions.Question
)

KINDS: dict[str, type[TypedRequest]] = {
    **questions.KINDS,
    KickUser.kind: KickUser,
    PurgeMailbox.kind: PurgeMailbox,
    MeasureUsage.kind: MeasureUsage,
    ReloadEngines.kind: ReloadEngines,
    MailRecovery.kind: MailRecovery,
    MailConfirmation.kind: MailConfirmation,
    InstallSieve.kind: InstallSieve,
    SendWelcome.kind: SendWelcome,
}


# These take long: nobody's question waits until they are done.
SLOW = frozenset({PurgeMailbox.kind, MeasureUsage.kind})
QUICK = frozenset(KINDS) - SLOW


class NoAnswer(Fault):
    """The worker did not answer in time."""

    code = "no_answer"


def record(request: TypedRequest, node: str = "") -> Request:
    """Write a request down; call it inside the transaction of the change that needs it."""
    doings.requested()
    return queue.enqueue(request.kind, asdict(request), node)


def parse(row: Request) -> TypedRequest:
    """The typed request of a row; KeyError or TypeError for one of another release."""
    return KINDS[row.kind](**row.payload)


@dataclass(frozen=True)
class Asked(Generic[Told]):
    """A question that was put to the worker, and how its answer is read."""

    row: Request
    read: Callable[[Any], Told]


def answer(asked: Asked[Told], seconds: float) -> Told:
    """What the worker answers to a question, after the transaction that asked it; waits so many seconds at most.

    Raises the Fault that the worker met, or NoAnswer; a question that nobody took up by then is withdrawn.
    """
    row = asked.row
    with translated():
        ended = queue.wait(row, seconds)
        withdrawn = not ended and queue.withdraw(row)
    if withdrawn:
        raise NoAnswer(
            N_("The worker does not answer; nothing was done."), N_("`carteiro status` tells how the worker is.")
        )
    if not ended:
        raise NoAnswer(N_("This takes longer than expected. It has begun, and goes on."), N_("Look again in a moment."))
    if row.state != Request.State.DONE:
        raise NoAnswer(
            N_("The worker could not do this: {reason}."),
            N_("`carteiro log tail --service worker` tells more."),
            reason=row.error,
        )
    told: dict[str, Any] = row.result or {}
    if "fault" in told:
        raise unpacked(told["fault"])
    return asked.read(told.get("answer"))

"""The running host as administrators see and handle it: services, queue, sessions."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from carteiro.hosting import finding, questions, requests
from carteiro.hosting.access import Actor, Right, require
from carteiro.hosting.errors import Invalid, translated
from carteiro.hosting.feed import Action, Kind, changes
from carteiro.hosting.models import Domain, Login
from carteiro.hosting.questions import Folder, Session
from carteiro.hosting.requests import Asked, Told
from carteiro.hosting.running import readings
from carteiro.hosting.running.readings import Look, Name
from carteiro.words import N_

MOST_AT_ONCE = 2000
LOG_LINES = 200


def looks(actor: Actor, *names: Name) -> dict[Name, Look]:
    """The last looks at the host; of queue and full mailboxes a domain administrator sees what the own domains have."""
    if not actor.administers or not _OF_DOMAINS.issuperset(names):
        require(actor, Right.MANAGE_SERVICES, thing="host")
    found = readings.last(*names)
    if actor.superadmin or not found:
        return found
    held = _names(actor)
    return {name: Look(look.at, _OF_A_DOMAIN[name](look.data, held)) for name, look in found.items()}


def show_queued(actor: Actor, queue_id: str) -> Asked[str]:
    """Ask for the header of a queued message."""
    require(actor, Right.MANAGE_QUEUE, thing=queue_id)
    return _ask(questions.ShowQueued(queue_id), str)


def alter_queue(actor: Actor, act: str, ids: Sequence[str]) -> Asked[int]:
    """Ask for one thing to be done to messages in the queue; told is to how many it was."""
    require(actor, Right.MANAGE_QUEUE, thing="queue")
    if act not in set(questions.QueueAct):
        raise Invalid(
            N_("{act} can't be done to a message."),
            N_("Choose one of {acts}."),
            act=repr(act),
            acts=", ".join(questions.QueueAct),
        )
    chosen = sorted(set(ids))
    if not chosen or len(chosen) > MOST_AT_ONCE:
        raise Invalid(N_("Choose between 1 and {most} messages."), most=MOST_AT_ONCE, field="ids")
    look = readings.last(Name.QUEUE).get(Name.QUEUE)
    known = {message["id"]: message for message in look.data["messages"]} if look else {}
    with changes(actor) as ledger:
        for queue_id in chosen:
            told = known.get(queue_id, {})
            what = {name: told[name] for name in ("sender", "recipients") if name in told}
            ledger.note(Action.DO, Kind.QUEUE, 0, queue_id, "", after={"act": act, **what})
        return _ask(questions.AlterQueue(act, chosen), int)


def flush_queue(actor: Actor) -> Asked[None]:
    """Ask for all deferred messages to be tried now."""
    require(actor, Right.MANAGE_QUEUE, thing="queue")
    with changes(actor) as ledger:
        ledger.note(Action.DO, Kind.QUEUE, 0, "*", "", after={"act": "flush"})
        return _ask(questions.FlushQueue(), _nothing)


def restart_service(actor: Actor, name: str) -> Asked[None]:
    """Ask for a service to be stopped and started."""
    require(actor, Right.MANAGE_SERVICES, thing=name)
    with changes(actor) as ledger:
        ledger.note(Action.DO, Kind.SERVICE, 0, name, "", after={"act": "restart"})
        return _ask(questions.RestartService(name), _nothing)


def read_log(actor: Actor, name: str, lines: int = LOG_LINES) -> Asked[list[str]]:
    """Ask for the last lines of a service's log."""
    require(actor, Right.MANAGE_SERVICES, thing=name)
    return _ask(questions.ReadLog(name, lines), list)


def folders(actor: Actor, address: str) -> Asked[list[Folder]]:
    """Ask what each folder of a mailbox holds."""
    with translated():
        mailbox = finding.mailbox(actor, Right.SEE_MAILBOX, address)
    return _ask(questions.MeasureFolders(mailbox.address), lambda rows: [Folder(**row) for row in rows])


def sessions(actor: Actor, address: str) -> Asked[list[Session]]:
    """Ask who is logged in to a mailbox."""
    with translated():
        mailbox = finding.mailbox(actor, Right.SEE_MAILBOX, address)
    return _ask(questions.ListSessions(mailbox.address), lambda rows: [Session(**row) for row in rows])


def end_sessions(actor: Actor, address: str, network: str) -> Asked[None]:
    """Ask for the sessions of a mailbox from one address on the network to be ended."""
    with changes(actor) as ledger:
        mailbox = finding.mailbox(actor, Right.CHANGE_PASSWORD, address)
        domain = mailbox.domain.name
        what = {"act": "end_sessions", "network": network}
        ledger.note(Action.DO, Kind.MAILBOX, mailbox.pk, mailbox.address, domain, after=what)
        return _ask(questions.EndSessions(mailbox.address, network), _nothing)


def logins(actor: Actor, address: str, limit: int = 20) -> list[Login]:
    """The last log-ins to a mailbox, one for each protocol and address on the network, the newest first."""
    with translated():
        mailbox = finding.mailbox(actor, Right.SEE_MAILBOX, address)
        return list(mailbox.logins.order_by("-at")[:limit])


def _ask(question: questions.Question, read: Callable[[Any], Told]) -> Asked[Told]:
    with translated():
        return Asked(requests.record(question), read)


def _nothing(_: object) -> None:
    return None


def _names(actor: Actor) -> set[str]:
    with translated():
        return set(Domain.objects.filter(pk__in=actor.domains).values_list("name", flat=True))


def _seen_by(message: dict[str, Any], held: set[str]) -> dict[str, Any] | None:
    """A message as the administrator of these domains may see it: nothing of other domains' recipients."""
    if _domain(message["sender"]) in held:
        return message
    recipients = [address for address in message["recipients"] if _domain(address) in held]
    if len(recipients) == message["recipient_count"]:
        return message
    reasons = [reason for reason in message["reasons"] if any(address in reason for address in recipients)]
    return {**message, "recipients": recipients, "reasons": reasons} if recipients else None


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()


def _queue_of(data: dict[str, Any], held: set[str]) -> dict[str, Any]:
    seen = [found for message in data["messages"] if (found := _seen_by(message, held))]
    return {"messages": seen, "total": len(seen)}


def _full_of(data: list[dict[str, Any]], held: set[str]) -> list[dict[str, Any]]:
    return [row for row in data if _domain(row["address"]) in held]


_OF_A_DOMAIN: Mapping[Name, Callable[[Any, set[str]], Any]] = {Name.QUEUE: _queue_of, Name.FULL: _full_of}
_OF_DOMAINS = frozenset(_OF_A_DOMAIN)

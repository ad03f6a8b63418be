"""What things were before they came here: when they were made, and what another host's log told of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Model

from carteiro.hosting.access import Actor, Right, require
from carteiro.hosting.errors import translated
from carteiro.hosting.feed import Deed, Kind, changes
from carteiro.hosting.models import Admin, Alias, Binned, Domain, Mailbox

_LONGEST = 255
_TABLES: Mapping[Kind, tuple[type[Model], str]] = {
    Kind.DOMAIN: (Domain, "name"),
    Kind.MAILBOX: (Mailbox, "address"),
    Kind.ALIAS: (Alias, "address"),
    Kind.ADMIN: (Admin, "address"),
}


@dataclass(frozen=True)
class Dated:
    """When something was made and last changed; None where nobody knows."""

    key: str
    created: datetime | None
    modified: datetime | None


@dataclass(frozen=True)
class Told:
    """A line of another host's log."""

    at: datetime
    who: str
    network: str
    domain: str
    action: str
    data: str


def date(actor: Actor, kind: Kind, things: Iterable[Dated]) -> None:
    """Let domains, mailboxes, aliases or administrators be as old as they were on another host.

    Never older than what the bin still holds of the same name: that belonged to somebody else.
    """
    require(actor, Right.MANAGE_HOST, thing="imports")
    model, column = _TABLES[kind]
    with translated():
        for each in things:
            row = model._default_manager.filter(**{column: each.key})
            if each.created is not None:
                row.update(created=_not_before(each.created, each.key))
            if each.modified is not None:
                # Not by save(), which would set it to now.
                row.update(modified=each.modified)


def tell(actor: Actor, lines: Iterable[Told]) -> int:
    """Put lines of another host's log into the audit log, with their own dates and authors; gives how many."""
    require(actor, Right.MANAGE_HOST, thing="imports")
    deeds = [_deed(line) for line in lines]
    if deeds:
        with changes(actor) as ledger:
            ledger.note_past(deeds)
    return len(deeds)


def _deed(line: Told) -> Deed:
    return Deed(
        at=line.at,
        actor=line.who[:_LONGEST],
        origin=(line.network or "?")[:_LONGEST],
        key=line.data[:_LONGEST],
        domain_name=line.domain.lower()[:_LONGEST],
        after={"did": line.action, "data": line.data},
    )


def _not_before(created: datetime, key: str) -> datetime:
    removed = Binned.objects.filter(key=key).aggregate(last=Max("removed_at"))["last"]
    return created if removed is None else max(created, removed)

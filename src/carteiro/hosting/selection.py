"""One act on many mailboxes or aliases that somebody ticked: one transaction, and for each its own refusal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from carteiro.hosting import aliases, mailboxes
from carteiro.hosting.access import Actor
from carteiro.hosting.errors import DatabaseFault, Invalid, translated
from carteiro.words import N_, Fault

MOST = 500
"""How many at once: other changes wait meanwhile."""


class Act(StrEnum):
    """What can be done to many at once."""

    ACTIVATE = "activate"
    DEACTIVATE = "deactivate"
    QUOTA = "quota"
    ALLOW_SENDING = "allow_sending"
    FORBID_SENDING = "forbid_sending"
    REMOVE = "remove"


@dataclass(frozen=True)
class Outcome:
    """What became of one address; no fault is done."""

    address: str
    fault: Fault | None = None


_Deed = Callable[[Actor, str], object]


def of_mailboxes(actor: Actor, addresses: Sequence[str], act: Act, *, quota: int | None = None) -> list[Outcome]:
    """Do it to each mailbox that the actor may do it to; `quota` in bytes goes with that act."""
    deeds: dict[Act, _Deed] = {
        Act.ACTIVATE: lambda who, address: mailboxes.set_(who, address, active=True),
        Act.DEACTIVATE: lambda who, address: mailboxes.set_(who, address, active=False),
        Act.QUOTA: lambda who, address: mailboxes.set_(who, address, quota=_given(quota)),
        Act.ALLOW_SENDING: lambda who, address: mailboxes.set_(who, address, smtp=True),
        Act.FORBID_SENDING: lambda who, address: mailboxes.set_(who, address, smtp=False),
        Act.REMOVE: mailboxes.remove,
    }
    return _each(actor, addresses, deeds[act])


def of_aliases(actor: Actor, addresses: Sequence[str], act: Act) -> list[Outcome]:
    """Do it to each alias that the actor may do it to."""
    deeds: dict[Act, _Deed] = {
        Act.ACTIVATE: lambda who, address: aliases.set_(who, address, active=True),
        Act.DEACTIVATE: lambda who, address: aliases.set_(who, address, active=False),
        Act.REMOVE: aliases.remove,
    }
    if act not in deeds:
        raise Invalid(N_("Aliases have no {act}."), act=act.value)
    return _each(actor, addresses, deeds[act])


def _each(actor: Actor, addresses: Sequence[str], deed: _Deed) -> list[Outcome]:
    chosen = list(dict.fromkeys(addresses))
    if len(chosen) > MOST:
        raise Invalid(N_("These are too many at once."), N_("Choose at most {most}."), most=MOST)
    with translated(), transaction.atomic():
        return [_one(actor, address, deed) for address in chosen]


def _one(actor: Actor, address: str, deed: _Deed) -> Outcome:
    try:
        # The use case's own transaction is a savepoint in here: refused, it leaves nothing behind.
        deed(actor, address)
    except DatabaseFault:
        raise
    except Fault as fault:
        return Outcome(address, fault)
    return Outcome(address)


def _given(quota: int | None) -> int:
    if quota is None:
        raise Invalid(N_("No quota is given."), N_("Give a size such as 2G, or 0 for unlimited."))
    return quota

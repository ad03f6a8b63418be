"""How addresses are, as marks that a list shows beside each: what PostfixAdmin told by colours."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from carteiro.hosting.finding import parts
from carteiro.hosting.models import Alias, AliasTarget, Domain, Mailbox
from carteiro.mail.address import split_detail


class Mark(StrEnum):
    """What is worth a look, the gravest first; `KEY` of the page says each in words."""

    UNDELIVERABLE = "undeliverable"  # a target that nobody gets mail for
    DISABLED = "disabled"
    FULL = "full"
    EXPIRED = "expired"  # its password is older than the domain allows, or must be changed
    NO_SENDING = "no_sending"
    VACATION = "vacation"
    FORWARDS = "forwards"  # its mail goes on, with or without a copy
    ELSEWHERE = "elsewhere"  # its mail leaves this host
    EXPIRES = "expires"  # an alias for a term
    OWN = "own"  # an alias that the owner of a mailbox made


_ORDER = list(Mark)


def of_mailboxes(rows: Sequence[Mailbox], forwards: Mapping[str, Sequence[str]]) -> dict[str, list[Mark]]:
    """The marks of mailboxes that were read with domain, usage and vacation; two queries for all."""
    now = timezone.now()
    ends = Ends({target for targets in forwards.values() for target in targets}, now)
    return {
        row.address: _sorted(_of_mailbox(row, now) | _of_targets(forwards.get(row.address, ()), row.address, ends))
        for row in rows
    }


def forwardings(rows: Sequence[Mailbox]) -> dict[str, list[str]]:
    """The targets of each mailbox that has a forwarding and has it switched on; one query for all."""
    found: dict[str, list[str]] = {}
    own = AliasTarget.objects.filter(alias__active=True, alias__address__in=[row.address for row in rows])
    for source, target in own.order_by("position").values_list("alias__address", "address"):
        found.setdefault(source, []).append(target)
    return found


def of_aliases(rows: Sequence[Alias]) -> dict[str, list[Mark]]:
    """The marks of aliases that were read with their targets; two queries for all."""
    ends = Ends({target for row in rows for target in row.addresses()}, timezone.now())
    return {row.address: _sorted(_of_alias(row) | ends.marks(row.addresses())) for row in rows}


class Ends:
    """What is at the end of each of many targets, as far as one step goes."""

    def __init__(self, targets: Collection[str], now: datetime) -> None:
        self._homes: dict[str, tuple[str, bool]] = {}  # under which name its addresses are known, whether it works
        self._ends: dict[str, set[Mark]] = {}
        for part in parts({target.rpartition("@")[2] for target in targets}):
            for domain in Domain.objects.select_related("target").filter(name__in=part).exclude(kind="relay"):
                works = domain.active and (domain.target is None or domain.target.active)
                self._homes[domain.name] = (domain.target.name if domain.target else domain.name, works)
        for part in parts({key for target in targets for key in self._keys(target)}):
            self._read(part, now)

    def _read(self, keys: Collection[str], now: datetime) -> None:
        """Mailboxes and aliases in one query; a mailbox's forwarding says nothing that the mailbox does not."""
        columns = ("address", "second", "active", "full", "away")
        boxes = Mailbox.objects.filter(address__in=keys)
        boxes = boxes.annotate(second=Value(0), full=_true_if(_FULL), away=_true_if(_away(now)))
        none = {"second": Value(1), "full": Value(0), "away": Value(0)}
        others = Alias.objects.filter(address__in=keys).annotate(**none).values_list(*columns)
        for address, second, active, full, away in boxes.values_list(*columns).union(others, all=True):
            marks = {Mark.FULL} if full else set()
            marks |= {Mark.VACATION} if away else set()
            if address not in self._ends or not second:
                self._ends[address] = marks if active else {Mark.UNDELIVERABLE}

    def marks(self, targets: Collection[str]) -> set[Mark]:
        """What an alias with these targets has to be marked with."""
        return set().union(*(self._of(target) for target in targets))

    def _of(self, target: str) -> set[Mark]:
        name = target.rpartition("@")[2]
        if name not in self._homes:
            return {Mark.ELSEWHERE}
        if not self._homes[name][1]:
            return {Mark.UNDELIVERABLE}
        known = (self._ends[key] for key in self._keys(target) if key in self._ends)
        return next(known, {Mark.UNDELIVERABLE})

    def _keys(self, target: str) -> list[str]:
        """Under what the target may be known here, the first one wins."""
        local, _, name = target.rpartition("@")
        if name not in self._homes:
            return []
        home = self._homes[name][0]
        user, detail = split_detail(local)
        return [f"{local}@{home}", *([f"{user}@{home}"] if detail is not None else []), f"@{home}"]


def is_full(mailbox: Mailbox) -> bool:
    """Whether it is at one of its limits, as far as it was measured."""
    usage = getattr(mailbox, "usage", None)
    if usage is None:
        return False
    too_large = mailbox.quota > 0 and usage.size >= mailbox.quota
    return too_large or (mailbox.quota_messages > 0 and usage.messages >= mailbox.quota_messages)


def is_away(mailbox: Mailbox, now: datetime) -> bool:
    """Whether its vacation notice answers now."""
    vacation = getattr(mailbox, "vacation", None)
    if vacation is None or not vacation.active:
        return False
    return (vacation.starts is None or vacation.starts <= now) and (vacation.ends is None or now < vacation.ends)


def password_expired(mailbox: Mailbox, now: datetime) -> bool:
    """Whether its owner has to choose another password."""
    days = mailbox.domain.password_days
    return mailbox.must_change_password or (days is not None and now - mailbox.password_changed > timedelta(days=days))


def _of_mailbox(row: Mailbox, now: datetime) -> set[Mark]:
    told: Mapping[Mark, bool] = {
        Mark.DISABLED: not row.active or not row.domain.active,
        Mark.FULL: is_full(row),
        Mark.EXPIRED: password_expired(row, now),
        Mark.NO_SENDING: not row.smtp,
        Mark.VACATION: is_away(row, now),
    }
    return {mark for mark, holds in told.items() if holds}


def _of_targets(targets: Sequence[str], own: str, ends: Ends) -> set[Mark]:
    others = [target for target in targets if target != own]
    return {Mark.FORWARDS} | ends.marks(others) if others else set()


def _of_alias(row: Alias) -> set[Mark]:
    told = {
        Mark.DISABLED: not row.active or not row.domain.active,
        Mark.EXPIRES: row.expires is not None,
        Mark.OWN: row.owner_id is not None,
    }
    return {mark for mark, holds in told.items() if holds}


def _sorted(marks: Collection[Mark]) -> list[Mark]:
    return sorted(marks, key=_ORDER.index)


_FULL = Q(quota__gt=0, usage__size__gte=F("quota")) | Q(
    quota_messages__gt=0, usage__messages__gte=F("quota_messages")
)  # `is_full` in SQL


def _away(now: datetime) -> Q:
    """`is_away` in SQL."""
    begun = Q(vacation__starts=None) | Q(vacation__starts__lte=now)
    return Q(vacation__active=True) & begun & (Q(vacation__ends=None) | Q(vacation__ends__gt=now))


def _true_if(condition: Q) -> Case:
    return Case(When(condition, then=Value(1)), default=Value(0))

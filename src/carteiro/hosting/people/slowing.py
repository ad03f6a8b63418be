"""Tries that fail make the next ones wait, for an account from one network, for a network, for an account at all."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from carteiro.hosting.errors import Slowed
from carteiro.hosting.models import Failures
from carteiro.words import N_

FORGET = timedelta(hours=12)


@dataclass(frozen=True)
class Brake:
    """A counter of failures: `free` of them cost nothing, from then on the wait doubles up to `longest` seconds."""

    key: str
    free: int
    longest: int

    def wait(self, count: int) -> timedelta:
        """How long after so many failures the next try has to wait."""
        over = count - self.free
        return timedelta(seconds=min(2 ** min(over, 20), self.longest) if over >= 0 else 0)


def brakes(account: str, network: str, device: str = "") -> list[Brake]:
    """The counters of a try.

    Strangers who guess must not keep the owner out: what counts for the account as a whole holds up nobody for longer
    than half a minute, and a device on which the owner signed in before has a counter of its own instead.
    """
    if device:
        return [Brake(_key("device", device, account), 10, 900)]
    near = _near(network)
    return [
        Brake(_key("account-network", account, near), 5, 900),
        Brake(_key("network", near), 30, 900),
        Brake(_key("account", account), 50, 30),
    ]


def recovery_brakes(account: str, network: str) -> list[Brake]:
    """The counters of a forgotten password: strangers elsewhere do not keep the owner from asking."""
    near = _near(network)
    return [Brake(_key("recovery-account", account, near), 3, 900), Brake(_key("recovery", near), 10, 900)]


def second_factor_brakes(account: str) -> list[Brake]:
    """The counter of wrong codes: whoever tries them knows the password already."""
    return [Brake(_key("second-factor", account), 5, 900)]


def count(held: Sequence[Brake]) -> None:
    """Count a try as failed before it is known, so that many at once do not get through; see `forgive`.

    Raises Slowed for one that comes too early, and does not count that one.
    """
    now = timezone.now()
    keys = sorted(brake.key for brake in held)
    _make_rows(keys, now)
    with transaction.atomic():
        rows = Failures.objects.select_for_update().filter(key__in=keys).order_by("key")
        known = {row.key: row for row in rows if row.last > now - FORGET}
        waits = [known[each.key].last + each.wait(known[each.key].count) - now for each in held if each.key in known]
        longest = max(waits, default=timedelta())
        if longest > timedelta():
            raise slowed(longest)
        for each in held:
            failures = known[each.key].count if each.key in known else 0
            Failures.objects.update_or_create(key=each.key, defaults={"count": failures + 1, "last": now})


def _make_rows(keys: Sequence[str], now: datetime) -> None:
    """Only a row that is there can be locked; a transaction of its own, since two that insert the same would cross."""
    there = set(Failures.objects.filter(key__in=keys).values_list("key", flat=True))
    missing = [Failures(key=key, count=0, last=now) for key in keys if key not in there]
    Failures.objects.bulk_create(missing, ignore_conflicts=True)


def forgive(held: Sequence[Brake]) -> None:
    """The try was a good one: it is not counted, and the account's failures from there are forgotten."""
    own = held[0].key
    Failures.objects.filter(key=own).delete()
    others = [brake.key for brake in held[1:]]
    Failures.objects.filter(key__in=others, count__gt=0).update(count=F("count") - 1)


def forget_old() -> int:
    """Delete what counts no more; how many."""
    return Failures.objects.filter(last__lt=timezone.now() - FORGET).delete()[0]


def slowed(wait: timedelta) -> Slowed:
    """The refusal, in words."""
    seconds = max(1, int(wait.total_seconds()))
    if seconds < 90:
        return Slowed(N_("There were too many wrong tries."), N_("Try again in {seconds} seconds."), seconds=seconds)
    return Slowed(
        N_("There were too many wrong tries."), N_("Try again in {minutes} minutes."), minutes=-(-seconds // 60)
    )


def _near(network: str) -> str:
    """The address, or of IPv6 the /64 that one customer has (RFC 6177)."""
    try:
        address = ip_address(network)
    except ValueError:
        return "unknown"
    return str(address if address.version == 4 else ip_network((address, 64), strict=False))


def _key(kind: str, *parts: str) -> str:
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{kind}:{digest}"

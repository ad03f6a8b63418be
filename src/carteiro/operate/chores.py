"""What the worker does by the clock."""

import datetime
from collections.abc import Callable

from carteiro.host import run
from carteiro.hosting import bin as wastebin
from carteiro.hosting.access import Actor
from carteiro.jobs import queue as requests
from carteiro.operate import logs
from carteiro.operate.apply import apply, plan
from carteiro.operate.doveadm import doveadm
from carteiro.operate.instance import Instance

Chore = tuple[str, float, Callable[[], None]]

_MINUTE = 60.0
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


def due(instance: Instance) -> list[Chore]:
    """Name, seconds between two runs, and what to call."""
    chores: list[Chore] = [
        ("resolver", _MINUTE, lambda: follow_resolver(instance)),
        ("bin", _HOUR, purge_bin),
        ("logs", _HOUR, lambda: logs.rotate(instance)),
        ("old requests", _DAY, forget_requests),
    ]
    if instance.settings.mail.full_text_search:
        chores.append(("search index", _DAY, lambda: index_mail(instance)))
    return chores


def follow_resolver(instance: Instance) -> None:
    """The machine's resolver changed (another network, DHCP): let Postfix's daemons know.

    Where the settings ask for more than that, their owner has not applied them yet, and it is left to the owner.
    """
    fresh = Instance.open(instance.layout)
    if [change.path for change in plan(fresh).changes] == ["postfix/resolv.conf"]:
        apply(fresh, "resolver")


def purge_bin() -> None:
    """Let go of what was in the bin for its full term."""
    wastebin.purge_due(Actor.root(origin="worker"))


def forget_requests() -> None:
    """Requests that ended a month ago tell nobody anything."""
    requests.forget(datetime.timedelta(days=30))


def index_mail(instance: Instance) -> None:
    """Bring the search indexes up to date at leisure, so that a search finds little left to do."""
    run.run((*doveadm(instance), "index", "-A", "-q", "*"), timeout=_HOUR, accept=None)

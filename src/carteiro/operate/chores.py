"""What the worker does by the clock."""

import datetime
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle

from django.utils import timezone

from carteiro.host import facts, processes, run
from carteiro.host.supervise.control import Control
from carteiro.hosting import aliases
from carteiro.hosting.access import Actor
from carteiro.hosting.people import slowing
from carteiro.hosting.wastebin import bin as wastebin
from carteiro.jobs import queue as requests
from carteiro.operate import broadcasting, engines, logs, making, room, sieve
from carteiro.operate.apply import RolledBack, alone, apply, plan
from carteiro.operate.doveadm import doveadm
from carteiro.operate.fetching import Fetcher
from carteiro.operate.instance import Instance
from carteiro.stack.facts import Versions

log = logging.getLogger("carteiro.worker")

Chore = tuple[str, float, Callable[[], None]]

_MINUTE = 60.0
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


def due(instance: Instance) -> list[Chore]:
    """Name, seconds between two runs, and what to call."""
    parts, resolver, installed = cycle(range(room.PARTS)), Resolver(), instance.versions
    chores: list[Chore] = [
        ("room", _MINUTE / 2, lambda: room.look(instance, next(parts))),
        ("resolver", _MINUTE, lambda: resolver.follow(instance)),
        ("bin", _HOUR, purge_bin),
        ("aliases", _HOUR, remove_expired_aliases),
        ("logs", _HOUR, lambda: logs.rotate(instance)),
        ("updated programs", _HOUR, lambda: restart_updated(instance, installed)),
        ("certificate", _DAY, lambda: renew_certificate(instance)),
        ("old requests", _DAY, forget_requests),
        ("failures", _DAY, forget_failures),
        ("filters", 10 * _MINUTE, lambda: sieve.repair(instance)),
        ("external accounts", 5, Fetcher(instance).turn),
        ("broadcasts", 2, lambda: broadcasting.send_due(instance)),
    ]
    if instance.settings.mail.full_text_search:
        chores.append(("search index", _DAY, lambda: index_mail(instance)))
    return chores


class Resolver:
    """Follows the machine's resolver (another network, DHCP): Postfix's daemons have to know it."""

    def __init__(self) -> None:
        self._refused: tuple[str, ...] = ()
        self._patience = 0.0

    def follow(self, instance: Instance) -> None:
        """Where the settings ask for more than that, their owner has not applied them yet, and it is left to the owner.

        A host that does not answer with it, for that or another reason, is left alone for an hour.
        """
        fresh = Instance.open(instance.layout)
        known, wanted = facts.nameservers(fresh.layout.current / "postfix" / "resolv.conf"), fresh.facts.nameservers
        if known == wanted or (wanted == self._refused and time.monotonic() < self._patience):
            return
        if not plan(replace(fresh, nameservers=known)).empty:
            return
        try:
            apply(fresh, "resolver")
        except RolledBack:
            self._refused, self._patience = wanted, time.monotonic() + _HOUR
            raise


def restart_updated(instance: Instance, installed: Versions) -> None:
    """Debian's security updates restart Debian's own services; ours go on with the old code until we do it.

    Not while another release of Debian or of an engine is there than was `installed` when we started: that wants
    another program and another configuration. And not the worker, who does it; it serves no network itself.
    """
    if Instance.open(instance.layout).versions != installed:
        return
    supervisor = Control(instance.layout.supervisor_socket)
    with alone(instance):
        for program in supervisor.programs():
            if program.name != "worker" and processes.outdated(program.process_id):
                log.warning("%s is restarted: what it runs was updated", program.name)
                supervisor.restart(program.name)


def renew_certificate(instance: Instance) -> None:
    """The private authority's certificate comes to its end like any other."""
    if making.certificates(Instance.open(instance.layout)):
        engines.reload(instance)


def purge_bin() -> None:
    """Let go of what was in the bin for its full term."""
    wastebin.purge_due(Actor.root(origin="worker"))


def remove_expired_aliases() -> None:
    """Addresses that were left behind for a term stop standing for the new ones."""
    aliases.remove_expired(Actor.root(origin="worker"), timezone.now())


def forget_requests() -> None:
    """Requests that ended a month ago tell nobody anything."""
    requests.forget(datetime.timedelta(days=30))


def forget_failures() -> None:
    """Wrong passwords of long ago slow nobody."""
    slowing.forget_old()


def index_mail(instance: Instance) -> None:
    """Bring the search indexes up to date at leisure, so that a search finds little left to do."""
    run.run((*doveadm(instance), "index", "-A", "-q", "*"), timeout=_HOUR, accept=None)

"""The directory as the machine's side sees it: follow the accounts, compare, make anew."""

import logging
import signal
import threading
import time

from carteiro import directory
from carteiro.clients import auth_cache
from carteiro.directory import Difference, Progress
from carteiro.host import users
from carteiro.host.bell import Bell
from carteiro.hosting import requests
from carteiro.hosting.database import configure
from carteiro.hosting.errors import DatabaseFault
from carteiro.operate import accounts
from carteiro.operate.instance import Instance
from carteiro.words import Fault

log = logging.getLogger("carteiro.projector")

_AGAIN_SECONDS = 2.0


def follow(instance: Instance) -> None:
    """Bring every change into the directory until the process is told to stop."""
    # Once as root: it loads every module that is needed later.
    begin(instance)
    bell = Bell(instance.layout.projector_socket, lambda: _catch_up(instance), users.CONTROL)
    users.become(users.CONTROL)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with bell.hung():
        directory.follow(instance.layout, stopped, lambda what: told(instance, what))


def begin(instance: Instance) -> None:
    """Catch up, or wait for an accounts database that is away; mail goes on with the directory as it is."""
    accounts.configure_for(instance)
    held = directory.hold(instance.layout)
    told = ""
    while True:
        try:
            if told:  # it was away when the instance was made ready, too
                configure.migrate()
            return accounts.follow(instance, directory.catch_up(instance.layout))
        except DatabaseFault as fault:
            if str(fault) != told:
                _report(fault)
            told = str(fault)
        time.sleep(_AGAIN_SECONDS)
        held.refresh()


def check(instance: Instance) -> list[Difference]:
    """How the directory differs from the accounts."""
    accounts.configure_for(instance)
    return directory.check(instance.layout)


def rebuild(instance: Instance) -> None:
    """Make the directory anew from the accounts."""
    accounts.configure_for(instance)
    accounts.follow(instance, directory.rebuild(instance.layout))


def _catch_up(instance: Instance) -> None:
    """For whoever rings: every change that was there before is in the directory when this is over."""
    configure.refresh()
    # Also where nothing was left to do: whoever did it may not have come to the cache yet.
    told(instance, directory.catch_up(instance.layout))


def told(instance: Instance, what: Progress | Fault) -> None:
    """Note what was done for the directory, and have Dovecot forget what it remembers of it."""
    _report(what)
    if isinstance(what, Progress):
        try:
            auth_cache.clear(instance.layout.dovecot_auth_socket)
        except Fault as fault:  # what it keeps it keeps for some seconds only
            _report(fault)


def _report(what: Progress | Fault) -> None:
    if isinstance(what, Fault):
        log.error("%s", what)
    elif what.swapped:
        log.warning("the directory was damaged and has been made anew")
        # The projector is not root and can't tell the engines itself.
        requests.record(requests.ReloadEngines())

"""The accounts as the machine's owner opens them: changes are live in the engines before the door closes."""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from carteiro import directory
from carteiro.clients import auth_cache, bell
from carteiro.directory import Progress
from carteiro.hosting import doings
from carteiro.hosting.access import Actor
from carteiro.hosting.database import configure
from carteiro.operate import engines
from carteiro.operate.instance import Instance
from carteiro.words import Fault

_WORKER_SECONDS = 2.0


def configure_for(instance: Instance) -> None:
    """Make the instance's accounts database the one of this process."""
    configure.setup(
        instance.layout,
        instance.settings.database,
        default_quota=instance.settings.mail.default_quota,
        bin_days=instance.settings.mail.bin_days,
    )


@contextmanager
def opened(instance: Instance) -> Iterator[Actor]:
    """Open the accounts database as the command line's actor, and project what was changed."""
    configure_for(instance)
    with doings.watched() as done:
        yield Actor.root(origin=f"cli by {_who()}")
    follow(instance, directory.catch_up(instance.layout))
    if done.requested:
        with suppress(Fault):  # it does not run, or takes its time: it will look by itself
            bell.ring(instance.layout.worker_socket, _WORKER_SECONDS)


def follow(instance: Instance, progress: Progress) -> None:
    """Let engines that run see the directory as it is now; where it was replaced they must open its new file."""
    if progress.swapped:
        engines.reload(instance)
    with suppress(Fault):  # what it keeps it keeps for some seconds only
        auth_cache.clear(instance.layout.dovecot_auth_socket)


def _who() -> str:
    """The person behind sudo if there is one, for the audit log."""
    return os.environ.get("SUDO_USER") or pwd.getpwuid(os.getuid()).pw_name

"""While the accounts move to another database nothing changes them; whoever wants to is told at once.

The mover keeps a file of the instance locked (flock(2)) as long as it lives; the lock goes with it, however it ends.
"""

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from carteiro.hosting.errors import DatabaseFault
from carteiro.settings import load
from carteiro.settings.database import Location
from carteiro.settings.layout import Layout
from carteiro.words import N_, Fault


def file_of(layout: Layout) -> Path:
    """The file that the mover makes, locks and takes away in the end."""
    return layout.run / "database-move"


def fault(layout: Layout, location: Location) -> DatabaseFault | None:
    """Why nothing may be changed now in the database at `location`; None where nothing stands against it."""
    try:
        descriptor = os.open(file_of(layout), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return DatabaseFault(
            N_("The accounts are on their way to another database; nothing can be changed meanwhile."),
            N_("Try again in some minutes. Mail and log-in go on."),
        )
    finally:
        os.close(descriptor)
    return _left_behind(layout, location)


def _left_behind(layout: Layout, location: Location) -> DatabaseFault | None:
    """The mover was killed, maybe just after it named the other database in the settings."""
    with suppress(Fault):
        if load.load(layout).database != location.text:
            return DatabaseFault(
                N_("The accounts were moved to another database, and this program does not know it yet."),
                N_("Run 'carteiro apply' as root. Mail and log-in go on."),
            )
    return None

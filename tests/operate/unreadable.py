"""Follows the accounts as the projector does once it is root no more; prints what of the program was loaded since.

A process of its own: `python -m tests.operate.unreadable DIRECTORY`.
"""

import sys
from pathlib import Path

from carteiro.hosting.database import configure

configure.prepare()

from carteiro import directory  # noqa: E402
from carteiro.directory import Progress  # noqa: E402
from carteiro.hosting import domains  # noqa: E402
from carteiro.hosting.access import Actor  # noqa: E402
from carteiro.operate import projecting  # noqa: E402
from carteiro.operate.instance import Instance  # noqa: E402
from carteiro.settings.layout import Layout  # noqa: E402
from carteiro.settings.schema import Settings  # noqa: E402
from tests.unreadable import Watch  # noqa: E402


def main(place: Path) -> None:
    """A change, and a file that is damaged."""
    layout = Layout.below(place)
    instance = Instance(layout, Settings(hostname="mail.carteiro.test"))
    configure.setup(layout)
    configure.migrate()
    projecting.begin(instance)
    watch = Watch()
    domains.add(Actor.root(origin="test"), "example.org")
    assert directory.catch_up(layout).changes
    projecting.told(instance, Progress(changes=1))
    layout.directory_database.write_bytes(b"no database")
    built = directory.catch_up(layout)
    assert built.swapped
    projecting.told(instance, built)
    print(*watch.loaded, "done", sep="\n")


main(Path(sys.argv[1]))

"""A folder that is no more at the source."""

import sqlite3
from collections.abc import Iterable, Iterator

from carteiro.importers.maildirs import names
from carteiro.importers.maildirs.places import Place
from carteiro.importers.maildirs.source import Brought, Numbers, Refuse, Wanted


class Nothing:
    """It has no messages; what was brought from it goes."""

    def __init__(self, directory: str) -> None:
        self.levels = names.levels(directory)
        self.name = names.path(self.levels)

    def scan(self, pad: sqlite3.Connection, refuse: Refuse) -> Numbers:
        """Nothing to tell."""
        return Numbers()

    def bring(self, wanted: Iterable[Wanted], tmp: Place, owner: tuple[int, int], refuse: Refuse) -> Iterator[Brought]:
        """Nothing to fetch."""
        return iter(())

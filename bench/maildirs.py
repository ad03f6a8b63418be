"""How many messages are in the Maildirs: what counts as stored."""

import os
from pathlib import Path


class Maildirs:
    """The directories `new` and `cur` below a place, looked for once, so that counting is cheap."""

    def __init__(self, top: Path) -> None:
        self._directories = [directory for directory, _, _ in os.walk(top) if directory.endswith(("/new", "/cur"))]

    def count(self) -> int:
        """All messages in them."""
        return sum(len(list(os.scandir(directory))) for directory in self._directories)

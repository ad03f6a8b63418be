"""What of the program a process loads late: its daemons, root no more, may not be able to read a clone."""

import sys
from pathlib import Path
from typing import Any

import carteiro

PROGRAM = (sys.prefix, str(Path(carteiro.__file__).parents[2]))


class Watch:
    """Notes from here on what is opened and imported (sys.addaudithook)."""

    def __init__(self) -> None:
        self._files: set[str] = set()
        self._modules: set[str] = set()
        sys.addaudithook(self._note)

    def _note(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "import":
            self._modules.add(str(arguments[0]))
        # Sources are read for a traceback, which can do without them, or by an import.
        elif event == "open" and str(arguments[0]).startswith(PROGRAM) and not str(arguments[0]).endswith(".py"):
            self._files.add(str(arguments[0]))

    @property
    def loaded(self) -> list[str]:
        """The program's own among them; what is not there at all can be looked for in vain by anybody."""
        modules = {getattr(sys.modules.get(name), "__file__", None) or "" for name in self._modules}
        return sorted(self._files | {file for file in modules if file.startswith(PROGRAM)})

"""What each service last loaded; the measure of "changed", since a file on disk may never have been read."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from carteiro.host import files
from carteiro.operate.generations import digest
from carteiro.settings.layout import Layout
from carteiro.stack.tree import Service


@dataclass(frozen=True)
class Loaded:
    """A service's part of the generation that it loaded, and what only a restart changes, as a text."""

    digest: str
    restart: str


class LoadedRecord:
    """`run/loaded.json`: gone with the run directory, when nothing is loaded either."""

    def __init__(self, layout: Layout) -> None:
        self._file = layout.run / "loaded.json"

    def read(self) -> dict[str, Loaded]:
        """What is known; a missing or cut record means that nothing is."""
        try:
            return {name: Loaded(**entry) for name, entry in json.loads(self._file.read_text()).items()}
        except (FileNotFoundError, ValueError, TypeError):
            return {}

    def forget(self, services: tuple[Service, ...]) -> None:
        """From now on nobody knows what these have loaded, so that a failure half-way leads to a restart."""
        known = self.read()
        for service in services:
            known.pop(service.name, None)
        self._write(known)

    def note(self, services: tuple[Service, ...], generation: Path) -> None:
        """These services have just loaded that generation."""
        known = self.read()
        known |= {service.name: Loaded(digest(generation, service), service.restart) for service in services}
        self._write(known)

    def _write(self, known: dict[str, Loaded]) -> None:
        files.write(self._file, json.dumps({name: asdict(entry) for name, entry in known.items()}).encode(), mode=0o644)


def action(service: Service, generation: Path, loaded: dict[str, Loaded]) -> str:
    """What a service needs for that generation: "none", "reload" or "restart"."""
    before = loaded.get(service.name)
    if before is None or before.restart != service.restart:
        return "restart"
    if before.digest == digest(generation, service):
        return "none"
    return "reload" if service.reload else "restart"

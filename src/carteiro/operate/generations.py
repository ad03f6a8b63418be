"""The numbered renderings of the engines' configuration, and the link that says which one runs."""

import datetime
import difflib
import hashlib
import json
import os
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from carteiro.host import files
from carteiro.settings.layout import Layout
from carteiro.stack.tree import File, Probe, Service, Stack
from carteiro.words import N_, Fault

_MANIFEST = "manifest.json"
_FOR_ALL = 0o004
_DEMANDS = "demands.json"


@dataclass(frozen=True)
class Manifest:
    """What a generation is: its number, when it was made (ISO 8601, UTC), why, and which one ran before it."""

    number: int
    made_at: str
    reason: str
    before: int | None = None


@dataclass(frozen=True)
class Demands:
    """What a generation asks of those who load it, kept with it: the settings may say something else by then.

    `restart`: service → the text of what only a restart changes; `probes`: what must answer.
    """

    restart: dict[str, str]
    probes: tuple[Probe, ...]


@dataclass(frozen=True)
class FileChange:
    """One file that a new generation would add, remove or change; `diff` is in unified form."""

    path: str
    kind: str
    diff: str


class Generations:
    """The generations of one instance."""

    def __init__(self, layout: Layout) -> None:
        self._directory = layout.generations
        self._current = layout.current

    def path(self, number: int) -> Path:
        """Where a generation's files are."""
        return self._directory / f"{number:04d}"

    def numbers(self) -> list[int]:
        """All complete generations, oldest first."""
        if not self._directory.is_dir():
            return []
        return sorted(
            int(entry.name)
            for entry in self._directory.iterdir()
            if entry.name.isdigit() and (entry / _MANIFEST).exists()
        )

    def current(self) -> int | None:
        """The generation that the link names, or None before the first."""
        if not self._current.is_symlink():
            return None
        return int(self._current.readlink().name)

    def manifest(self, number: int) -> Manifest:
        """What that generation says of itself."""
        try:
            return Manifest(**json.loads((self.path(number) / _MANIFEST).read_text()))
        except FileNotFoundError:
            raise Fault(
                N_("There is no generation {number}."),
                N_("`carteiro history` lists those that there are."),
                code="not_found",
                number=number,
            ) from None

    def demands(self, number: int) -> Demands:
        """What that generation asks of those who load it."""
        told = json.loads((self.path(number) / _DEMANDS).read_text())
        return Demands(told["restart"], tuple(Probe(**probe) for probe in told["probes"]))

    def stage(self, stack: Stack, reason: str) -> int:
        """Write a new generation beside the others; nothing uses it yet."""
        number = max(self.numbers(), default=0) + 1
        made_at = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        manifest = Manifest(number, made_at, reason, self.current())
        record = File(_MANIFEST, json.dumps(asdict(manifest)).encode())
        files.write_tree(self.path(number), [*_rendered(stack), record])
        _age(self.path(number))
        return number

    def discard(self, number: int) -> None:
        """Remove a staged generation that turned out bad."""
        shutil.rmtree(self.path(number), ignore_errors=True)

    def switch(self, number: int) -> None:
        """Let the link name that generation, in one step."""
        files.switch(self._current, self.path(number))

    def prune(self, keep: int = 20) -> None:
        """Remove the oldest beyond `keep`; never the current one, nor the one that ran before it."""
        current = self.current()
        spared = set() if current is None else {current, self.manifest(current).before}
        for number in self.numbers()[:-keep]:
            if number not in spared:
                self.discard(number)

    def changes(self, stack: Stack) -> list[FileChange]:
        """How a rendering differs from the current generation."""
        number = self.current()
        before = _contents(self.path(number)) if number is not None else {}
        rendered = _rendered(stack)
        after = {file.path: file.content for file in rendered}
        secret = {file.path for file in rendered if not file.mode & _FOR_ALL}
        if number is not None:
            secret |= {path for path in before if not (self.path(number) / path).stat().st_mode & _FOR_ALL}
        return [
            _change(path, before.get(path), after.get(path), secret=path in secret)
            for path in sorted(_differing(before, after))
        ]


def _age(directory: Path) -> None:
    """Postfix waits up to two seconds for a table file that was written just now, in case it still grows (dict_open).

    Ours were complete before they had this name.
    """
    moment = time.time() - 60
    for path in directory.rglob("*"):
        os.utime(path, (moment, moment))


def _rendered(stack: Stack) -> tuple[File, ...]:
    demands = Demands({service.name: service.restart for service in stack.services}, stack.probes)
    return (*stack.files, File(_DEMANDS, json.dumps(asdict(demands), indent=1).encode()))


def digest(generation: Path, service: Service) -> str:
    """What a service reads of a generation, as one hash."""
    contents = _contents(generation)
    concerned = [path for path in sorted(contents) if path.startswith(service.files)] if service.files else []
    total = hashlib.sha256()
    for path in concerned:
        total.update(path.encode() + b"\0" + hashlib.sha256(contents[path]).digest())
    return total.hexdigest()


def _contents(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file() and path.name != _MANIFEST
    }


def _differing(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def _change(path: str, before: bytes | None, after: bytes | None, *, secret: bool) -> FileChange:
    kind = "added" if before is None else "removed" if after is None else "changed"
    if secret:
        return FileChange(path, kind, "(not for everybody's eyes, and so not shown)\n")
    lines = difflib.unified_diff(_lines(before), _lines(after), f"a/{path}", f"b/{path}")
    return FileChange(path, kind, "".join(lines))


def _lines(content: bytes | None) -> list[str]:
    return (content or b"").decode(errors="replace").splitlines(keepends=True)

"""The accounts into another database, while mail flows: copy, compare, switch; a failure leaves all as it was."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import tomlkit

from carteiro.host import files
from carteiro.hosting import feed
from carteiro.hosting.database import configure, copying, embedded, servers, standstill
from carteiro.operate import accounts
from carteiro.operate.apply import apply, plan
from carteiro.operate.instance import Instance
from carteiro.settings import load
from carteiro.settings.database import Location, parse_location
from carteiro.words import N_, Fault

_LONG_SECONDS = 3600.0

Told = Callable[[str, int, int], None]
"""Hears the step (copy, verify, switch), how much of it is done, and of how much."""


@dataclass(frozen=True)
class Moved:
    """What a move did: table → how many rows, and where the accounts were and are."""

    rows: dict[str, int]
    before: str
    now: str


@dataclass(frozen=True)
class Shown:
    """The accounts database, for people. `size` is in bytes."""

    kind: str
    version: str
    place: str
    size: int
    number: int
    identity: str


def show(instance: Instance) -> Shown:
    """What the accounts database is. Raises Fault where it can't be asked."""
    accounts.configure_for(instance)
    location = configure.location()
    head = feed.head()
    place = str(embedded.file_of(instance.layout, location)) if location.kind == "sqlite" else location.shown()
    return Shown(location.kind, servers.version("default"), place, servers.size("default"), head.number, head.identity)


def move(instance: Instance, url: str, told: Told) -> Moved:
    """Move the accounts to the database at `url`. Raises Fault, and then they are where they were."""
    target = parse_location(url)
    source = parse_location(instance.settings.database)
    if _same(instance, source, target):
        raise Fault(N_("The accounts are in that database already."), N_("Name another one."), code="conflict")
    _require_applied(instance)
    with _writers_held_off(instance):
        try:
            sums = _copied(instance, source, target, told)
            told("switch", 0, 1)
            _switch(instance, target)
        finally:
            configure.drop(copying.SOURCE)
            configure.drop(copying.TARGET)
        told("switch", 1, 1)
    return Moved({table: each.count for table, each in sums.items()}, source.shown(), target.shown())


def _same(instance: Instance, one: Location, other: Location) -> bool:
    if one.kind == other.kind == "sqlite":
        return embedded.file_of(instance.layout, one) == embedded.file_of(instance.layout, other)
    places = [(each.kind, each.host, each.port, each.socket, each.name) for each in (one, other)]
    return places[0] == places[1]


def _require_applied(instance: Instance) -> None:
    """The switch applies the settings: nothing else may come along that nobody asked for."""
    if not plan(instance).empty:
        raise Fault(
            N_("There are changes in the settings that are not applied yet."),
            N_("Run 'carteiro plan' and 'carteiro apply' first, then this again."),
            code="conflict",
        )


@contextmanager
def _writers_held_off(instance: Instance) -> Iterator[None]:
    """From here on whoever wants to change accounts is refused, in words, as long as this process is in here."""
    path = standstill.file_of(instance.layout)
    files.make_directory(path.parent)  # which goes with a host that is stopped
    try:
        descriptor = files.lock(path)
    except Fault as fault:
        if fault.code != "locked":
            raise
        raise Fault(
            N_("Another move is under way, as process {process}."),
            N_("Wait until it is done."),
            code="locked",
            process=fault.values["process"],
        ) from None
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def _copied(instance: Instance, source: Location, target: Location, told: Told) -> dict[str, copying.Sum]:
    layout = instance.layout
    accounts.configure_for(instance)
    configure.use(copying.SOURCE, layout, source, seconds=_LONG_SECONDS)
    if target.kind == "sqlite":
        embedded.make(layout, target)
    configure.use(copying.TARGET, layout, target, seconds=_LONG_SECONDS)
    return copying.transfer(feed.head().identity, told)


def _switch(instance: Instance, target: Location) -> None:
    """Name the new database in the settings and let everything follow, or go back."""
    path = instance.layout.settings_file
    before = path.read_bytes()
    mode = path.stat().st_mode & 0o7777
    document = tomlkit.parse(before.decode())
    document["database"] = target.text
    load.load_text(tomlkit.dumps(document), str(path))
    try:
        files.write(path, tomlkit.dumps(document).encode(), mode=mode)
        apply(Instance.open(instance.layout), "database move")
    except (Fault, OSError):
        files.write(path, before, mode=mode)
        apply(Instance.open(instance.layout), "database move taken back")
        raise

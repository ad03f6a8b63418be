"""What is here and what is remembered, read once before the plan is compared with it."""

import secrets
from pathlib import Path

from carteiro.host import files
from carteiro.hosting.access import Actor
from carteiro.hosting.imports import imported, standing
from carteiro.hosting.imports.imported import Memory
from carteiro.importers.planning.desk import Kind
from carteiro.importers.planning.steps import Key, State
from carteiro.importers.shelf import Shelf

LOG = "log"
"""The kind under which it is remembered how far the log was told."""


def state_of(actor: Actor, source: str, key_file: Path) -> State:
    """The state for an import from the host of that name."""
    here: Shelf[Key, str] = Shelf(_told, _key)
    for kind in Kind:
        for key, values in standing.all_(actor, kind.value):
            here[kind, key] = imported.digest(values)
    memory: Shelf[Key, Memory] = Shelf(_told, _key)
    for told, key, each in imported.recall(actor, source):
        if told != LOG:
            memory[Kind(told), key] = each
    return State(source, here, memory, _pepper(key_file))


def unread(source: str, key_file: Path) -> State:
    """As `state_of`, for who asks neither what is here nor what is remembered."""
    return State(source, {}, {}, _pepper(key_file))


def _told(key: Key) -> str:
    return f"{key[0]}\n{key[1]}"


def _key(told: str) -> Key:
    kind, _, key = told.partition("\n")
    return Kind(kind), key


def _pepper(key_file: Path) -> bytes:
    """The key for digests of secrets; made at the first import."""
    if not key_file.exists():
        files.write(key_file, secrets.token_bytes(32), mode=0o600)
    return key_file.read_bytes()

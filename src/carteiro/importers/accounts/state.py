"""What is here and what is remembered, read once before the plan is compared with it."""

import secrets
from pathlib import Path

from carteiro.host import files
from carteiro.hosting.access import Actor
from carteiro.hosting.imports import imported, standing
from carteiro.importers.planning.desk import Kind
from carteiro.importers.planning.steps import State

LOG = "log"
"""The kind under which it is remembered how far the log was told."""


def state_of(actor: Actor, source: str, key_file: Path) -> State:
    """The state for an import from the host of that name; digests alone are held, so that many things need little."""
    here = {(kind, key): imported.digest(values) for kind in Kind for key, values in standing.all_(actor, kind.value)}
    told = imported.recall(actor, source)
    memory = {(Kind(kind), key): each for (kind, key), each in told.items() if kind != LOG}
    return State(source, here, memory, _pepper(key_file))


def _pepper(key_file: Path) -> bytes:
    """The key for digests of secrets; made at the first import."""
    if not key_file.exists():
        files.write(key_file, secrets.token_bytes(32), mode=0o600)
    return key_file.read_bytes()

"""The YAML files of an export."""

from pathlib import Path
from typing import Any

import yaml

from carteiro.host import files
from carteiro.words import N_, Fault

_MOST = 16_000_000  # bytes


def read(path: Path) -> dict[str, Any]:
    """What a file tells. Raises Fault."""
    try:
        if path.stat().st_size > _MOST:
            raise Fault(N_("{path} is too large."), path=path)
        content = yaml.safe_load(path.read_text())
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise Fault(
            N_("{path} can't be read: {reason}."),
            N_("Name a directory that `carteiro export` has written."),
            code="unreadable",
            path=path,
            reason=reason,
        ) from error
    if not isinstance(content, dict):
        raise Fault(N_("{path} tells of nothing."), N_("Take the file as it was exported."), path=path)
    return content


def write(path: Path, content: dict[str, Any]) -> None:
    """Write a file anew, for its owner alone. Raises `Unwritable`."""
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, default_flow_style=False)
    files.write(path, text.encode(), mode=0o600)

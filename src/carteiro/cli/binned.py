"""What is said of something that went into the bin."""

from typing import TYPE_CHECKING

from carteiro.cli import show
from carteiro.words import N_

if TYPE_CHECKING:
    from carteiro.hosting.models import Binned


def tell(row: "Binned", command: str, *, json: bool) -> None:
    """Until when it stays there, and how it is brought back."""
    until = row.purge_after.date().isoformat()
    show.done(
        {"kind": row.kind, "key": row.key, "removed_at": row.removed_at, "purge_after": row.purge_after},
        N_("{key} is in the bin until {until}; `carteiro {command} restore {key}` brings it back."),
        json=json,
        key=row.key,
        until=until,
        command=command,
    )

"""What is said of something that went into the bin."""

from typing import TYPE_CHECKING, Any

from carteiro.cli import show
from carteiro.words import N_

if TYPE_CHECKING:
    from carteiro.hosting.models import Binned


def record(row: "Binned") -> dict[str, Any]:
    """What can be read of it; its kind is the noun of the command that brings it back."""
    told = row.record()
    kind = "grant" if told["kind"] == "sender_grant" else told["kind"].replace("_", "-")
    return {**told, "kind": kind}


def tell(row: "Binned", *, json: bool) -> None:
    """Until when it stays there, and how it is brought back."""
    told = record(row)
    show.done(
        told,
        N_("{key} is in the bin until {until}; `carteiro {command} restore {key}` brings it back."),
        json=json,
        key=row.key,
        until=row.purge_after.date().isoformat(),
        command=told["kind"],
    )

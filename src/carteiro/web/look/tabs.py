"""Pages that stand beside each other."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Tab:
    """One of them."""

    label: str | Promise
    url: str
    current: bool = False
    count: int | None = None

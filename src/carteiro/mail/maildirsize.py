"""The file in which a Maildir keeps the sum of what it holds.

https://www.courier-mta.org/imap/README.maildirquota.html ("maildirsize").
"""

import re
from dataclasses import dataclass

_CHANGE = re.compile(rb"(-?[0-9]{1,19}) (-?[0-9]{1,19})")


@dataclass(frozen=True)
class Usage:
    """What a mailbox holds."""

    size: int  # bytes
    messages: int


def parse_maildirsize(content: bytes) -> Usage | None:
    """The sum of all changes in the file; None where it says nothing that could be relied on."""
    _, *lines = content.splitlines() or [b""]
    changes = [_CHANGE.fullmatch(line.rstrip()) for line in lines]
    if not changes:
        return None
    size = messages = 0
    for change in changes:
        if change is None:
            return None
        size += int(change[1])
        messages += int(change[2])
    return Usage(size, messages) if size >= 0 and messages >= 0 else None

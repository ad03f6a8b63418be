"""What Courier keeps beside the messages: UIDs, keywords, POP3's own numbers, subscriptions.

Its readers of these files, libs/imap/imapscanclient.c, libs/maildir/maildirkeywords2.c and libs/imap/pop3dserver.c,
are the only description.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from carteiro.importers.maildirs.places import Place

UID_FILE = "courierimapuiddb"
POP3_FILE = "courierpop3dsizelist"
SUBSCRIPTIONS = "courierimapsubscribed"
KEYWORDS = "courierimapkeywords"

_MOST = 2**32 - 1
_HEADER = re.compile(rb"1 ([0-9]{1,10}) ([0-9]{1,10})")
_LINE = re.compile(rb"([0-9]{1,10}) (.+)")
_POP3_HEADER = re.compile(rb"/([0-9]+) ([0-9]+)(?: ([0-9]+))?")
_POP3_LINE = re.compile(rb"(.+) [0-9]+ ([0-9]+)(?::([0-9]+)(?::[0-9]+)?)?")
_AGED = re.compile(r"\.([0-9]+)\.(.+)")
# Written out as "+xx" in a UIDL that is the name of the file.
_UNSAFE = re.compile(rb"[^\x21-\x7e]|['\"+]")


@dataclass
class Uids:
    """A folder's UIDVALIDITY and UIDNEXT; both 0 when the file is missing or can't be read."""

    validity: int = 0
    next: int = 0
    broken: list[int] = field(default_factory=list)  # lines that say nothing; the first is line 1


def base(name: bytes) -> bytes:
    """The part of a message file's name that stays when flags change."""
    return name.rpartition(b":")[0] or name


def uids(place: Place, head: Uids) -> Iterator[tuple[bytes, int]]:
    """The base names of a folder with their UIDs; what the first line says goes into `head`."""
    for number, line in enumerate(place.lines(UID_FILE), 1):
        told = (_HEADER if number == 1 else _LINE).fullmatch(line)
        if told is None or int(told[1]) > _MOST or (number > 1 and int(told[1]) == 0):
            head.broken.append(number)
            if number == 1:
                # Courier begins anew, too.
                return
        elif number == 1:
            head.validity, head.next = int(told[1]), int(told[2])
        else:
            yield told[2], int(told[1])


def uidls(place: Place) -> Iterator[tuple[bytes, str]]:
    """The base names of the inbox with their UIDLs as POP3 gave them out."""
    version = 0
    for number, line in enumerate(place.lines(POP3_FILE), 1):
        if number == 1:
            head = _POP3_HEADER.fullmatch(line)
            version = int(head[1]) if head else 0
            if version not in (2, 3):
                return
        elif told := _POP3_LINE.fullmatch(line):
            name, uid, validity = base(told[1]), int(told[2]), int(told[3] or 0)
            yield name, _uidl(name, uid, validity)


def _uidl(name: bytes, uid: int, validity: int) -> str:
    if not uid:
        return _UNSAFE.sub(lambda byte: b"+%02X" % byte[0][0], name).decode("ascii")
    return f"UID{uid}-{validity}" if validity else f"UID{uid}"


def keywords(place: Place) -> Iterator[tuple[bytes, frozenset[str]]]:
    """The base names of a folder with their keywords; what comes later takes the place of what came before."""
    with place.inside(KEYWORDS) as kept:
        yield from _listed(kept)
        # A change lies in a file of its own until it is some minutes old; that without an age is the newest.
        changes: dict[str, tuple[int, str]] = {}
        for entry in kept.entries():
            if entry.name.startswith(":"):
                continue
            aged = _AGED.fullmatch(entry.name)
            age, name = (int(aged[1]), aged[2]) if aged else (_MOST * _MOST, entry.name)
            if not name.startswith(".") and changes.get(name, (-1, ""))[0] < age:
                changes[name] = (age, entry.name)
        for name, (_, file) in changes.items():
            words = (line for line in kept.lines(file))
            yield name.encode("utf-8", "surrogateescape"), frozenset(_word(word) for word in words if word)


def _listed(kept: Place) -> Iterator[tuple[bytes, frozenset[str]]]:
    names: list[str] = []
    lines = kept.lines(":list")
    for line in lines:
        if not line:
            break
        names.append(_word(line))
    for line in lines:
        name, _, numbers = line.rpartition(b":")
        told = [int(number) for number in numbers.split() if number.isdigit()]
        yield name, frozenset(names[number] for number in told if number < len(names))


def _word(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def subscriptions(place: Place) -> Iterator[tuple[str, ...]]:
    """The folders that a client has subscribed to, level by level, as they are on the disk; () is the inbox."""
    for line in place.lines(SUBSCRIPTIONS):
        levels = line.decode("utf-8", "surrogateescape").split(".")
        if levels[0].upper() == "INBOX":
            yield tuple(levels[1:])

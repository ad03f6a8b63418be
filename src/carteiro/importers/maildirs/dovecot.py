"""What Dovecot keeps beside the messages of a Maildir: dovecot-uidlist, dovecot-keywords, subscriptions.

https://doc.dovecot.org/2.3/admin_manual/mailbox_formats/maildir/ ("IMAP UID mapping", "IMAP keywords").
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from carteiro.importers.maildirs.places import Place

UID_FILE = "dovecot-uidlist"
KEYWORDS = "dovecot-keywords"
SUBSCRIPTIONS = "subscriptions"
MOST_KEYWORDS = 26  # the letters a to z in the names of the files

_MOST = 2**32 - 1
_VERSION_3 = re.compile(rb"3((?: [A-Z][^ ]*)*)")
_VERSION_1 = re.compile(rb"1 ([0-9]{1,10}) ([0-9]{1,10})")
_LINE = re.compile(rb"([0-9]{1,10})((?: [A-Z][^ ]*)*) :?([^ ].*)")
_KEYWORD = re.compile(r"([0-9]{1,2}) (.+)")


@dataclass
class Uids:
    """A folder's UIDVALIDITY, UIDNEXT and GUID; 0 and "" when the file is missing or can't be read."""

    validity: int = 0
    next: int = 0
    guid: str = ""
    broken: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Listed:
    """A message of the list: `fields` are those that follow the UID, a letter and its value each."""

    uid: int
    base: bytes
    fields: tuple[bytes, ...] = ()

    @property
    def uidl(self) -> str:
        """The UIDL that POP3 gives out in place of the one made from the UID; "" for none."""
        return next((value[1:].decode("utf-8", "replace") for value in self.fields if value[:1] == b"P"), "")


def uids(place: Place, head: Uids) -> Iterator[Listed]:
    """The messages of a folder's list; what the first line says goes into `head`."""
    for number, line in enumerate(place.lines(UID_FILE), 1):
        if number == 1:
            if not _read_head(line, head):
                head.broken.append(number)
                return
            continue
        told = _LINE.fullmatch(line)
        if told is None or not 0 < int(told[1]) <= _MOST:
            head.broken.append(number)
            continue
        uid = int(told[1])
        head.next = max(head.next, uid + 1)
        yield Listed(uid, told[3].rpartition(b":")[0] or told[3], tuple(told[2].split()))


def _read_head(line: bytes, head: Uids) -> bool:
    if old := _VERSION_1.fullmatch(line):
        head.validity, head.next = int(old[1]), int(old[2])
        return True
    told = _VERSION_3.fullmatch(line)
    if told is None:
        return False
    values = {value[:1]: value[1:] for value in told[1].split()}
    if not values.get(b"V", b"").isdigit() or not values.get(b"N", b"").isdigit():
        return False
    head.validity, head.next = int(values[b"V"]), int(values[b"N"])
    head.guid = values.get(b"G", b"").decode("ascii", "replace")
    return True


def uid_lines(head: Uids, rows: Iterable[Listed]) -> Iterator[bytes]:
    """The lines of a list, in the order of `rows`, which is that of their UIDs."""
    yield f"3 V{head.validity} N{head.next} G{head.guid}\n".encode()
    for row in rows:
        yield b" ".join((b"%d" % row.uid, *row.fields, b":" + row.base)) + b"\n"


def keywords(place: Place) -> dict[int, str]:
    """A folder's keywords by their numbers; 0 is the letter a."""
    told = (_KEYWORD.fullmatch(line.decode("utf-8", "replace")) for line in place.lines(KEYWORDS))
    return {int(each[1]): each[2] for each in told if each and int(each[1]) < MOST_KEYWORDS}


def keyword_lines(names: dict[int, str]) -> bytes:
    """The file that says so."""
    return "".join(f"{number} {name}\n" for number, name in sorted(names.items())).encode()


def subscriptions(place: Place) -> Iterator[tuple[str, ...]]:
    """The folders that a client has subscribed to, level by level, as they are on the disk; () is the inbox."""
    tabs = False
    for number, raw in enumerate(place.lines(SUBSCRIPTIONS), 1):
        line = raw.decode("utf-8", "surrogateescape")
        if number == 1 and line.startswith("V\t"):
            tabs = True
        elif line.upper() == "INBOX":
            yield ()
        elif line:
            yield tuple(_unescaped(level) for level in line.split("\t")) if tabs else tuple(line.split("."))


def subscription_lines(folders: Iterable[tuple[str, ...]]) -> bytes:
    """The file in which Dovecot keeps subscriptions, version 2: a tab between levels."""
    rows = ("\t".join(_escaped(level) for level in levels) if levels else "INBOX" for levels in folders)
    return ("V\t2\n\n" + "".join(f"{row}\n" for row in rows)).encode("utf-8", "surrogateescape")


_ESCAPES = {"\001": "\0011", "\t": "\001t", "\r": "\001r", "\n": "\001n", "\0": "\0010"}


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(letter, letter) for letter in text)


def _unescaped(text: str) -> str:
    back = {coded: letter for letter, coded in _ESCAPES.items()}
    return re.sub("\001.", lambda coded: back.get(coded[0], coded[0]), text)

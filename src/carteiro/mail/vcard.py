"""Address books as files that every program reads: vCard 4.0 (RFC 6350), as much of it as contacts here have."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_PART = re.compile(r"((?:\\.|[^\\;])*)(?:;|$)")
_LINE = 75  # bytes, RFC 6350 section 3.2
_ESCAPES = {"\\": "\\\\", ",": "\\,", ";": "\\;", "\n": "\\n"}


@dataclass(frozen=True)
class Card:
    """Somebody in an address book; several addresses are a group's."""

    nickname: str = ""
    first_name: str = ""
    last_name: str = ""
    addresses: tuple[str, ...] = ()
    note: str = ""


def render(cards: Iterable[Card]) -> str:
    """The file."""
    return "".join(f"{_folded(line)}\r\n" for card in cards for line in _lines(card))


def parse(text: str) -> list[Card]:
    """The contacts in a file; what they have besides is left out."""
    found: list[Card] = []
    fields: dict[str, list[str]] = {}
    # Not splitlines(), for which a name may hold the end of a line.
    for line in re.split(r"\r?\n", re.sub(r"\r?\n[ \t]", "", text)):
        head, _, value = line.partition(":")
        name = head.partition(";")[0].rpartition(".")[2].upper()
        if name == "BEGIN":
            fields = {}
        elif name == "END":
            found.append(_card(fields))
        else:
            fields.setdefault(name, []).append(value)
    return found


def _lines(card: Card) -> Iterator[str]:
    shown = f"{card.first_name} {card.last_name}".strip() or card.nickname or next(iter(card.addresses), "")
    yield "BEGIN:VCARD"
    yield "VERSION:4.0"
    yield f"FN:{_escaped(shown)}"
    if card.first_name or card.last_name:
        yield f"N:{_escaped(card.last_name)};{_escaped(card.first_name)};;;"
    if card.nickname:
        yield f"NICKNAME:{_escaped(card.nickname)}"
    for address in card.addresses:
        yield f"EMAIL:{_escaped(address)}"
    if card.note:
        yield f"NOTE:{_escaped(card.note)}"
    yield "END:VCARD"


def _card(fields: dict[str, list[str]]) -> Card:
    def first(name: str) -> str:
        return fields.get(name, [""])[0]

    name = [_plain(part) for part in _PART.findall(first("N"))] + ["", ""]
    nickname = _plain(first("NICKNAME"))
    if not any(name) and not nickname:
        # What other programs write may have this alone.
        name[1] = "" if _plain(first("FN")) in fields.get("EMAIL", ()) else _plain(first("FN"))
    addresses = tuple(_plain(address) for address in fields.get("EMAIL", ()))
    return Card(nickname, name[1], name[0], addresses, _plain(first("NOTE")))


def _folded(line: str) -> str:
    parts: list[str] = []
    rest = line
    while len(rest.encode()) > _LINE:
        cut = _LINE
        while len(rest[:cut].encode()) > _LINE - bool(parts):
            cut -= 1
        parts.append(rest[:cut])
        rest = rest[cut:]
    return "\r\n ".join((*parts, rest))


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(letter, letter) for letter in text.replace("\r\n", "\n"))


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", lambda coded: "\n" if coded[1] in "nN" else coded[1], text)

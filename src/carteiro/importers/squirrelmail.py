"""SquirrelMail's data: identities, signatures, address books, preferences, highlights and filters, by log-in.

Files `LOGIN.pref`, `.abook`, `.sig`, `.si1` … of its data directory (in hashed directories too), or its SQL tables. The
charset is that of the person's language, as SquirrelMail wrote it.
"""

import csv
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

from carteiro.importers.maildirs import names
from carteiro.importers.php import unserialize
from carteiro.importers.planning.desk import many_lines, one_line
from carteiro.importers.planning.webmail import Person, Webmail
from carteiro.mail.filter_rule import parse_rule
from carteiro.words import Fault

_DEEPEST = 5  # hashed directories
_LARGEST = 4 << 20  # bytes of a file
_LONGEST_NOTE, _LONGEST_SIGNATURE = 1000, 10_000
_OF_IDENTITIES = re.compile(r"(?:full_name|email_address|reply_to)\d*|identities|use_signature|prefix_sig")
_SIGNATURE = re.compile(r"\.(?:sig|si(\d+))")
_FILTER = re.compile(r"filter\d+")
# How SquirrelMail's own pages look and behave: nothing that a person would miss.
_LOOKS = re.compile(
    r"chosen_theme|javascript_on|use_javascript_addr_book|left_(size|refresh)|editor_(size|height)|location_of_.*|sort|order\d+"
    r"|alt_index_colors|page_selector.*|compact_paginator|mailbox_select_style|truncate_.*|unseen_.*|collapse_.*|hour_format"
    r"|date_format|search_(memory|\d+.*)|delete_prev_next_display|pf_.*|mail_priority|internal_date_sort|reply_citation_(start|end)"
    r"|move_to_(sent|trash)|save_as_draft|forward_cc|folder_prefix|thread_.*|chosen_fontset|chosen_fontsize|show_xmailer_default"
)
_OLD_HIGHLIGHT = re.compile(r"highlight\d+")
_CHARSETS = {
    "cs": "iso8859_2", "hr": "iso8859_2", "hu": "iso8859_2", "pl": "iso8859_2", "ro": "iso8859_2", "sk": "iso8859_2",
    "sl": "iso8859_2", "et": "iso8859_15", "el": "iso8859_7", "tr": "iso8859_9", "he": "cp1255", "bg": "cp1251",
    "ru": "koi8_r", "uk": "koi8_u", "lt": "utf-8", "lv": "utf-8", "ja": "euc_jp", "ko": "euc_kr", "zh_TW": "big5",
    "zh_CN": "gb2312", "th": "tis_620", "ar": "cp1256",
}  # fmt: skip
_STYLES = {"none": "none", "author_said": "author", "quote_who": "author", "date_time_author": "date"}
_FIELDS = {"from": "from", "to": "to", "cc": "to", "to_cc": "to", "to or cc": "to", "subject": "subject"}


@dataclass
class _Raw:
    """What belongs to one log-in, as bytes."""

    settings: dict[str, bytes] = field(default_factory=dict)
    signatures: dict[int, bytes] = field(default_factory=dict)
    book: bytes = b""
    contacts: list[tuple[str, ...]] = field(default_factory=list)


def read_directory(directory: Path) -> Webmail:
    """Everybody whose files are in a data directory. A file that can't be read is told by name, and others go on."""
    raw: dict[str, _Raw] = defaultdict(_Raw)
    faults: dict[str, str] = {}
    usual = ""
    for path in _files(directory):
        shown = Path(names.printable(path.name))
        try:
            content = _content(path)
        except OSError as error:
            faults[shown.name] = error.strerror or str(error)
            continue
        if shown.name == "default_pref":
            usual = _settings(content).get("language", b"").decode("ascii", "replace")
        elif shown.suffix == ".pref":
            raw[shown.stem].settings = _settings(content)
        elif shown.suffix == ".abook":
            raw[shown.stem].book = content
        elif signature := _SIGNATURE.fullmatch(shown.suffix):
            raw[shown.stem].signatures[int(signature[1] or 0)] = content
    return Webmail({login: _person(login, one, usual) for login, one in raw.items()}, faults, whole=not faults)


def read_tables(preferences: Iterable[tuple[str, ...]], contacts: Iterable[tuple[str, ...]]) -> Webmail:
    """Everybody who has rows in the tables `userprefs` and `address`."""
    raw: dict[str, _Raw] = defaultdict(_Raw)
    for login, name, value in preferences:
        if found := re.fullmatch(r"___sig(?:nature|(\d+))___", name):
            raw[login].signatures[int(found[1] or 0)] = value.encode()
        else:
            raw[login].settings[name] = value.encode()
    for owner, *columns in contacts:
        raw[owner].contacts.append(tuple(columns))
    return Webmail({login: _person(login, one, "") for login, one in raw.items()}, whole=bool(raw))


def merged(first: Webmail, second: Webmail) -> Webmail:
    """Both; who is in both counts as in the second."""
    faults = {**first.faults, **second.faults}
    return Webmail({**first.people, **second.people}, faults, whole=(first.whole or second.whole) and not faults)


def _files(directory: Path) -> Iterator[Path]:
    for place, folders, found in os.walk(directory):
        if len(Path(place).relative_to(directory).parts) >= _DEEPEST:
            folders.clear()
        yield from (Path(place) / name for name in sorted(found))


def _content(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        return file.read(_LARGEST)


def _settings(content: bytes) -> dict[str, bytes]:
    pairs = (line.partition(b"=") for line in content.splitlines() if b"=" in line)
    return {name.decode("ascii", "replace").strip(): value.rstrip(b"\r") for name, _, value in pairs}


def _person(login: str, raw: _Raw, usual: str) -> Person:
    language = raw.settings.get("language", b"").decode("ascii", "replace") or usual
    text = _decoder(language)
    settings = {name: text(value) for name, value in raw.settings.items()}
    rules, odd = _rules(settings)
    preferences, used = _preferences(settings, language)
    if highlights := _highlights(raw.settings, settings, text):
        preferences["highlights"] = highlights
    rows = [*raw.contacts, *(tuple(row) for row in csv.reader(StringIO(text(raw.book), newline=""), delimiter="|"))]
    known = {*used, "hililist", *(name for name in settings if _told_elsewhere(name))} - set(odd)
    return Person(
        contacts=[_contact(row) for row in rows if any(row)],
        identities=_identities(login, settings, {at: text(one) for at, one in raw.signatures.items()}),
        preferences=preferences,
        rules=rules,
        left=sorted(set(settings) - known),
    )


def _told_elsewhere(name: str) -> bool:
    """Whether it is no preference, or none that has to be told as left."""
    return any(pattern.fullmatch(name) for pattern in (_OF_IDENTITIES, _FILTER, _OLD_HIGHLIGHT, _LOOKS))


def _decoder(language: str) -> Callable[[bytes], str]:
    charset = _CHARSETS.get(language) or _CHARSETS.get(language.partition("_")[0]) or "cp1252"

    def decode(raw: bytes) -> str:
        for encoding in ("utf-8", charset):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                continue
        return raw.decode("latin-1")

    return decode


def _contact(row: tuple[str, ...]) -> dict[str, Any]:
    nickname, first, last, addresses, note, *_ = (*row, "", "", "", "", "")
    return {
        "nickname": one_line(nickname),
        "first_name": one_line(first),
        "last_name": one_line(last),
        "addresses": [one_line(each) for each in addresses.split(",") if each.strip()],
        "note": many_lines(note, _LONGEST_NOTE),
    }


def _identities(login: str, settings: Mapping[str, str], signatures: Mapping[int, str]) -> list[dict[str, str]]:
    count = settings.get("identities", "1")
    found = []
    for at in range(max(int(count), 1) if count.isdigit() and len(count) < 4 else 1):
        suffix = str(at) if at else ""
        found.append(
            {
                "name": one_line(settings.get(f"full_name{suffix}", "")),
                "address": one_line(settings.get(f"email_address{suffix}", "") or login),
                "reply_to": one_line(settings.get(f"reply_to{suffix}", "")),
                "signature": many_lines(signatures.get(at, ""), _LONGEST_SIGNATURE).rstrip("\n"),
            }
        )
    return found


def _preferences(settings: Mapping[str, str], language: str) -> tuple[dict[str, Any], set[str]]:
    """What has an equivalent here, and the names that it was told under."""
    readers: dict[str, tuple[str, Callable[[str], Any]]] = {
        "timezone": ("time_zone", lambda value: value if re.fullmatch(r"[A-Za-z_+/-]{1,64}\d?", value) else None),
        "show_num": ("page_size", _number),
        "show_html_default": ("show_html", lambda value: value == "1"),
        "wrap_at": ("wrap_at", _number),
        "sent_folder": ("sent_folder", _folder),
        "draft_folder": ("drafts_folder", _folder),
        "trash_folder": ("trash_folder", _folder),
        "reply_citation_style": ("reply_style", _STYLES.get),
        "include_self_reply_all": ("reply_includes_me", lambda value: value == "1"),
        "sig_first": ("signature_first", lambda value: value == "1"),
    }
    made: dict[str, Any] = {"language": language.replace("_", "-").lower()} if language else {}
    used = {"language"}
    for name, (ours, read) in readers.items():
        value = read(settings[name]) if settings.get(name) else None
        if value is not None:
            made[ours] = value
        if value is not None or settings.get(name) in {"", "none"}:
            used.add(name)
    return made, used


def _number(value: str) -> int | None:
    return int(value) if re.fullmatch(r"[0-9]{1,6}", value) else None


def _folder(value: str) -> str | None:
    """A folder as people write it here, from Courier's INBOX.A.B in modified UTF-7."""
    if value in {"none", "INBOX", ""}:
        return None
    return "/".join(_level(level) for level in value.removeprefix("INBOX.").split("."))


def _level(told: str) -> str:
    try:
        return names.decode(told)
    except ValueError:
        return told


def _highlights(
    raw: Mapping[str, bytes], settings: Mapping[str, str], text: Callable[[bytes], str]
) -> list[dict[str, str]]:
    rows: list[Mapping[str, str]] = []
    if raw.get("hililist"):
        try:
            told = unserialize(raw["hililist"])
        except Fault:
            told = {}
        lists = told.values() if isinstance(told, dict) else ()
        rows += [
            {
                text(key): text(value)
                for key, value in each.items()
                if isinstance(key, bytes) and isinstance(value, bytes)
            }
            for each in lists
            if isinstance(each, dict)
        ]
    for name in sorted(settings):
        if _OLD_HIGHLIGHT.fullmatch(name) and settings[name].count(",") >= 2:
            parts = (*settings[name].split(","), "")
            rows.append({"name": parts[0], "color": parts[1], "value": parts[2], "match_type": parts[3]})
    return [
        {
            "name": one_line(row.get("name", "")),
            "color": one_line(row.get("color", "")).lower(),
            "value": one_line(row.get("value", "")),
            "field": _FIELDS.get(row.get("match_type", "").lower(), "from"),
        }
        for row in rows
        if row.get("value")
    ]


def _rules(settings: Mapping[str, str]) -> tuple[list[dict[str, Any]], list[str]]:
    """The filters as rules, and the names of those that can't be one: they look into the text of messages."""
    rules, odd = [], []
    for name in sorted((each for each in settings if _FILTER.fullmatch(each)), key=lambda each: int(each[6:])):
        where, _, rest = settings[name].partition(",")
        what, _, folder = rest.rpartition(",")
        condition = {
            "field": _FIELDS.get(where.lower(), ""),
            "test": "contains",
            "value": what.replace("###COMMA###", ","),
        }
        if where == "Header":
            header, _, value = what.partition(":")
            condition = {"field": "header", "test": "contains", "value": value.strip(), "header": header.strip()}
        try:
            rule = parse_rule([condition], [{"do": "file", "value": _folder(folder) or "INBOX"}])
        except Fault:
            odd.append(name)
            continue
        rules.append(
            {
                "name": "",
                "active": True,
                "match": "all",
                "conditions": [each.record() for each in rule.conditions],
                "actions": [each.record() for each in rule.actions],
            }
        )
    return rules, odd

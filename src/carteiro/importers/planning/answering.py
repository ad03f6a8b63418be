"""Vacation notices, accounts that fetchmail emptied, and what the old webmail kept."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from carteiro.hosting.imports.standing import fetch_key
from carteiro.importers.planning.desk import Desk, Fate, Kind, many_lines, one_line
from carteiro.importers.planning.said import Said, say
from carteiro.importers.planning.webmail import Person
from carteiro.importers.postfixadmin.model import FetchRow, VacationRow
from carteiro.mail.address import parse_mailbox_address
from carteiro.words import N_, Fault

_LONGEST_NOTICE = 20_000
_MOST_DAYS = 365
_DAY = 86400
_PORTS = {"imap": 993, "pop3": 995}
_PLAIN_PORTS = {"imap": 143, "pop3": 110}
_LEAST_MINUTES, _MOST_MINUTES = 5, 24 * 60
_WELL_KNOWN = re.compile(r'[^"\\\s]+', re.ASCII)


def plan(desk: Desk) -> None:
    """Every row of `vacation` and `fetchmail`, and everybody who used the old webmail."""
    for row in desk.old.vacations:
        _plan_vacation(desk, row)
    counted: dict[str, int] = {}
    for fetch in desk.old.fetches:
        _plan_fetch(desk, fetch, counted)
    kept = [(table, Counter(row[0] for row in rows)) for table, rows in _webmail_tables(desk)]
    for login, person in sorted(desk.webmail.people.items()):
        fate = Fate.IMPORTED if _plan_person(desk, login, person) else Fate.LEFT
        for table, counts in kept:
            # Rows of SquirrelMail's tables are counted, not named.
            desk.tables[table, fate] += counts[login]
    for file, reason in sorted(desk.webmail.faults.items()):
        desk.find("webmail-unread", N_("Files of the old webmail that could not be read."), f"{file} ({reason})")


def _mailbox(desk: Desk, told: str) -> str:
    try:
        key = str(parse_mailbox_address(told))
    except Fault:
        return ""
    return key if desk.has(Kind.MAILBOX, key) else ""


def _plan_vacation(desk: Desk, row: VacationRow) -> None:
    key = _mailbox(desk, row.address)
    if not key:
        desk.leave(row.row, say(N_("there is no mailbox {thing}"), thing=row.address))
        return
    if row.active:
        text = N_(
            "Vacation notices were switched on, but nothing on a host after the guide answered. They come in off."
        )
        if desk.options.vacation:
            text = N_("Vacation notices were switched on, but nothing on a host after the guide answered. Now they do.")
        desk.find("vacation", text, key)
    starts, ends = row.starts, row.ends
    if starts and ends and ends <= starts:
        starts = ends = None
    over = ends is not None and ends <= desk.options.now
    body = many_lines(row.text, _LONGEST_NOTICE)
    values = {
        "active": row.active and desk.options.vacation and not over and bool(body.strip()),
        "subject": one_line(row.subject),
        "text": body,
        "starts": starts.isoformat() if starts else None,
        "ends": ends.isoformat() if ends else None,
        "days": _days(row.interval),
    }
    desk.want(Kind.VACATION, key, values, (row.row,))


def _days(interval: int | None) -> int:
    """One answer per sender in so many days; "once" is as long as there is."""
    if not interval:
        return _MOST_DAYS
    return min(max(-(-interval // _DAY), 1), _MOST_DAYS)


def _plan_fetch(desk: Desk, row: FetchRow, counted: dict[str, int]) -> None:
    key = _mailbox(desk, row.address)
    reason = _unfetchable(row) if key else say(N_("there is no mailbox {thing}"), thing=row.address)
    if reason is not None:
        desk.refuse(row.row, reason)
        return
    protocol = "pop3" if row.protocol.startswith("POP3") else "imap"
    on = row.active and row.tls and desk.options.fetching
    port = row.port if row.port and row.port != _PLAIN_PORTS[protocol] and row.tls else _PORTS[protocol]
    values: dict[str, Any] = {
        "protocol": protocol,
        "host": row.server,
        "port": port,
        "username": row.username,
        "folder": (row.folder or "INBOX") if protocol == "imap" else "INBOX",
        "keep": row.keep,
        "poll_minutes": min(max(row.minutes, _LEAST_MINUTES), _MOST_MINUTES),
        "active": on,
    }
    counted[key] = counted.get(key, 0) + 1
    name = fetch_key(key, values)
    desk.want(Kind.FETCH, name, values, (row.row,), secret=row.password)
    if row.active and not on:
        _tell_off(desk, name, row)
    if row.extras:
        text = N_("Options of fetchmail that are not carried over.")
        desk.find("fetch-options", text, f"{name} ({', '.join(row.extras)})")


def _tell_off(desk: Desk, name: str, row: FetchRow) -> None:
    if not row.tls:
        text = N_(
            "Accounts that were fetched from without TLS come in switched off: here the password never goes in clear."
        )
        desk.find("fetch-no-tls", text, f"{name} ({row.server})")
        return
    text = N_(
        "Accounts to fetch from come in switched off, so that two hosts do not empty them at once: --fetching on."
    )
    desk.find("fetch-off", text, f"{name} ({row.server})")


def _unfetchable(row: FetchRow) -> Said | None:
    if row.protocol not in {"POP3", "IMAP", "AUTO", ""}:
        return say(N_("{protocol} can't be fetched with"), protocol=row.protocol)
    if row.authentication not in {"password", "any", ""}:
        return say(N_("{protocol} is no way to log in here"), protocol=row.authentication)
    if not row.password or not row.password.isprintable():
        return say(N_("its password is empty or not to be read"))
    if not _WELL_KNOWN.fullmatch(row.username):
        return say(N_("its user name is empty or holds quotes"))
    return None


def _webmail_tables(desk: Desk) -> tuple[tuple[str, Sequence[tuple[str, ...]]], ...]:
    return ("userprefs", desk.old.webmail), ("address", desk.old.contacts)


def _plan_person(desk: Desk, login: str, person: Person) -> bool:
    """Whether there is a mailbox that it all goes to."""
    key = _mailbox(desk, login)
    if not key:
        desk.find("webmail-strangers", N_("People of the old webmail without a mailbox."), login)
        return False
    values = {
        "contacts": [dict(each) for each in person.contacts],
        "identities": [dict(each) for each in person.identities],
        "preferences": dict(person.preferences),
    }
    desk.want(Kind.WEBMAIL, key, values)
    if person.rules:
        desk.want(Kind.FILTERS, key, {"rules": [dict(each) for each in person.rules]})
    if person.left:
        text = N_("Settings of the old webmail that have no equivalent.")
        desk.find("webmail-left", text, f"{key} ({', '.join(person.left)})")
    return True

"""Mailboxes: their hashes, quotas, switches and Maildirs."""

from collections.abc import Iterator

from carteiro.importers.planning.desk import HOSTED, Desk, Kind, Maildir, Wanted, one_line
from carteiro.importers.planning.said import say
from carteiro.importers.postfixadmin import passwords
from carteiro.importers.postfixadmin.model import MailboxRow, RowId
from carteiro.importers.shelf import Names, Shelf, by_name, grouped
from carteiro.mail.address import Address, parse_mailbox_address
from carteiro.mail.size import show_size
from carteiro.words import N_

_MEGABYTE = 1 << 20
_WEAK = ("{MD5-CRYPT}", "{DES-CRYPT}", "{PLAIN-MD5}", "{LDAP-MD5}", "{SHA}", "{SHA1}", "{SMD5}", "{CRYPT}")


def plan(desk: Desk) -> None:
    """Every row of `mailbox`."""
    places = _Places(desk)
    for key, same in grouped(_named(desk)):
        row = desk.winner(key, same)
        if holds(desk, row.row, parse_mailbox_address(row.address)):
            _plan_one(desk, key, row, places)
        else:
            desk.claimed.add((Kind.MAILBOX, key))
    places.tell_strangers()


def _named(desk: Desk) -> Iterator[tuple[str, MailboxRow]]:
    for row in desk.old.mailboxes:
        if address := desk.parsed(row.row, row.address, parse_mailbox_address):
            yield str(address), row


def holds(desk: Desk, row: RowId, address: Address) -> bool:
    """Whether the domain of an address takes addresses here; if not, the row is left with the reason."""
    name = address.domain.ascii
    if name in desk.given_up:
        desk.leave(row, desk.given_up[name])
        return False
    if desk.has(Kind.DOMAIN, name):
        return True
    if desk.ask("no-domain", str(address)) == "domain":
        desk.want(Kind.DOMAIN, name, dict(HOSTED))
        return True
    desk.leave(row, say(N_("{thing} is of a domain that is not in the table"), thing=str(address)))
    return False


def _plan_one(desk: Desk, key: str, row: MailboxRow, places: "_Places") -> None:
    maildir = places.take(key, row)
    if desk.maildirs is not None and maildir is None and _missing(desk, key, row) == "leave":
        desk.leave(row.row, say(N_("it has no Maildir")))
        desk.claimed.add((Kind.MAILBOX, key))
        return
    hashed, clear = password(desk, key, row.password)
    if not hashed and not clear:
        desk.leave(row.row, say(N_("its password can't be read")))
        desk.claimed.add((Kind.MAILBOX, key))
        return
    active = row.active or desk.ask("inactive-mailbox", key) == "active"
    values = {"name": one_line(row.name), "password": hashed, "active": active, "smtp": row.sending}
    values["quota"] = _within(desk, key, _above_usage(desk, key, max(row.quota, 0), maildir))
    desk.want(Kind.MAILBOX, key, values, (row.row,), row.dates, clear)
    if maildir is not None:
        desk.mail[key] = maildir
    _tell(desk, key, row, hashed)


def _missing(desk: Desk, key: str, row: MailboxRow) -> str:
    return desk.ask("row-without-maildir", key, maildir=row.maildir or "-")


def _tell(desk: Desk, key: str, row: MailboxRow, hashed: str) -> None:
    if row.quota > 0:
        text = N_("Quotas were set, but stock Postfix looks at none: mail went on coming in. Here they count.")
        desk.find("quotas", text, key)
    if hashed.startswith(_WEAK):
        text = N_(
            "Passwords are stored under an old, weak hash. They go on working; each is replaced at a log-in here."
        )
        desk.find("weak-hashes", text, key)
    if row.left:
        text = N_("Columns of mailboxes that have no place here: second factors have to be set up again.")
        desk.find("unplaced", text, f"{key} ({', '.join(row.left)})")


def password(desk: Desk, key: str, stored: str) -> tuple[str, str]:
    """The hash, or the password in the clear, of a mailbox or an administrator; neither where it is left out."""
    found = passwords.read(stored)
    if found.hashed or found.clear:
        return found.hashed, found.clear
    chosen = desk.ask("unreadable-hash", key)
    if chosen == "clear" and stored:
        return "", stored
    return ("", "") if chosen == "leave" else (passwords.locked(key), "")


def _above_usage(desk: Desk, key: str, quota: int, maildir: Maildir | None) -> int:
    if not quota or maildir is None or maildir.bytes <= quota:
        return quota
    places = {"used": show_size(maildir.bytes), "quota": show_size(quota)}
    if desk.ask("quota-below-usage", key, **places) == "keep":
        return quota
    return -(-maildir.bytes * 11 // 10 // _MEGABYTE) * _MEGABYTE


def _within(desk: Desk, key: str, quota: int) -> int:
    domain: Wanted = desk.wanted[Kind.DOMAIN, key.rpartition("@")[2]]
    largest = domain.values.get("max_mailbox_quota")
    if largest is None or (quota and quota <= largest):
        return quota
    told = show_size(quota) if quota else say(N_("unlimited"))
    if desk.ask("quota-over-limit", key, quota=told, limit=show_size(largest)) == "lower":
        return int(largest)
    domain.values["max_mailbox_quota"] = quota or None
    return quota


class _Places:
    """The Maildirs of the old host, given to the mailboxes whose they are."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._there = desk.maildirs or {}
        self._taken = Names()
        self._by_end: Shelf[str, str] = by_name()  # empty where several end so
        for path in self._there:
            end = _end(path)
            self._by_end[end] = "" if end in self._by_end else path
        self._alone: Shelf[str, bool] = by_name()
        for row in desk.old.mailboxes if self._there else ():
            name = row.address.lower().partition("@")[0]
            self._alone[name] = name not in self._alone

    def take(self, key: str, row: MailboxRow) -> Maildir | None:
        if not self._there:
            return None
        local, _, domain = key.partition("@")
        told = row.maildir.strip("/").removesuffix("/Maildir")
        spelt = row.address.partition("@")
        candidates = [
            told,
            _end(told),
            f"{spelt[2]}/{spelt[0]}",
            f"{domain}/{local}",
            f"{local}@{domain}",
            f"{spelt[0]}@{spelt[2]}",
        ]
        if self._alone.get(local):
            candidates.append(local)
        for path in candidates:
            # The base may be some directories too high.
            whole = self._by_end.get(path, "") if "/" in path else ""
            for told in (path, whole):
                if told in self._there and told not in self._taken:
                    self._taken.add(told)
                    return self._there[told]
        return None

    def tell_strangers(self) -> None:
        for path in sorted(path for path in self._there if path not in self._taken):
            self._desk.ask("maildir-without-row", path, messages=self._there[path].messages)


def _end(path: str) -> str:
    """The last two levels of a path."""
    return "/".join(path.split("/")[-2:])

"""Everything as a file that `apply` takes."""

import csv
from collections.abc import Iterator
from typing import Any, TextIO

from carteiro.hosting import aliases, domains, mailboxes, relay_recipients
from carteiro.hosting.access import Actor
from carteiro.hosting.bulk.rows import COLUMNS
from carteiro.hosting.models import Alias, Domain, Mailbox
from carteiro.mail.size import show_size

_LIMITS = ("max_mailboxes", "max_aliases")
_SIZES = ("quota", "max_mailbox_quota", "default_mailbox_quota")


def export(actor: Actor, file: TextIO) -> int:
    """Write what the actor holds, with the hashes of passwords; gives the number of lines after the first.

    Left out: app passwords, grants, transports, administrators, and the mail.
    """
    writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    count = 0
    for row in _rows(actor):
        writer.writerow(row)
        count += 1
    return count


def lines(actor: Actor) -> Iterator[str]:
    """The same, a line at a time and without the hashes of passwords: for whoever looks, not for another host."""
    kept = _Last()
    writer = csv.DictWriter(kept, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    yield kept.line
    for row in _rows(actor):
        writer.writerow(row | {"password": ""})
        yield kept.line


class _Last:
    """A file that keeps what was written last."""

    line = ""

    def write(self, text: str) -> None:
        """As the csv module calls it."""
        self.line = text


def _rows(actor: Actor) -> Iterator[dict[str, Any]]:
    standing = []
    for domain in domains.list_(actor):
        if domain.target is None:
            yield _domain(domain)
        else:
            standing.append(
                {
                    "kind": "alias-domain",
                    "address": domain.name,
                    "targets": domain.target.name,
                    "active": _switch(domain.active),
                }
            )
    yield from standing
    for recipient in relay_recipients.list_(actor):
        yield {"kind": "relay-recipient", "address": recipient.address}
    yield from map(_mailbox, mailboxes.list_(actor))
    yield from map(_alias, aliases.list_(actor))


def _domain(domain: Domain) -> dict[str, Any]:
    row: dict[str, Any] = {
        "kind": "domain",
        "address": domain.name,
        "name": domain.description,
        "active": _switch(domain.active),
    }
    if domain.kind == Domain.Kind.RELAY:
        row["relay"] = domain.recipients
    for column in _LIMITS:
        row[column] = getattr(domain, column)
    for column in _SIZES:
        value = getattr(domain, column)
        row[column] = "" if value is None else show_size(value)
    return row


def _mailbox(mailbox: Mailbox) -> dict[str, Any]:
    return {
        "kind": "mailbox",
        "address": mailbox.address,
        "name": mailbox.name,
        "password": mailbox.password,
        "quota": show_size(mailbox.quota),
        "quota_messages": mailbox.quota_messages,
        "active": _switch(mailbox.active),
        "imap": _switch(mailbox.imap),
        "pop3": _switch(mailbox.pop3),
        "smtp": _switch(mailbox.smtp),
        "sieve": _switch(mailbox.sieve),
    }


def _alias(alias: Alias) -> dict[str, Any]:
    return {
        "kind": "alias",
        "address": alias.address,
        "name": alias.comment,
        "targets": " ".join(alias.addresses()),
        "active": _switch(alias.active),
    }


def _switch(on: bool) -> str:
    return "yes" if on else "no"

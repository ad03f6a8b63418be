"""One line of the file: what its columns mean."""

from dataclasses import dataclass
from typing import Any

from carteiro.hosting.aliases import NewAlias
from carteiro.hosting.errors import Invalid
from carteiro.hosting.mailboxes import NewMailbox
from carteiro.mail.password import check_policy, parse_hash
from carteiro.mail.shown import shown
from carteiro.mail.size import parse_size
from carteiro.words import N_

COLUMNS = {
    "kind": N_("domain, alias-domain, relay-recipient, mailbox or alias"),
    "address": N_("the address, or the domain's name"),
    "name": N_("the person's name; of a domain its description, of an alias its comment"),
    "password": N_("of a mailbox: a hash ({SCHEME}… or a bare $…), or the password itself"),
    "quota": N_("a size such as 2G; of a domain for all its mailboxes together; 0 of a mailbox is unlimited"),
    "targets": N_("of an alias: addresses parted by spaces; of an alias domain: the domain that it stands for"),
    "active": N_("yes (or nothing) or no"),
    "quota_messages": N_("of a mailbox: how many messages it may hold"),
    "imap": N_("yes (or nothing) or no"),
    "pop3": N_("yes (or nothing) or no"),
    "smtp": N_("yes (or nothing) or no"),
    "sieve": N_("yes (or nothing) or no"),
    "relay": N_("of a domain held for another host: list or verify"),
    "max_mailboxes": N_("of a domain"),
    "max_aliases": N_("of a domain"),
    "max_mailbox_quota": N_("of a domain"),
    "default_mailbox_quota": N_("of a domain"),
}
NEEDED = ("kind", "address")

_SWITCHES = {"": True, "yes": True, "no": False}
# Stands in a dry run for a hash that would take its time: no password has it.
_NO_HASH = "{SHA256}" + "A" * 43 + "="


@dataclass(frozen=True)
class Row:
    """The columns of one line by name; those that the file does not have are missing."""

    line: int
    values: dict[str, str]

    @property
    def kind(self) -> str:
        """What the line makes."""
        return self.values["kind"]

    @property
    def address(self) -> str:
        """The address or the domain's name."""
        return self.values["address"]

    @property
    def clear_password(self) -> str:
        """The password itself, where the line does not give a hash of it."""
        password = self.values.get("password", "")
        return "" if password.startswith(("{", "$")) else password

    def hashed(self, password: str = _NO_HASH) -> "Row":
        """The row with a hash in place of its password."""
        return Row(self.line, self.values | {"password": password})

    def check(self) -> None:
        """Raise the Fault of the first value that can't be read."""
        if self.kind == "mailbox":
            check_password(self)
            (self.hashed() if self.clear_password else self).mailbox()
        elif self.kind == "alias":
            self.alias()
        elif self.kind == "domain":
            self.domain_fields()
        elif self.kind not in {"alias-domain", "relay-recipient"}:
            raise Invalid(
                N_("{kind} is no kind of thing that can be made."),
                N_("The first column is one of domain, alias-domain, relay-recipient, mailbox, alias."),
                kind=shown(self.kind),
            )

    def mailbox(self) -> NewMailbox:
        """The mailbox of a row whose password is a hash."""
        quota = self.values.get("quota", "")
        return NewMailbox(
            address=self.address,
            password=self.values["password"],
            name=self.values.get("name", ""),
            quota=parse_size(quota) if quota else None,
            quota_messages=self._number("quota_messages") or 0,
            active=self._switch("active"),
            imap=self._switch("imap"),
            pop3=self._switch("pop3"),
            smtp=self._switch("smtp"),
            sieve=self._switch("sieve"),
        )

    def alias(self) -> NewAlias:
        """The alias of a row."""
        targets = self.values.get("targets", "").split()
        return NewAlias(self.address, targets, comment=self.values.get("name", ""), active=self._switch("active"))

    def domain_fields(self) -> dict[str, Any]:
        """What `domains.add` takes besides the name."""
        fields: dict[str, Any] = {"active": self._switch("active"), "description": self.values.get("name", "")}
        for column in ("max_mailboxes", "max_aliases"):
            fields[column] = self._number(column)
        for column in ("quota", "max_mailbox_quota", "default_mailbox_quota"):
            given = self.values.get(column, "")
            fields[column] = parse_size(given) if given else None
        if relay := self.values.get("relay", ""):
            fields |= {"kind": "relay", "recipients": relay}
        return fields

    @property
    def active(self) -> bool:
        """Whether what is made works at once."""
        return self._switch("active")

    def _switch(self, column: str) -> bool:
        given = self.values.get(column, "").lower()
        if given not in _SWITCHES:
            raise Invalid(N_("{column} can't be {value}."), N_("Write yes or no."), column=column, value=shown(given))
        return _SWITCHES[given]

    def _number(self, column: str) -> int | None:
        given = self.values.get(column, "")
        if not given:
            return None
        if not (given.isascii() and given.isdigit() and len(given) <= 10):
            raise Invalid(
                N_("{column} can't be {value}."), N_("Write a whole number."), column=column, value=shown(given)
            )
        return int(given)


def check_password(row: Row) -> None:
    """Raise the Fault of a mailbox's password or hash."""
    password = row.values.get("password", "")
    if not password:
        raise Invalid(N_("The mailbox {address} has no password."), N_("Give one, or a hash."), address=row.address)
    if row.clear_password:
        check_policy(password)
    else:
        parse_hash(password)

"""Addresses and domain names: what is allowed, and the one form in which they are stored."""

import re
from dataclasses import dataclass

from carteiro.mail.domain import DomainName, parse_domain
from carteiro.mail.fault import InvalidAddress
from carteiro.mail.shown import shown
from carteiro.words import N_

__all__ = [
    "Address",
    "DomainName",
    "InvalidAddress",
    "parse_address",
    "parse_catch_all",
    "parse_domain",
    "parse_mailbox_address",
    "parse_sender",
    "parse_target",
    "split_detail",
]

DELIMITER = "+"
"""What parts a mailbox's name from the detail behind it (RFC 5233)."""

_LONGEST_LOCAL = 64  # RFC 5321 section 4.5.3.1.1
_LONGEST = 254  # RFC 5321 section 4.5.3.1.3: a path of 256 octets with its angle brackets

# Less than RFC 5321's dot-atom: what has a meaning to SQL, a shell, a path, a map file or source routing is left out.
_OWN = re.compile(r"[a-z0-9_+=&-]+(\.[a-z0-9_+=&-]+)*", re.ASCII)
# Addresses elsewhere may hold more of RFC 5321's atext; still no "%", "!", "/", "|", "`".
_FOREIGN = re.compile(r"[a-z0-9#$&'*+=?^_{}~-]+(\.[a-z0-9#$&'*+=?^_{}~-]+)*", re.ASCII)


@dataclass(frozen=True, order=True)
class Address:
    """An e-mail address in the form it is stored in: lower case, the domain in ASCII.

    An empty `local` stands for every address of the domain (a catch-all).
    """

    local: str
    domain: DomainName

    def __str__(self) -> str:
        return f"{self.local}@{self.domain.ascii}"

    @property
    def unicode(self) -> str:
        """The address as people read it."""
        return f"{self.local}@{self.domain.unicode}"

    @property
    def is_catch_all(self) -> bool:
        """Whether it stands for every address of its domain."""
        return not self.local


def parse_address(text: str) -> Address:
    """An address that a hosted domain may hold. Raises InvalidAddress."""
    return _parse(text, _OWN, N_("Use letters a-z, digits and . _ - + = & before the @."))


def parse_mailbox_address(text: str) -> Address:
    """The address of a mailbox: as `parse_address`, without a detail (`+tag`). Raises InvalidAddress."""
    address = parse_address(text)
    if DELIMITER in address.local:
        raise InvalidAddress(
            N_("{value} can't be the address of a mailbox: {delimiter} parts the mailbox from a tag."),
            N_("Leave out the {delimiter} and what follows it; mail to that address reaches the mailbox anyway."),
            value=shown(text),
            delimiter=DELIMITER,
        )
    return address


def parse_target(text: str) -> Address:
    """An address anywhere that mail may be sent on to. Raises InvalidAddress."""
    return _parse(text, _FOREIGN, N_("Use letters a-z, digits and . _ - + = # & ' * ? ^ ~ before the @."))


def parse_catch_all(text: str) -> Address:
    """`@example.org`, which stands for every address of the domain. Raises InvalidAddress."""
    if not text.startswith("@"):
        raise InvalidAddress(
            N_("{value} is not a catch-all address."),
            N_("Write @ and the domain, such as @example.org."),
            value=shown(text),
        )
    return Address("", parse_domain(text[1:]))


def parse_sender(text: str) -> Address:
    """An address to send as, or `@example.org` for all of that domain. Raises InvalidAddress."""
    return parse_catch_all(text) if text.startswith("@") else parse_target(text)


def split_detail(local: str) -> tuple[str, str | None]:
    """The user and the detail of a local part (RFC 5233); like Postfix, never with an empty user."""
    user, delimiter, detail = local.partition(DELIMITER)
    return (user, detail) if user and delimiter else (local, None)


def _parse(text: str, form: re.Pattern[str], allowed: str) -> Address:
    local, at, domain = text.rpartition("@")
    if not at or not local or not domain:
        raise InvalidAddress(
            N_("{value} is not an e-mail address."), N_("Write it as name@example.org."), value=shown(text)
        )
    _check_local(text, local, form, allowed)
    address = Address(local.lower(), parse_domain(domain))
    if len(str(address)) > _LONGEST:
        raise InvalidAddress(
            N_("The address {value} is too long."), N_("An address has at most 254 characters."), value=shown(text)
        )
    return address


def _check_local(text: str, local: str, form: re.Pattern[str], allowed: str) -> None:
    if len(local) > _LONGEST_LOCAL:
        raise InvalidAddress(
            N_("The part before the @ of {value} is too long."), N_("It has at most 64 characters."), value=shown(text)
        )
    if not local.isascii():
        raise InvalidAddress(
            N_("{value} has letters before the @ that are not ASCII."),
            N_("The mail programs here deliver to ASCII names only; the domain may have any letters."),
            value=shown(text),
        )
    if local.startswith("-"):
        raise InvalidAddress(
            N_("{value} begins with a dash."),
            N_("Programs would take it for an option; choose another name."),
            value=shown(text),
        )
    if not form.fullmatch(local.lower()):
        raise InvalidAddress(N_("The part before the @ of {value} is not allowed."), allowed, value=shown(text))

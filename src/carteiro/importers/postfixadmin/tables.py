"""Tables to read from, wherever they are: their names without a prefix, and their rows by column."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from carteiro.words import N_, Fault

Row = Mapping[str, object]

# Without these it is no PostfixAdmin's database.
NEEDED = ("admin", "alias", "domain", "domain_admins", "mailbox")
READ = (*NEEDED, "alias_domain", "vacation", "fetchmail", "log", "config")
# PostfixAdmin's too, but nothing of them is carried over.
COUNTED = (
    *("vacation_notification", "quota", "quota2", "dkim", "dkim_signing"),
    *("totp_exception_address", "mailbox_app_password"),
)
WEBMAIL = ("userprefs", "address", "global_abook")
KNOWN = frozenset({*READ, *COUNTED, *WEBMAIL})


class Database(Protocol):
    """A database that is open for reading."""

    @property
    def name(self) -> str:
        """What it is, for people; no password in it."""
        ...

    def tables(self) -> Sequence[str]:
        """The names of all its tables."""
        ...

    def rows(self, table: str) -> Iterator[Row]:
        """The rows of one of its tables, as column → value."""
        ...


def prefix(names: Sequence[str]) -> str:
    """What PostfixAdmin's tables begin with (`$CONF['database_prefix']`). Raises Fault where they are not there."""
    there = set(names)
    found = [
        name.removesuffix("domain_admins")
        for name in names
        if name.endswith("domain_admins") and all(name.removesuffix("domain_admins") + one in there for one in NEEDED)
    ]
    if found:
        return min(found, key=len)
    missing = [name for name in NEEDED if name not in there]
    raise Fault(
        N_("PostfixAdmin's tables are not all there: {missing} is missing."),
        N_("Name the database that PostfixAdmin uses, or make the dump anew: it may have been cut short."),
        code="invalid",
        missing=", ".join(missing),
    )

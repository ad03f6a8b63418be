"""Which rows of the accounts database are projected, and which of them one change concerns."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """A table of the projection: its model in the accounts database and the columns, named alike on both sides.

    `told` is what people know a row by, in SQL, with {database} for where the other tables are.
    """

    name: str
    model: str
    columns: tuple[str, ...]
    key: tuple[str, ...] = ("id",)
    told: str = "address"


_ITS_MAILBOX = "(SELECT mailbox.address FROM {database}.mailbox WHERE mailbox.id = mailbox_id)"
_ITS_ALIAS = "(SELECT alias.address FROM {database}.alias WHERE alias.id = alias_id)"

DOMAIN = Table(
    "domain", "Domain", ("id", "name", "kind", "target_id", "active", "paused", "quota", "recipients"), told="name"
)
RELAY_RECIPIENT = Table("relay_recipient", "RelayRecipient", ("id", "domain_id", "address"))
MAILBOX = Table(
    "mailbox",
    "Mailbox",
    (
        *("id", "address", "domain_id", "password", "active", "quota", "quota_messages"),
        *("imap", "pop3", "smtp", "sieve", "home"),
    ),
)
ALIAS = Table("alias", "Alias", ("id", "address", "domain_id", "active"))
ALIAS_TARGET = Table(
    "alias_target",
    "AliasTarget",
    ("alias_id", "position", "address"),
    key=("alias_id", "position"),
    told=f"coalesce({_ITS_ALIAS} || ' → ', '') || address",
)
APP_PASSWORD = Table(
    "app_password", "AppPassword", ("id", "mailbox_id", "digest", "imap", "pop3", "smtp", "sieve"), told=_ITS_MAILBOX
)
SENDER_GRANT = Table(
    "sender_grant",
    "SenderGrant",
    ("id", "mailbox_id", "address"),
    told=f"coalesce({_ITS_MAILBOX} || ' → ', '') || address",
)
TRANSPORT = Table(
    "transport", "Transport", ("id", "domain_name", "host", "port", "username", "password"), told="domain_name"
)

ALL = (DOMAIN, RELAY_RECIPIENT, MAILBOX, ALIAS, ALIAS_TARGET, APP_PASSWORD, SENDER_GRANT, TRANSPORT)

# Kind of a change record → the tables to read again, each with the column that holds the record's object id.
# What hangs on a row is read again with it. Kinds that are not here (administrators) concern no engine.
CONCERNED: dict[str, tuple[tuple[Table, str], ...]] = {
    "domain": ((DOMAIN, "id"), (RELAY_RECIPIENT, "domain_id")),
    "mailbox": ((MAILBOX, "id"), (APP_PASSWORD, "mailbox_id"), (SENDER_GRANT, "mailbox_id")),
    "alias": ((ALIAS, "id"), (ALIAS_TARGET, "alias_id")),
    "app_password": ((APP_PASSWORD, "id"),),
    "sender_grant": ((SENDER_GRANT, "id"),),
    "transport": ((TRANSPORT, "id"),),
}

"""The questions that Postfix and Dovecot put to the directory, as SQL texts of the folder `sql`."""

from collections.abc import Mapping
from importlib import resources

from carteiro.stack.lookups import Lookups

# Those that start with the way of an address.
_WALKING = ("routes", "sender_logins", "quota_user", "end_domain")
POSTFIX = (
    "local_domains",
    "routes",
    "mailboxes",
    "room",
    "recipient_status",
    "end_domain",
    "domain_full",
    "sender_logins",
    "login_status",
    "relay_domains",
    "relay_recipients",
    "transports",
    "transport_passwords",
)
DOVECOT = ("app_password", "password", "user", "quota_user", "iterate")


def lookups() -> Lookups:
    """Every query, on one line, with the places that `Lookups` describes."""
    return Lookups(postfix={name: _for_postfix(name) for name in POSTFIX}, dovecot=_for_dovecot())


def text(name: str) -> str:
    """A query on one line and without its comments, the engines' values as {address}, {protocol}, {password_sha256}."""
    return f"{_read('walk')} {_read(name)}" if name in _WALKING else _read(name)


def _for_postfix(name: str) -> str:
    # sqlite_table(5): %s is the key with its quotes doubled, %% a percent sign.
    return text(name).replace("%", "%%").replace("{address}", "%s")


def _for_dovecot() -> Mapping[str, str]:
    return {name: text(name) for name in DOVECOT}


def _read(name: str) -> str:
    lines = resources.files(__package__).joinpath("sql", f"{name}.sql").read_text().splitlines()
    return " ".join(line.strip() for line in lines if line.strip() and not line.lstrip().startswith("--"))

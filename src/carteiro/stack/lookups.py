"""The questions that the engines put to the directory, given by whoever owns its tables."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Lookups:
    """SQL by name, comments and line breaks allowed.

    `postfix`: map name → SQL with Postfix's own places (%s %u %d, sqlite_table(5)). Names: local_domains, routes,
    mailboxes, room (for a plain mailbox: 1 where no limit is near, else 0), recipient_status, end_domain (value
    `@domain`), domain_full (on the usage database), sender_logins, login_status, relay_domains, relay_recipients,
    transports (value `smtp:[host]:port`, or `:`), transport_passwords (key `[host]:port`, value `user:password`).
    local_domains and relay_domains are also put as sub-queries, room only so; each of them is one SELECT.

    `dovecot`: query name → SQL with neutral places {address} {user} {domain} {protocol} {password_sha256}, each inside
    single quotes, which are turned into the variables of the installed Dovecot. Names and columns:

    - `app_password`: user, password (NULL), nopassword ('Y') and the mailbox's columns
    - `password`: user, password and the mailbox's columns
    - `user`: user and the mailbox's columns; no row is no such user
    - `quota_user`: the same, for an address that `user` knows nothing of; for the quota policy service alone
    - `iterate`: user

    The mailbox's columns are home (its name for life, without a directory), quota_bytes, quota_messages (0 is
    unlimited) and count_usage (true where its domain has a quota in all).
    """

    postfix: Mapping[str, str]
    dovecot: Mapping[str, str]

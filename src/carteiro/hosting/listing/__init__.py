"""Lists for pages: the rows that an actor may see, and what a page says of each, in a bounded number of queries."""

from carteiro.hosting.listing.alias_rows import ALIAS_STATES, AliasRow, alias_rows, aliases
from carteiro.hosting.listing.alias_rows import searched as alias_searched
from carteiro.hosting.listing.binned_rows import binned
from carteiro.hosting.listing.domain_rows import DOMAIN_STATES, DomainRow, domain_rows, domains, tagged, tags
from carteiro.hosting.listing.domain_rows import searched as domain_searched
from carteiro.hosting.listing.mailbox_rows import MAILBOX_STATES, MailboxRow, mailbox_rows, mailboxes

__all__ = [
    "ALIAS_STATES",
    "DOMAIN_STATES",
    "MAILBOX_STATES",
    "AliasRow",
    "DomainRow",
    "MailboxRow",
    "alias_rows",
    "alias_searched",
    "aliases",
    "binned",
    "domain_rows",
    "domain_searched",
    "domains",
    "mailbox_rows",
    "mailboxes",
    "tagged",
    "tags",
]

"""The tables of the accounts database: shape and constraints, no rules."""

from carteiro.hosting.models.admin import Admin
from carteiro.hosting.models.alias import Alias, AliasTarget
from carteiro.hosting.models.domain import Domain, RelayRecipient, Transport
from carteiro.hosting.models.mailbox import AppPassword, Mailbox, SenderGrant
from carteiro.hosting.models.trail import Binned, Change, FeedHead

__all__ = [
    "Admin",
    "Alias",
    "AliasTarget",
    "AppPassword",
    "Binned",
    "Change",
    "Domain",
    "FeedHead",
    "Mailbox",
    "RelayRecipient",
    "SenderGrant",
    "Transport",
]

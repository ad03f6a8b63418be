"""The tables of the accounts database: shape and constraints, no rules."""

from carteiro.hosting.models.admin import Admin, Delegation, Switch
from carteiro.hosting.models.alias import Alias, AliasTarget
from carteiro.hosting.models.answering import ExternalAccount, FilterRule, Vacation
from carteiro.hosting.models.broadcast import Broadcast
from carteiro.hosting.models.domain import Domain, RelayRecipient, Transport
from carteiro.hosting.models.imported import Imported
from carteiro.hosting.models.machine import Login, Reading, Sample, Usage
from carteiro.hosting.models.mailbox import AppPassword, Mailbox, SenderGrant
from carteiro.hosting.models.person import Failures, Person, Policy, Text, Ticket
from carteiro.hosting.models.trail import Binned, Change, FeedHead
from carteiro.hosting.models.webmail import Contact, Identity, Preference

__all__ = [
    "Admin",
    "Alias",
    "AliasTarget",
    "AppPassword",
    "Binned",
    "Broadcast",
    "Change",
    "Contact",
    "Delegation",
    "Domain",
    "ExternalAccount",
    "Failures",
    "FeedHead",
    "FilterRule",
    "Identity",
    "Imported",
    "Login",
    "Mailbox",
    "Person",
    "Policy",
    "Preference",
    "Reading",
    "RelayRecipient",
    "Sample",
    "SenderGrant",
    "Switch",
    "Text",
    "Ticket",
    "Transport",
    "Usage",
    "Vacation",
]

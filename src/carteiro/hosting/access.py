"""Who may do what: the actor of a use case and the table of rights."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from carteiro.hosting.errors import Forbidden
from carteiro.hosting.models import Admin
from carteiro.words import N_


class Role(StrEnum):
    """What somebody is to a domain."""

    SUPERADMIN = "superadmin"
    DOMAIN_ADMIN = "domain_admin"  # of that domain
    NOBODY = "nobody"


class Right(StrEnum):
    """What can be done to a domain, or to the host where no domain is meant."""

    SEE = "see"
    MANAGE_DOMAINS = "manage_domains"  # make, limit, rename, remove; alias domains too
    MANAGE_MAILBOXES = "manage_mailboxes"  # with their app passwords
    MANAGE_ALIASES = "manage_aliases"
    GRANT_SENDERS = "grant_senders"  # of addresses of that domain
    MANAGE_RELAY_RECIPIENTS = "manage_relay_recipients"
    MANAGE_TRANSPORTS = "manage_transports"
    MANAGE_ADMINS = "manage_admins"


_BOTH = frozenset({Role.SUPERADMIN, Role.DOMAIN_ADMIN})
_SUPERADMIN = frozenset({Role.SUPERADMIN})

RIGHTS: Mapping[Right, frozenset[Role]] = {
    Right.SEE: _BOTH,
    Right.MANAGE_DOMAINS: _SUPERADMIN,
    Right.MANAGE_MAILBOXES: _BOTH,
    Right.MANAGE_ALIASES: _BOTH,
    Right.GRANT_SENDERS: _BOTH,
    Right.MANAGE_RELAY_RECIPIENTS: _BOTH,
    Right.MANAGE_TRANSPORTS: _SUPERADMIN,
    Right.MANAGE_ADMINS: _SUPERADMIN,
}


@dataclass(frozen=True)
class Actor:
    """Who calls a use case, and from where.

    `domains` are the ids of the domains that a domain administrator holds.
    """

    name: str
    superadmin: bool = False
    domains: frozenset[int] = frozenset()
    origin: str = ""
    on_behalf_of: str = ""

    @classmethod
    def of(cls, admin: Admin, origin: str) -> "Actor":
        """The actor that an administrator is; one that is not active may do nothing."""
        if not admin.active:
            return cls(admin.address, origin=origin)
        held = frozenset(admin.domains.values_list("pk", flat=True))
        return cls(admin.address, superadmin=admin.superadmin, domains=held, origin=origin)

    @classmethod
    def root(cls, origin: str = "cli") -> "Actor":
        """The machine's owner, who may do everything."""
        return cls("root", superadmin=True, origin=origin)

    def role(self, domain_id: int | None) -> Role:
        """What the actor is to a domain, or to the host as a whole for None."""
        if self.superadmin:
            return Role.SUPERADMIN
        return Role.DOMAIN_ADMIN if domain_id in self.domains else Role.NOBODY


def may(actor: Actor, right: Right, domain_id: int | None = None) -> bool:
    """Whether the actor has a right on a domain, or on the host as a whole for None."""
    return actor.role(domain_id) in RIGHTS[right]


def require(actor: Actor, right: Right, domain_id: int | None = None, *, thing: str) -> None:
    """Raise Forbidden unless the actor has the right; `thing` is what was asked for."""
    if not may(actor, right, domain_id):
        raise Forbidden(
            N_("{actor} may not do this to {thing}."),
            N_("Ask an administrator who may."),
            actor=actor.name,
            thing=thing,
        )

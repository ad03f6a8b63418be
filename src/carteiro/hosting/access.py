"""Who may do what: the actor of a use case and the one table of rights."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from carteiro.hosting.errors import Forbidden
from carteiro.hosting.models import Admin, Mailbox, Switch
from carteiro.words import N_


class Role(StrEnum):
    """What somebody is to a domain or a mailbox, or to the host where neither is meant."""

    SUPERADMIN = "superadmin"
    DOMAIN_ADMIN = "domain_admin"  # of that domain
    USER = "user"  # the owner of that mailbox
    NOBODY = "nobody"


class Right(StrEnum):
    """What can be done to a domain or a mailbox, or to the host where neither is meant."""

    SEE = "see"  # a domain with what is in it
    SEE_MAILBOX = "see_mailbox"
    MANAGE_DOMAINS = "manage_domains"  # make, limit, rename, pause, remove; alias domains too
    MANAGE_MAILBOXES = "manage_mailboxes"  # make, change, rename, remove
    SET_QUOTAS = "set_quotas"  # of mailboxes, within the domain's limits
    SWITCH_SENDING = "switch_sending"
    CHANGE_PASSWORD = "change_password"  # noqa: S105 - a right, no password
    MANAGE_FORWARDING = "manage_forwarding"
    MANAGE_APP_PASSWORDS = "manage_app_passwords"
    EDIT_VACATIONS = "edit_vacations"
    EDIT_FILTERS = "edit_filters"
    MANAGE_EXTERNAL_ACCOUNTS = "manage_external_accounts"
    MANAGE_ALIASES = "manage_aliases"
    MANAGE_SPECIAL_ALIASES = "manage_special_aliases"  # see hosting/special.py
    MANAGE_OWN_ALIASES = "manage_own_aliases"  # those that the owner of a mailbox made for it
    GRANT_SENDERS = "grant_senders"  # of addresses of that domain
    MANAGE_RELAY_RECIPIENTS = "manage_relay_recipients"
    READ_LOG = "read_log"  # the audit log
    MANAGE_DKIM = "manage_dkim"
    MANAGE_TRANSPORTS = "manage_transports"
    MANAGE_ADMINS = "manage_admins"
    MANAGE_QUEUE = "manage_queue"
    MANAGE_SERVICES = "manage_services"
    BROADCAST = "broadcast"
    MANAGE_HOST = "manage_host"  # policies and texts


# What the administrator of a domain has there whatever the switches say.
ALWAYS: frozenset[Right] = frozenset({Right.SEE, Right.SEE_MAILBOX})
# What each switch of a domain's administrator gives on that domain.
SWITCHED: Mapping[Switch, frozenset[Right]] = {
    Switch.MAILBOXES: frozenset(
        {
            Right.MANAGE_MAILBOXES,
            Right.CHANGE_PASSWORD,
            Right.MANAGE_FORWARDING,
            Right.MANAGE_APP_PASSWORDS,
            Right.EDIT_FILTERS,
            Right.MANAGE_EXTERNAL_ACCOUNTS,
            Right.GRANT_SENDERS,
            Right.MANAGE_RELAY_RECIPIENTS,
        }
    ),
    Switch.ALIASES: frozenset({Right.MANAGE_ALIASES, Right.MANAGE_OWN_ALIASES}),
    Switch.QUOTAS: frozenset({Right.SET_QUOTAS}),
    Switch.SENDING: frozenset({Right.SWITCH_SENDING}),
    Switch.VACATIONS: frozenset({Right.EDIT_VACATIONS}),
    Switch.LOG: frozenset({Right.READ_LOG}),
    Switch.DKIM: frozenset({Right.MANAGE_DKIM}),
    Switch.SPECIAL_ALIASES: frozenset({Right.MANAGE_SPECIAL_ALIASES}),
}
# What the owner of a mailbox may do to that mailbox.
OWN: frozenset[Right] = frozenset(
    {
        Right.SEE_MAILBOX,
        Right.CHANGE_PASSWORD,
        Right.MANAGE_FORWARDING,
        Right.MANAGE_APP_PASSWORDS,
        Right.EDIT_VACATIONS,
        Right.EDIT_FILTERS,
        Right.MANAGE_EXTERNAL_ACCOUNTS,
        Right.MANAGE_OWN_ALIASES,
    }
)
RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.SUPERADMIN: frozenset(Right),
    Role.DOMAIN_ADMIN: ALWAYS.union(*SWITCHED.values()),  # with all switches on
    Role.USER: OWN,
    Role.NOBODY: frozenset(),
}


@dataclass(frozen=True)
class Actor:
    """Who calls a use case, and from where.

    `held` are the rights of a domain administrator by the ids of the domains; `mailbox` is the id of the own mailbox;
    `machine` is the machine's owner, who needs no account; `on_behalf_of` is whose own thing an administrator changes.
    """

    name: str
    superadmin: bool = False
    held: Mapping[int, frozenset[Right]] = field(default_factory=dict)
    mailbox: int | None = None
    origin: str = ""
    on_behalf_of: str = ""
    machine: bool = False

    @classmethod
    def of(cls, admin: Admin, origin: str) -> "Actor":
        """The actor that an administrator is; one that is not active may do nothing."""
        return cls.person(None, admin, origin)

    @classmethod
    def person(cls, mailbox: Mailbox | None, admin: Admin | None, origin: str) -> "Actor":
        """The actor that somebody is as the owner of a mailbox, as an administrator, or as both at once."""
        named = mailbox or admin
        owns = mailbox is not None and mailbox.active and mailbox.domain.active
        rules = admin is not None and admin.active
        return cls(
            named.address if named else "",
            superadmin=admin is not None and rules and admin.superadmin,
            held=_held(admin) if admin is not None and rules else {},
            mailbox=mailbox.pk if mailbox is not None and owns else None,
            origin=origin,
        )

    @classmethod
    def root(cls, origin: str = "cli") -> "Actor":
        """The machine's owner, who may do everything."""
        return cls("root", superadmin=True, origin=origin, machine=True)

    def acting_for(self, address: str) -> "Actor":
        """The same actor on somebody's behalf: what an administrator does to what is another person's own."""
        return self if address == self.name else replace(self, on_behalf_of=address)

    @property
    def domains(self) -> frozenset[int]:
        """The ids of the domains that a domain administrator holds."""
        return frozenset(self.held)

    @property
    def administers(self) -> bool:
        """Whether there is anything to administer for this actor."""
        return self.superadmin or bool(self.held)

    def role(self, domain_id: int | None, mailbox_id: int | None = None) -> Role:
        """The highest role that the actor has to a domain or mailbox, or to the host as a whole for None."""
        if self.superadmin:
            return Role.SUPERADMIN
        if domain_id in self.held:
            return Role.DOMAIN_ADMIN
        return Role.USER if mailbox_id is not None and mailbox_id == self.mailbox else Role.NOBODY

    def has(self, right: Right) -> bool:
        """Whether the actor has a right anywhere: on the host, on one of the domains held, on the own mailbox."""
        return self.superadmin or bool(self.domains_with(right)) or (right in OWN and self.mailbox is not None)

    def domains_with(self, right: Right) -> frozenset[int]:
        """The ids of the domains held on which a domain administrator has a right."""
        return frozenset(domain for domain, rights in self.held.items() if right in rights)


def may(actor: Actor, right: Right, domain_id: int | None = None, mailbox_id: int | None = None) -> bool:
    """Whether the actor has a right on a domain or a mailbox of it, or on the host as a whole for None."""
    if actor.superadmin:
        return True
    if domain_id is not None and right in actor.held.get(domain_id, frozenset()):
        return True
    return right in OWN and mailbox_id is not None and mailbox_id == actor.mailbox


def require(
    actor: Actor, right: Right, domain_id: int | None = None, mailbox_id: int | None = None, *, thing: str
) -> None:
    """Raise Forbidden unless the actor has the right; `thing` is what was asked for."""
    if may(actor, right, domain_id, mailbox_id):
        return
    remedy = N_("Ask an administrator who may.")
    if not thing:
        raise Forbidden(N_("{actor} may not do this."), remedy, actor=actor.name)
    raise Forbidden(N_("{actor} may not do this to {thing}."), remedy, actor=actor.name, thing=thing)


def refuse_over(actor: Actor, *addresses: str) -> None:
    """Raise Forbidden where one of the addresses is an administrator's: who keeps a mailbox could become its owner.

    Administrators, of one domain or of all, also those switched off, are left to superadmins and to themselves.
    """
    others = [address for address in addresses if address != actor.name]
    if actor.superadmin or not others:
        return
    taken = Admin.objects.filter(address__in=others).values_list("address", flat=True).first()
    if taken is not None:
        raise Forbidden(
            N_("{address} is an administrator's: {actor} may not change that mailbox."),
            N_("Ask a superadmin."),
            address=taken,
            actor=actor.name,
        )


def _held(admin: Admin) -> dict[int, frozenset[Right]]:
    rows = admin.delegations.values_list("domain_id", "switches")
    return {domain: ALWAYS.union(*(SWITCHED[Switch(each)] for each in switches)) for domain, switches in rows}

"""Administrators: who may change what through panel and API."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import models
from django.utils import timezone

from carteiro.hosting.models.domain import Domain
from carteiro.hosting.models.mailbox import new_home


class Switch(models.TextChoices):
    """What a superadmin can give to, or keep from, the administrator of a domain."""

    MAILBOXES = "mailboxes"
    ALIASES = "aliases"
    QUOTAS = "quotas"  # within the domain's limits
    SENDING = "sending"  # whether a mailbox may send
    VACATIONS = "vacations"  # of the users
    LOG = "log"  # reading the audit log of the domain
    DKIM = "dkim"
    SPECIAL_ALIASES = "special_aliases"  # abuse, hostmaster, postmaster, webmaster


def all_switches() -> list[str]:
    """What the administrator of a domain may do where nothing else is said: all but what others rely on."""
    return [value for value in Switch.values if value != Switch.SPECIAL_ALIASES]


class Admin(models.Model):
    """A person who administers all domains (superadmin) or those given."""

    address = models.CharField(max_length=255, unique=True)
    password = models.CharField(max_length=512, blank=True)  # {SCHEME}hash; empty: that of the mailbox
    superadmin = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    domains = models.ManyToManyField(Domain, through="Delegation", related_name="admins")
    key = models.CharField(max_length=32, unique=True, default=new_home)  # for life, as a mailbox's home
    created = models.DateTimeField(default=timezone.now)
    modified = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.address

    def record(self) -> dict[str, Any]:
        """What people may read of it: never the password."""
        held = self.held()
        return {
            "address": self.address,
            "superadmin": self.superadmin,
            "active": self.active,
            "domains": sorted(held),
            "switches": {name: held[name] for name in sorted(held)},
        }

    def held(self) -> dict[str, list[str]]:
        """The names of the domains held, each with its switches."""
        rows = self.delegations.all()
        if "delegations" not in getattr(self, "_prefetched_objects_cache", {}):
            rows = rows.select_related("domain")
        return {row.domain.name: sorted(row.switches) for row in rows}

    def hold(self, wanted: Mapping[Domain, Collection[str]]) -> None:
        """Hold these domains with these switches, and no others."""
        self.delegations.exclude(domain__in=list(wanted)).delete()
        for domain, switches in wanted.items():
            self.delegations.update_or_create(domain=domain, defaults={"switches": sorted(switches)})


class Delegation(models.Model):
    """A domain that an administrator holds, and what of it."""

    admin = models.ForeignKey(Admin, on_delete=models.CASCADE, related_name="delegations")
    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, related_name="delegations")
    switches = models.JSONField(default=all_switches)

    class Meta:
        """The table of the relation as it was before it had switches."""

        db_table = "hosting_admin_domains"
        constraints = (models.UniqueConstraint(fields=("admin", "domain"), name="delegation_once"),)

    def __str__(self) -> str:
        return f"{self.admin} {self.domain}"

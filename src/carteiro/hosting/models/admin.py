"""Administrators: who may change what through panel and API."""

from typing import Any

from django.db import models
from django.utils import timezone

from carteiro.hosting.models.domain import Domain


class Admin(models.Model):
    """A person who administers all domains (superadmin) or those given."""

    address = models.CharField(max_length=255, unique=True)
    password = models.CharField(max_length=512)  # {SCHEME}hash
    superadmin = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    domains = models.ManyToManyField(Domain, related_name="admins")
    created = models.DateTimeField(default=timezone.now)
    modified = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.address

    def record(self) -> dict[str, Any]:
        """What people may read of it: never the password."""
        return {
            "address": self.address,
            "superadmin": self.superadmin,
            "active": self.active,
            "domains": sorted(domain.name for domain in self.domains.all()),
        }

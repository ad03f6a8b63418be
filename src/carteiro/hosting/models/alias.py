"""Aliases: one address that stands for others."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.utils import timezone

from carteiro.hosting.models.domain import Domain
from carteiro.hosting.models.mailbox import Mailbox


class Alias(models.Model):
    """An address that stands for its targets.

    `@domain` is a catch-all. An alias of a mailbox's own address is that mailbox's forwarding;
    its own address among the targets then means that a copy is kept.
    """

    address = models.CharField(max_length=255, unique=True)
    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, related_name="aliases")
    active = models.BooleanField(default=True)
    comment = models.CharField(max_length=255, blank=True)
    expires = models.DateTimeField(null=True)  # an address left behind stands for the new one until then
    owner = models.ForeignKey(Mailbox, null=True, on_delete=models.CASCADE, related_name="own_aliases")  # who made it
    created = models.DateTimeField(default=timezone.now)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        """What lists of many thousands are sorted by, and what the worker looks for."""

        indexes = (
            models.Index(fields=("domain", "address"), name="alias_domain"),
            models.Index(fields=("expires",), name="alias_expires"),
        )

    def __str__(self) -> str:
        return self.address

    def addresses(self) -> list[str]:
        """The targets in the order in which they were given."""
        return [target.address for target in self.targets.all()]

    def record(self, targets: Sequence[str] | None = None) -> dict[str, Any]:
        """What people may read of it; `targets` in place of those that are stored."""
        return {
            "address": self.address,
            "targets": self.addresses() if targets is None else list(targets),
            "active": self.active,
            "comment": self.comment,
            "expires": self.expires.isoformat(timespec="seconds") if self.expires else None,
            "owner": self.owner.address if self.owner else None,
        }


class AliasTarget(models.Model):
    """One of the addresses that an alias stands for, here or elsewhere."""

    alias = models.ForeignKey(Alias, on_delete=models.CASCADE, related_name="targets")
    address = models.CharField(max_length=255, db_index=True)
    position = models.PositiveIntegerField()

    class Meta:
        """Order and rules of shape."""

        ordering = ("alias", "position")
        constraints = (models.UniqueConstraint(fields=("alias", "address"), name="alias_target_once"),)

    def __str__(self) -> str:
        return self.address

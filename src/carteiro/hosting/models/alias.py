"""Aliases: one address that stands for others."""

from typing import Any

from django.db import models
from django.utils import timezone

from carteiro.hosting.models.domain import Domain


class Alias(models.Model):
    """An address that stands for its targets.

    `@domain` is a catch-all. An alias of a mailbox's own address is that mailbox's forwarding;
    its own address among the targets then means that a copy is kept.
    """

    address = models.CharField(max_length=255, unique=True)
    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, related_name="aliases")
    active = models.BooleanField(default=True)
    comment = models.CharField(max_length=255, blank=True)
    created = models.DateTimeField(default=timezone.now)
    modified = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.address

    def addresses(self) -> list[str]:
        """The targets in the order in which they were given."""
        return [target.address for target in self.targets.all()]

    def record(self) -> dict[str, Any]:
        """What people may read of it."""
        return {
            "address": self.address,
            "targets": self.addresses(),
            "active": self.active,
            "comment": self.comment,
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

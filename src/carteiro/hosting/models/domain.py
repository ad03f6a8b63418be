"""Domains of every kind, the recipients of relay domains, and next hops."""

from typing import Any

from django.db import models
from django.utils import timezone


class Domain(models.Model):
    """A domain that this host takes mail for."""

    class Kind(models.TextChoices):
        """What happens to mail for the domain."""

        HOSTED = "hosted"  # it is delivered to mailboxes here
        RELAY = "relay"  # it is held for another host, as a backup MX (RFC 5321 section 5.1)
        ALIAS = "alias"  # every address stands for the same one of the target domain

    class Recipients(models.TextChoices):
        """How the recipients of a relay domain are known."""

        LIST = "list"  # from relay_recipient
        VERIFY = "verify"  # the next hop is asked

    name = models.CharField(max_length=255, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.HOSTED)
    target = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="alias_domains")
    active = models.BooleanField(default=True)
    paused = models.BooleanField(default=False)  # mail is put off with 4xx: nothing bounces
    description = models.CharField(max_length=255, blank=True)
    tags = models.JSONField(default=list)  # words to find it by
    # Limits: null is none. Quotas are bytes.
    max_mailboxes = models.PositiveIntegerField(null=True)
    max_aliases = models.PositiveIntegerField(null=True)
    quota = models.PositiveBigIntegerField(null=True)
    max_mailbox_quota = models.PositiveBigIntegerField(null=True)
    default_mailbox_quota = models.PositiveBigIntegerField(null=True)
    recipients = models.CharField(max_length=8, choices=Recipients.choices, default=Recipients.LIST)
    password_days = models.PositiveIntegerField(null=True)  # after so many days a password must be changed
    second_factor = models.BooleanField(default=False)  # whether its people have to sign in with one
    own_aliases = models.PositiveIntegerField(default=0)  # how many its people may make for themselves
    created = models.DateTimeField(default=timezone.now)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        """Rules of shape."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind="alias", target__isnull=False)
                | (~models.Q(kind="alias") & models.Q(target=None)),
                name="domain_target_iff_alias",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def record(self) -> dict[str, Any]:
        """What people may read of it."""
        if self.target is not None:
            return {"name": self.name, "kind": self.kind, "target": self.target.name, "active": self.active}
        shown: dict[str, Any] = {
            "name": self.name,
            "kind": self.kind,
            "active": self.active,
            "paused": self.paused,
            "description": self.description,
            "tags": self.tags,
        }
        if self.kind == self.Kind.RELAY:
            return shown | {"recipients": self.recipients}
        return shown | {
            "max_mailboxes": self.max_mailboxes,
            "max_aliases": self.max_aliases,
            "quota": self.quota,
            "max_mailbox_quota": self.max_mailbox_quota,
            "default_mailbox_quota": self.default_mailbox_quota,
            "password_days": self.password_days,
            "second_factor": self.second_factor,
            "own_aliases": self.own_aliases,
        }


class RelayRecipient(models.Model):
    """An address of a relay domain that the next hop takes."""

    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, related_name="relay_recipients")
    address = models.CharField(max_length=255, unique=True)

    def __str__(self) -> str:
        return self.address

    def record(self) -> dict[str, Any]:
        """What people may read of it."""
        return {"address": self.address}


class Transport(models.Model):
    """The next hop of all mail for a domain, hosted here or not (transport(5))."""

    domain_name = models.CharField(max_length=255, unique=True)
    host = models.CharField(max_length=255)
    port = models.PositiveIntegerField(default=25)
    username = models.CharField(max_length=255, blank=True)
    password = models.CharField(max_length=512, blank=True)  # clear: SMTP AUTH as a client needs it

    def __str__(self) -> str:
        return self.domain_name

    def record(self) -> dict[str, Any]:
        """What people may read of it."""
        return {"domain": self.domain_name, "host": self.host, "port": self.port, "username": self.username}

"""Mailboxes and what hangs on one: app passwords and granted sender addresses."""

import uuid
from typing import Any

from django.db import models
from django.utils import timezone

from carteiro.hosting.models.domain import Domain


def new_home() -> str:
    """A directory name that no mailbox had before: an address given away never shows old mail."""
    return uuid.uuid4().hex


class Mailbox(models.Model):
    """An address whose mail is kept here, and the login of its owner."""

    address = models.CharField(max_length=255, unique=True)
    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, related_name="mailboxes")
    name = models.CharField(max_length=255, blank=True)
    password = models.CharField(max_length=512)  # {SCHEME}hash
    active = models.BooleanField(default=True)
    quota = models.PositiveBigIntegerField(default=0)  # bytes; 0 is unlimited
    quota_messages = models.PositiveIntegerField(default=0)  # 0 is unlimited
    imap = models.BooleanField(default=True)
    pop3 = models.BooleanField(default=True)
    smtp = models.BooleanField(default=True)
    sieve = models.BooleanField(default=True)
    home = models.CharField(max_length=32, unique=True, default=new_home)
    password_changed = models.DateTimeField(default=timezone.now)
    must_change_password = models.BooleanField(default=False)  # at the next sign-in
    created = models.DateTimeField(default=timezone.now)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        """What lists of many thousands are sorted and counted by."""

        indexes = (
            models.Index(fields=("domain", "address"), name="mailbox_domain"),
            models.Index(fields=("domain", "quota"), name="mailbox_given"),
            models.Index(fields=("modified",), name="mailbox_changed"),
            models.Index(fields=("name",), name="mailbox_name"),
            models.Index(fields=("quota",), name="mailbox_quota"),
            models.Index(fields=("address", "name"), name="mailbox_search"),
        )

    def __str__(self) -> str:
        return self.address

    def record(self) -> dict[str, Any]:
        """What people may read of it: never the password."""
        return {
            "address": self.address,
            "name": self.name,
            "active": self.active,
            "quota": self.quota,
            "quota_messages": self.quota_messages,
            "imap": self.imap,
            "pop3": self.pop3,
            "smtp": self.smtp,
            "sieve": self.sieve,
            "must_change_password": self.must_change_password,
            "home": self.home,
        }


class AppPassword(models.Model):
    """A long random password of one program, good for chosen protocols."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="app_passwords")
    label = models.CharField(max_length=255, blank=True)
    digest = models.CharField(max_length=64, unique=True)  # SHA-256, hex: enough for 128 random bits
    imap = models.BooleanField(default=False)
    pop3 = models.BooleanField(default=False)
    smtp = models.BooleanField(default=False)
    sieve = models.BooleanField(default=False)
    created = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.label or str(self.pk)

    def record(self) -> dict[str, Any]:
        """What people may read of it: never the digest."""
        protocols = [name for name in ("imap", "pop3", "smtp", "sieve") if getattr(self, name)]
        return {"id": self.pk, "label": self.label, "protocols": protocols, "created": self.created.isoformat()}


class SenderGrant(models.Model):
    """An address that a mailbox's login may send as, besides those that reach it."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="sender_grants")
    address = models.CharField(max_length=255, db_index=True)

    class Meta:
        """Rules of shape."""

        constraints = (models.UniqueConstraint(fields=("mailbox", "address"), name="sender_grant_once"),)

    def __str__(self) -> str:
        return self.address

    def record(self) -> dict[str, Any]:
        """What people may read of it."""
        return {"mailbox": self.mailbox.address, "address": self.address}

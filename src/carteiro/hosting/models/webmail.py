"""What the owner of a mailbox keeps for writing and reading in a browser: people, own names, preferences."""

from typing import Any

from django.db import models

from carteiro.hosting.models.mailbox import Mailbox


class Contact(models.Model):
    """Somebody in the address book of a mailbox."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="contacts")
    nickname = models.CharField(max_length=255, blank=True)
    first_name = models.CharField(max_length=255, blank=True)
    last_name = models.CharField(max_length=255, blank=True)
    addresses = models.JSONField(default=list)  # one, or those of a group
    note = models.CharField(max_length=1000, blank=True)

    def __str__(self) -> str:
        return self.nickname or f"{self.first_name} {self.last_name}".strip()

    def record(self) -> dict[str, Any]:
        """What people may read of it."""
        names = ("nickname", "first_name", "last_name", "addresses", "note")
        return {name: getattr(self, name) for name in names}


class Identity(models.Model):
    """A name and an address that the owner of a mailbox writes as; the first one is the usual one."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="identities")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=255, blank=True)
    address = models.CharField(max_length=255, blank=True)
    reply_to = models.CharField(max_length=255, blank=True)
    signature = models.TextField(blank=True)

    class Meta:
        """In their order."""

        ordering = ("mailbox", "position")

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>"

    def record(self) -> dict[str, Any]:
        """What people may read of it."""
        return {name: getattr(self, name) for name in ("name", "address", "reply_to", "signature")}


class Preference(models.Model):
    """How the owner of a mailbox wants one thing to be: a name of hosting/owner/webmail.py and its value."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="preferences")
    name = models.CharField(max_length=64)
    value = models.JSONField()

    class Meta:
        """Rules of shape."""

        constraints = (models.UniqueConstraint(fields=("mailbox", "name"), name="preference_once"),)

    def __str__(self) -> str:
        return self.name

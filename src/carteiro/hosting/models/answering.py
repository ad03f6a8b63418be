"""What the owner of a mailbox has done with arriving mail: vacation notice, filter rules, accounts fetched from."""

from typing import Any

from django.db import models

from carteiro.hosting.models.mailbox import Mailbox


class Vacation(models.Model):
    """The notice that answers while somebody is away (RFC 5230)."""

    mailbox = models.OneToOneField(Mailbox, on_delete=models.CASCADE, related_name="vacation")
    active = models.BooleanField(default=False)
    subject = models.CharField(max_length=255, blank=True)
    text = models.TextField(blank=True)
    starts = models.DateTimeField(null=True)
    ends = models.DateTimeField(null=True)
    days = models.PositiveIntegerField(default=7)  # one answer per sender in so many days

    def __str__(self) -> str:
        return self.mailbox.address

    def record(self) -> dict[str, Any]:
        """What people may read of it."""
        return {
            "active": self.active,
            "subject": self.subject,
            "text": self.text,
            "starts": self.starts.isoformat() if self.starts else None,
            "ends": self.ends.isoformat() if self.ends else None,
            "days": self.days,
        }


class FilterRule(models.Model):
    """If these conditions hold, do this: one row of the simple editor."""

    class Match(models.TextChoices):
        """How the conditions of a rule are joined."""

        ALL = "all"
        ANY = "any"

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="filter_rules")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=255, blank=True)
    active = models.BooleanField(default=True)
    match = models.CharField(max_length=3, choices=Match.choices, default=Match.ALL)
    conditions = models.JSONField(default=list)  # [{"field": …, "test": …, "value": …}]
    actions = models.JSONField(default=list)  # [{"do": …, "value": …}]

    class Meta:
        """Rules apply in their order."""

        ordering = ("mailbox", "position")

    def __str__(self) -> str:
        return self.name

    def record(self) -> dict[str, Any]:
        """What people may read of it."""
        return {
            "name": self.name,
            "active": self.active,
            "match": self.match,
            "conditions": self.conditions,
            "actions": self.actions,
        }


class ExternalAccount(models.Model):
    """An account elsewhere whose mail is fetched into a mailbox."""

    class Protocol(models.TextChoices):
        """How it is asked; TLS always."""

        IMAP = "imap"
        POP3 = "pop3"

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="external_accounts")
    protocol = models.CharField(max_length=4, choices=Protocol.choices)
    host = models.CharField(max_length=255)
    port = models.PositiveIntegerField()
    username = models.CharField(max_length=255)
    sealed = models.TextField()  # the password, encrypted for the worker's key: the web can't read it back
    folder = models.CharField(max_length=255, default="INBOX")  # of an IMAP account
    keep = models.BooleanField(default=True)  # whether fetched messages stay there
    poll_minutes = models.PositiveIntegerField(default=15)
    active = models.BooleanField(default=True)
    due = models.DateTimeField()
    ran = models.DateTimeField(null=True)
    well = models.BooleanField(null=True)  # how the last run ended
    result = models.JSONField(default=dict)  # a packed Fault, or how many messages came ("fetched")

    def __str__(self) -> str:
        return f"{self.username} {self.host}"

    def record(self) -> dict[str, Any]:
        """What people may read of it: never the password."""
        names = ("protocol", "host", "port", "username", "folder", "keep", "poll_minutes", "active")
        return {name: getattr(self, name) for name in names}

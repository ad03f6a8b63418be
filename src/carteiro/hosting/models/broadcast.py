"""Broadcasts: one message to the mailboxes of chosen domains."""

from typing import Any

from django.db import models
from django.utils import timezone


class Broadcast(models.Model):
    """A message that the worker sends, mailbox after mailbox, so far as `last`."""

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting"
        SENDING = "sending"
        STOPPED = "stopped"
        DONE = "done"
        FAILED = "failed"

    author = models.CharField(max_length=255)
    from_name = models.CharField(max_length=255, blank=True)
    from_address = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    text = models.TextField()
    domains = models.JSONField(default=list)  # names; with `everywhere`, empty
    everywhere = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    total = models.PositiveIntegerField(default=0)
    sent = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    last = models.BigIntegerField(default=0)  # the id of the mailbox that was served last
    serving = models.BigIntegerField(default=0)  # the id of the mailbox whose message is on its way to the queue
    error = models.CharField(max_length=500, blank=True)
    created = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.subject

    def record(self) -> dict[str, Any]:
        """What people may read of it."""
        return {
            "subject": self.subject,
            "from_address": self.from_address,
            "domains": self.domains,
            "everywhere": self.everywhere,
            "state": self.state,
            "total": self.total,
        }

"""The table of requests to the privileged worker."""

from django.db import models


class Request(models.Model):
    """Something that the worker of a node has to do, recorded with the change that needs it."""

    class State(models.TextChoices):
        """Where a request stands."""

        WAITING = "waiting"
        CLAIMED = "claimed"
        DONE = "done"
        FAILED = "failed"  # given up

    kind = models.CharField(max_length=32)
    payload = models.JSONField(default=dict)
    node = models.CharField(max_length=255, blank=True)  # empty: the only one
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    created = models.DateTimeField()
    not_before = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=1000, blank=True)
    done_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)  # what whoever asked wants to know

    class Meta:
        """The worker looks for the oldest one that waits."""

        indexes = (models.Index(fields=("state", "not_before"), name="request_state_due"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

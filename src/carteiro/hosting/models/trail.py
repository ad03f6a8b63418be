"""What happened and what was removed: change records, the feed's head, the bin."""

from typing import Any

from django.db import models


class Change(models.Model):
    """One change of one object: a line of the audit log and a step of the feed.

    No foreign keys: a record outlives what it tells of. `object_id` is the id of the row of `kind`,
    for whoever follows the feed; `number` has no gaps and grows in the order of commits.
    """

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=255)
    origin = models.CharField(max_length=255, blank=True)  # cli, panel, api, or an address on the network
    on_behalf_of = models.CharField(max_length=255, blank=True)
    action = models.CharField(max_length=16)
    kind = models.CharField(max_length=16)
    object_id = models.BigIntegerField()
    key = models.CharField(max_length=255, db_index=True)
    domain_name = models.CharField(max_length=255, db_index=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.number} {self.action} {self.kind} {self.key}"

    def record(self) -> dict[str, Any]:
        """What people may read of it."""
        return {
            "number": self.number,
            "at": self.at.isoformat(),
            "actor": self.actor,
            "origin": self.origin,
            "on_behalf_of": self.on_behalf_of,
            "action": self.action,
            "kind": self.kind,
            "key": self.key,
            "before": self.before,
            "after": self.after,
        }


class FeedHead(models.Model):
    """The one row that serialises the appends to the feed; it names the database too."""

    number = models.PositiveBigIntegerField(default=0)  # of the last change
    identity = models.CharField(max_length=32)  # drawn when the database was made

    def __str__(self) -> str:
        return str(self.number)


class Binned(models.Model):
    """Something removed, that can be had back until it is purged.

    What went along with a domain or a mailbox hangs on its row.
    """

    kind = models.CharField(max_length=16)
    key = models.CharField(max_length=511, db_index=True)  # of a grant: the login, a space, the address
    domain_name = models.CharField(max_length=255, db_index=True)
    snapshot = models.JSONField()
    removed_at = models.DateTimeField()
    purge_after = models.DateTimeField(db_index=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="parts")

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    def record(self) -> dict[str, Any]:
        """What people may read of it: the snapshot holds passwords and stays inside."""
        return {
            "kind": "alias_domain" if self.snapshot.get("target") else self.kind,
            "key": self.key,
            "removed_at": self.removed_at.isoformat(timespec="seconds"),
            "purge_after": self.purge_after.isoformat(timespec="seconds"),
        }

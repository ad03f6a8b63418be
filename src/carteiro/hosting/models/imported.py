"""What was brought in from another host, so that a later import brings only what has changed since."""

from django.db import models


class Imported(models.Model):
    """One thing that came from a host: how it was there, and how it was stored here.

    Written in the transaction that stores the thing, so that an import which is killed goes on where it was.
    No foreign key: that something was imported and then removed here is remembered too.
    """

    source = models.CharField(max_length=64)  # the name of the old host
    kind = models.CharField(max_length=16)
    key = models.CharField(max_length=255)
    wanted = models.CharField(max_length=64)  # a digest of what the old host had
    stored = models.CharField(max_length=64)  # a digest of what was here after it was stored

    class Meta:
        """One row for each thing of a host."""

        constraints = (models.UniqueConstraint(fields=("source", "kind", "key"), name="imported_once"),)

    def __str__(self) -> str:
        return f"{self.source} {self.kind} {self.key}"

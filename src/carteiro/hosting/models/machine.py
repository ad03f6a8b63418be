"""What the worker read off the machine, for whoever looks: never a source of rules, and no part of the feed."""

from django.db import models

from carteiro.hosting.models.mailbox import Mailbox


class Reading(models.Model):
    """The last look at one thing of a node: its services, its queue, its certificate …"""

    node = models.CharField(max_length=255, blank=True)  # empty: the only one
    name = models.CharField(max_length=32)
    at = models.DateTimeField()
    data = models.JSONField()

    class Meta:
        """One row for each thing of a node."""

        constraints = (models.UniqueConstraint(fields=("node", "name"), name="reading_once"),)

    def __str__(self) -> str:
        return self.name


class Sample(models.Model):
    """A number of one hour: mail in, out and rejected, log-ins, bytes stored; of a domain or of the whole host."""

    series = models.CharField(max_length=32)
    key = models.CharField(max_length=255, blank=True)  # a domain's name; empty: the host
    hour = models.DateTimeField()
    value = models.BigIntegerField(default=0)

    class Meta:
        """One row for each hour."""

        constraints = (models.UniqueConstraint(fields=("series", "key", "hour"), name="sample_once"),)

    def __str__(self) -> str:
        return f"{self.series} {self.key} {self.hour}"


class Usage(models.Model):
    """What a mailbox holds."""

    mailbox = models.OneToOneField(Mailbox, on_delete=models.CASCADE, related_name="usage")
    size = models.PositiveBigIntegerField(default=0)  # bytes
    messages = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        """Who uses the most is asked for first."""

        indexes = (models.Index(fields=("size",), name="usage_size"),)

    def __str__(self) -> str:
        return str(self.size)


class Login(models.Model):
    """The last log-in to a mailbox by one protocol from one address on the network."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="logins")
    protocol = models.CharField(max_length=8)  # imap, pop3, smtp, sieve
    network = models.CharField(max_length=64)  # an IP address
    at = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)

    class Meta:
        """One row for each way in."""

        constraints = (models.UniqueConstraint(fields=("mailbox", "protocol", "network"), name="login_once"),)
        indexes = (models.Index(fields=("mailbox", "-at"), name="login_last"),)

    def __str__(self) -> str:
        return f"{self.protocol} {self.network}"

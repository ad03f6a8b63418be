"""People: who signs in to the panel. Their passwords stay with their mailbox or their administrator's account."""

import uuid
from functools import cached_property
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

from carteiro.hosting.models.admin import Admin
from carteiro.hosting.models.mailbox import Mailbox


def new_uid() -> str:
    """A name that no person had before."""
    return uuid.uuid4().hex


class Person(AbstractBaseUser):
    """One identity: the owner of a mailbox, an administrator, or both at once.

    Made at the first sign-in. No foreign keys: a mailbox or an administrator that comes back from the bin, or is
    renamed, meets the same person with the same second factors again, through `home` (Mailbox.home) and `admin_key`
    (Admin.key).
    """

    USERNAME_FIELD = "uid"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    password = None  # type: ignore[assignment]  # no column: see `credential`
    uid = models.CharField(max_length=32, unique=True, default=new_uid)
    home = models.CharField(max_length=32, unique=True, null=True)
    admin_key = models.CharField(max_length=32, unique=True, null=True)
    recovery_address = models.CharField(max_length=255, blank=True)
    recovery_confirmed = models.DateTimeField(null=True)
    language = models.CharField(max_length=16, blank=True)  # empty: what the browser asks for
    theme = models.CharField(max_length=8, blank=True)  # light, dark; empty: what the browser asks for
    time_zone = models.CharField(max_length=64, blank=True)
    created = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.address

    @cached_property
    def mailbox(self) -> Mailbox | None:
        """The person's mailbox, unless it is in the bin."""
        return Mailbox.objects.select_related("domain").filter(home=self.home).first() if self.home else None

    @cached_property
    def admin(self) -> Admin | None:
        """The person's administrator's account, unless it is in the bin."""
        return Admin.objects.filter(key=self.admin_key).first() if self.admin_key else None

    @property
    def address(self) -> str:
        """What the person signs in with; empty when nothing of the person is left here."""
        held = self.mailbox or self.admin
        return held.address if held else ""

    @property
    def credential(self) -> str:
        """The {SCHEME}hash of the one password for mail and web: a mailbox's counts before an administrator's."""
        held = self.mailbox or self.admin
        return held.password if held else ""

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Whether the person may sign in at all."""
        box = self.mailbox is not None and self.mailbox.active and self.mailbox.domain.active
        return box or (self.admin is not None and self.admin.active)

    def get_session_auth_hash(self) -> str:
        """Sessions end when the password changes."""
        return salted_hmac("carteiro.session", f"{self.uid} {self.credential}", algorithm="sha256").hexdigest()


class Policy(models.Model):
    """What superadmins decided for the whole host: a name of hosting/people/policy.py and its value."""

    name = models.CharField(max_length=64, unique=True)
    value = models.JSONField()

    def __str__(self) -> str:
        return self.name


class Text(models.Model):
    """A text that superadmins wrote for people: the welcome mail, the message of the day of a role."""

    name = models.CharField(max_length=32)
    language = models.CharField(max_length=16)
    subject = models.CharField(max_length=255, blank=True)
    body = models.TextField(blank=True)

    class Meta:
        """Rules of shape."""

        constraints = (models.UniqueConstraint(fields=("name", "language"), name="text_once"),)

    def __str__(self) -> str:
        return f"{self.name} {self.language}"


class Ticket(models.Model):
    """Leave to do one thing once, for whoever shows the secret: of that only the digest is kept."""

    class Purpose(models.TextChoices):
        """What a ticket is good for."""

        SETUP = "setup"  # making the first superadmin
        RECOVER = "recover"  # another password for a person who forgot it
        CONFIRM = "confirm"  # showing that a recovery address is the person's

    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    digest = models.CharField(max_length=64, unique=True)  # SHA-256, hex: enough for 256 random bits
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="tickets")
    address = models.CharField(max_length=255, blank=True)  # that it was sent to
    expires = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.purpose} {self.address}"


class Failures(models.Model):
    """How often sign-in failed lately, for an account or for an address on the network; it slows the next tries."""

    key = models.CharField(max_length=255, unique=True)  # "account:…" or "network:…"
    count = models.PositiveIntegerField(default=0)
    last = models.DateTimeField()

    def __str__(self) -> str:
        return self.key

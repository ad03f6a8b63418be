"""Short ways to make what tests need."""

from carteiro.hosting import aliases, mailboxes
from carteiro.hosting.access import Actor
from carteiro.hosting.models import Alias, Change, Mailbox
from carteiro.jobs.models import Request

# {SHA256} of "secret": quick to check, and of the right form.
HASH = "{SHA256}K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols="
OTHER_HASH = "{SHA256}LCa0a2j/xo/5m0U8HTBBNBNCLXBkg7+g+YpeiGJm564="


def mailbox(actor: Actor, address: str, **fields: object) -> Mailbox:
    """A mailbox whose password is "secret"."""
    return mailboxes.add(actor, mailboxes.NewMailbox(address=address, password=HASH, **fields))  # type: ignore[arg-type]


def alias(actor: Actor, address: str, *targets: str) -> Alias:
    """An alias."""
    return aliases.add(actor, aliases.NewAlias(address, targets))


def told() -> list[str]:
    """The change records as short lines: action, kind, key."""
    return [f"{change.action} {change.kind} {change.key}" for change in Change.objects.order_by("number")]


def asked() -> list[str]:
    """The requests as short lines."""
    rows = Request.objects.order_by("pk")
    return [" ".join([row.kind, *map(str, row.payload.values())]) for row in rows]

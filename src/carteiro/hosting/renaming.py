"""What else changes when an address or a domain gets another name."""

from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat, Length, Substr

from carteiro.hosting import targets
from carteiro.hosting.errors import Exists, Invalid
from carteiro.hosting.feed import Action, Kind, Ledger
from carteiro.hosting.models import (
    Admin,
    Alias,
    AliasTarget,
    Binned,
    Domain,
    Mailbox,
    RelayRecipient,
    SenderGrant,
    Transport,
)
from carteiro.hosting.owner import vacations
from carteiro.hosting.wastebin import bin as bins
from carteiro.words import N_

_LONGEST = 254  # RFC 5321 section 4.5.3.1.3


def domain(ledger: Ledger, renamed: Domain, new: str) -> None:
    """Give a domain of any kind a name that is free, and bring everything along that holds the old one."""
    old, renamed.name = renamed.name, new
    renamed.save(update_fields=["name", "modified"])
    ledger.note(Action.RENAME, Kind.DOMAIN, renamed.pk, new, new, before={"name": old}, after={"name": new})
    _refuse_too_long(renamed, old)
    _addresses(ledger, Kind.MAILBOX, Mailbox.objects.filter(domain=renamed), old, renamed.name)
    _addresses(ledger, Kind.ALIAS, Alias.objects.filter(domain=renamed), old, renamed.name)
    for login in Admin.objects.filter(address__endswith=f"@{old}").values_list("address", flat=True):
        administrator(ledger, login, login.removesuffix(old) + new)
    _swap(RelayRecipient.objects.filter(domain=renamed), old, renamed.name)
    _targets(ledger, f"@{old}", f"@{renamed.name}")
    _grants(ledger, f"@{old}", f"@{renamed.name}")
    for standing in renamed.alias_domains.all():
        ledger.note(Action.SET, Kind.DOMAIN, standing.pk, standing.name, standing.name, after={"target": renamed.name})
    vacations.follow(ledger, renamed.mailboxes.all())
    _transport(ledger, old, new)
    _bin(old, new)
    targets.check_domain(new)


def address(ledger: Ledger, old: str, new: str) -> None:
    """Bring alias targets and grants along that name an address which is now another one."""
    _targets(ledger, old, new)
    _grants(ledger, old, new)
    _binned_grants(old, new)


def administrator(ledger: Ledger, old: str, new: str) -> None:
    """Let an administrator's account follow the mailbox of its address, as both are one person."""
    row = Admin.objects.filter(address=old).first()
    if row is None:
        return
    if Admin.objects.filter(address=new).exists():
        raise Exists(N_("{address} is an administrator already."), N_("Choose another name."), address=new)
    row.address = new
    row.save(update_fields=["address", "modified"])
    name = new.rpartition("@")[2]
    ledger.note(Action.RENAME, Kind.ADMIN, row.pk, new, name, before={"address": old}, after={"address": new})


def _refuse_too_long(renamed: Domain, old: str) -> None:
    room = _LONGEST - len(renamed.name) + len(old)
    for rows in (renamed.mailboxes.all(), renamed.aliases.all(), renamed.relay_recipients.all()):
        longest = rows.annotate(long=Length("address")).filter(long__gt=room).first()
        if longest is not None:
            raise Invalid(
                N_("{address} would be too long in {domain}."),
                N_("Rename that address first."),
                address=longest.address,
                domain=renamed.name,
            )


def _addresses(ledger: Ledger, kind: Kind, rows: "QuerySet[Mailbox] | QuerySet[Alias]", old: str, new: str) -> None:
    _swap(rows, old, new)
    for number, key in rows.order_by("pk").values_list("pk", "address").iterator():
        before = key.removesuffix(new) + old
        ledger.note(Action.RENAME, kind, number, key, new, before={"address": before}, after={"address": key})


def _swap(rows: "QuerySet[Any]", old: str, new: str) -> None:
    # One statement for a whole domain, in functions that every database has.
    kept = Substr("address", 1, Length("address") - len(old))
    rows.update(address=Concat(kept, Value(new)))


def _transport(ledger: Ledger, old: str, new: str) -> None:
    transport = Transport.objects.filter(domain_name=old).first()
    if transport is None:
        return
    for twin in Transport.objects.filter(domain_name=new):
        ledger.note(Action.REMOVE, Kind.TRANSPORT, twin.pk, new, new, before=twin.record())
        twin.delete()
    transport.domain_name = new
    transport.save(update_fields=["domain_name"])
    ledger.note(Action.RENAME, Kind.TRANSPORT, transport.pk, new, new, before={"domain": old}, after={"domain": new})


def _targets(ledger: Ledger, old: str, new: str) -> None:
    """`old` and `new` are addresses, or `@domain` for all of a domain."""
    # The change of the alias that follows tells of the lost target too.
    _drop_twins(AliasTarget.objects.filter(_ending(new)), "alias", old, new)
    touched = AliasTarget.objects.filter(_ending(old))
    columns = ("alias__pk", "alias__address", "alias__domain__name", "address")
    told = list(touched.order_by("alias__pk").values_list(*columns))
    _swap(touched, old, new)
    for number, key, name, target in told:
        moved = target.removesuffix(old) + new
        ledger.note(Action.SET, Kind.ALIAS, number, key, name, before={"target": target}, after={"target": moved})


def _grants(ledger: Ledger, old: str, new: str) -> None:
    granted_new = SenderGrant.objects.filter(_ending(new)).select_related("mailbox__domain")
    for number, twin in _drop_twins(granted_new, "mailbox", old, new):
        login = twin.mailbox
        ledger.note(Action.REMOVE, Kind.SENDER_GRANT, number, login.address, login.domain.name, before=twin.record())
    touched = SenderGrant.objects.filter(_ending(old))
    told = list(touched.order_by("pk").values_list("pk", "mailbox__address", "mailbox__domain__name", "address"))
    _swap(touched, old, new)
    for number, key, name, granted in told:
        moved = granted.removesuffix(old) + new
        ledger.note(
            Action.SET, Kind.SENDER_GRANT, number, key, name, before={"address": granted}, after={"address": moved}
        )


def _ending(part: str) -> Q:
    return Q(address__endswith=part) if part.startswith("@") else Q(address=part)


def _drop_twins(rows: "QuerySet[Any]", owner: str, old: str, new: str) -> list[tuple[int, Any]]:
    """Whoever holds the old and the new address already keeps one of them; gives the others with their ids."""
    dropped = []
    for row in rows:
        twin = row.address.removesuffix(new) + old
        if type(row).objects.filter(**{owner: getattr(row, owner)}, address=twin).exists():
            dropped.append((row.pk, row))
            row.delete()
    return dropped


def _bin(old: str, new: str) -> None:
    """What was removed from the domain one by one can come back under its new name."""
    kinds = (Kind.MAILBOX, Kind.ALIAS, Kind.RELAY_RECIPIENT)
    for row in Binned.objects.filter(domain_name=old, parent=None, kind__in=kinds):
        row.key = row.key.removesuffix(old) + new
        row.domain_name = new
        row.snapshot["address"] = row.key
        row.save(update_fields=["key", "domain_name", "snapshot"])
        for part in row.parts.all():
            part.key, part.domain_name, part.snapshot["address"] = row.key, new, row.key
            part.save(update_fields=["key", "domain_name", "snapshot"])
    for row in Binned.objects.filter(kind=Kind.TRANSPORT, key=old):
        row.key = row.domain_name = row.snapshot["domain_name"] = new
        row.save(update_fields=["key", "domain_name", "snapshot"])
    for row in Binned.objects.filter(kind=Kind.ADMIN):
        for held in row.snapshot["domains"]:
            held["name"] = _moved(held["name"], old, new)
        row.save(update_fields=["snapshot"])
    for row in Binned.objects.filter(kind=Kind.DOMAIN, parent=None, snapshot__target=old):
        row.snapshot["target"] = new
        row.save(update_fields=["snapshot"])
    _binned_grants(f"@{old}", f"@{new}")


def _binned_grants(old: str, new: str) -> None:
    for row in Binned.objects.filter(kind=Kind.SENDER_GRANT, parent=None, key__contains=old):
        login, granted = (_moved(address, old, new) for address in row.key.split())
        row.key, row.domain_name = bins.grant_key(login, granted), login.rpartition("@")[2]
        row.save(update_fields=["key", "domain_name"])


def _moved(name: str, old: str, new: str) -> str:
    """A name after the renaming: `old` is all of it, or with an `@` its end."""
    if old.startswith("@"):
        return name.removesuffix(old) + new if name.endswith(old) else name
    return new if name == old else name

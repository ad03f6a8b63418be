"""Aliases: one address that stands for others, and catch-alls."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from carteiro.hosting import finding, renaming, special, storing, targets, texts
from carteiro.hosting.access import Actor, Right, refuse_over
from carteiro.hosting.errors import Exists, Invalid, translated
from carteiro.hosting.feed import Action, Kind, changes, differences
from carteiro.hosting.holding import Room, Rooms, refuse_not_hosted
from carteiro.hosting.models import Alias, AliasTarget, Binned, Mailbox
from carteiro.hosting.targets import check as check_targets
from carteiro.hosting.wastebin import bin as bins
from carteiro.hosting.wastebin import snapshots
from carteiro.mail.address import parse_target
from carteiro.words import N_, Fault


@dataclass(frozen=True)
class NewAlias:
    """An alias to be made; `@domain` is a catch-all, a mailbox's own address its forwarding."""

    address: str
    targets: Sequence[str]
    comment: str = ""
    active: bool = True
    expires: datetime | None = None


def add(actor: Actor, new: NewAlias) -> Alias:
    """Make an alias; mail for it goes to its targets at once."""
    made = add_many(actor, [new])[0]
    if isinstance(made, Fault):
        raise made
    return made


def add_many(actor: Actor, news: Sequence[NewAlias]) -> list[Alias | Fault]:
    """Make aliases in one transaction; for each what was made, or why it was not.

    One may lead to another that comes before it.
    """
    prepared = [_prepare(new) for new in news]
    good = [row for row in prepared if not isinstance(row, Fault)]
    with changes(actor) as ledger:
        rooms = Rooms(actor, Right.MANAGE_ALIASES, {alias.address for alias, _ in good})
        routes = targets.Routes()
        routes.read(address for alias, goals in good for address in (alias.address, *goals))
        outcomes = [row if isinstance(row, Fault) else _admit(rooms, routes, *row) for row in prepared]
        made = [row for row in outcomes if isinstance(row, Alias)]
        storing.insert(made)
        leading = {alias.address: goals for alias, goals in good}
        AliasTarget.objects.bulk_create(
            AliasTarget(alias=alias, address=address, position=position)
            for alias in made
            for position, address in enumerate(leading[alias.address])
        )
        for alias in made:
            record = alias.record(leading[alias.address])
            ledger.note(Action.ADD, Kind.ALIAS, alias.pk, alias.address, alias.domain.name, after=record)
    return outcomes


def set_(
    actor: Actor,
    address: str,
    *,
    targets: Sequence[str] | None = None,
    active: bool | None = None,
    comment: str | None = None,
    expires: datetime | None = None,
    forever: bool = False,
) -> Alias:
    """Change what is given and nothing else; `targets` takes the place of all the old ones.

    When it `expires` it goes by itself; `forever` takes that back.
    """
    with changes(actor) as ledger:
        alias = finding.alias(actor, Right.MANAGE_ALIASES, address)
        before = alias.record()
        if active is not None:
            alias.active = active
        if comment is not None:
            alias.comment = texts.one_line("comment", comment)
        if expires is not None or forever:
            alias.expires = expires
        wanted = alias.addresses() if targets is None else _goals(targets)
        old, new = differences(before, alias.record(wanted))
        if "targets" in new:
            check_targets(alias.address, wanted)
            snapshots.set_targets(alias, wanted)
        if new:
            alias.save(update_fields=["active", "comment", "expires", "modified"])
            ledger.note(Action.SET, Kind.ALIAS, alias.pk, alias.address, alias.domain.name, before=old, after=new)
    return get(actor, address)


def rename(actor: Actor, address: str, new_address: str) -> Alias:
    """Give an alias another address, also of another domain; aliases that lead to it follow."""
    key = finding.alias_address(new_address)
    with changes(actor) as ledger:
        alias = finding.alias(actor, Right.MANAGE_ALIASES, address)
        old, new = alias.address, str(key)
        if new == old:
            return alias
        domain = finding.domain(actor, Right.MANAGE_ALIASES, key.domain.ascii)
        refuse_over(actor, new)
        special.require_right(actor, domain.pk, new)
        refuse_not_hosted(domain)
        _refuse_forwarding(old)
        if Alias.objects.filter(address=new).exists() or Mailbox.objects.filter(address=new).exists():
            raise _taken(new)
        if domain.pk != alias.domain.pk:
            Room.of(domain).take_alias()
        alias.address, alias.domain = new, domain
        alias.save(update_fields=["address", "domain", "modified"])
        ledger.note(
            Action.RENAME, Kind.ALIAS, alias.pk, new, domain.name, before={"address": old}, after={"address": new}
        )
        renaming.address(ledger, old, new)
        targets.refuse_loop(new)
    return get(actor, new)


def remove(actor: Actor, address: str) -> Binned:
    """Move an alias to the bin."""
    with changes(actor) as ledger:
        return bins.throw_alias(ledger, finding.alias(actor, Right.MANAGE_ALIASES, address))


def restore(actor: Actor, address: str) -> Alias:
    """Have a removed alias back."""
    key = finding.alias_address(address)
    with changes(actor) as ledger:
        domain = finding.domain(actor, Right.MANAGE_ALIASES, key.domain.ascii)
        refuse_not_hosted(domain)
        refuse_over(actor, str(key))
        special.require_right(actor, domain.pk, str(key))
        row = bins.latest(Kind.ALIAS, str(key), since=domain.created)
        # A mailbox made after the alias went must not find its mail sent elsewhere.
        newer = Mailbox.objects.filter(address=row.key, created__gt=row.removed_at)
        mailbox = Mailbox.objects.filter(address=row.key)
        bins.refuse_taken(row, taken=Alias.objects.filter(address=row.key).exists() or newer.exists())
        if not mailbox.exists():
            Room.of(domain).take_alias()
        alias = bins.bring_back_alias(ledger, row, domain)
        targets.refuse_loop(alias.address)
    return alias


def remove_expired(actor: Actor, now: datetime) -> int:
    """Take away the aliases whose time is over; gives how many. They do not go to the bin."""
    count = 0
    with changes(actor) as ledger:
        for alias in Alias.objects.select_related("domain", "owner").filter(expires__lte=now):
            ledger.note(Action.REMOVE, Kind.ALIAS, alias.pk, alias.address, alias.domain.name, before=alias.record())
            alias.delete()
            count += 1
    return count


def get(actor: Actor, address: str) -> Alias:
    """The alias of that address; `@domain` is a catch-all."""
    with translated():
        return finding.alias(actor, Right.SEE, address)


def list_(actor: Actor, *, domain: str = "", search: str = "", after: str = "", limit: int = 0) -> Iterator[Alias]:
    """Aliases that the actor holds by address: of a domain, with a text in them, after an address; 0 is no limit."""
    with translated():
        rows = Alias.objects.select_related("domain", "owner").prefetch_related("targets")
        rows = rows.filter(address__gt=after).order_by("address")
        if domain:
            rows = rows.filter(domain=finding.domain(actor, Right.SEE, domain))
        elif not actor.superadmin:
            rows = rows.filter(domain__in=actor.domains)
        if search:
            rows = rows.filter(Q(address__contains=search.lower()) | Q(comment__icontains=search))
        yield from (rows[:limit] if limit else rows).iterator(2000)


def leading_to(actor: Actor, address: str) -> list[str]:
    """The aliases that name an address as a target, of those that the actor holds."""
    with translated():
        rows = AliasTarget.objects.filter(address=str(parse_target(address)))
        if not actor.superadmin:
            rows = rows.filter(alias__domain__in=actor.domains)
        return sorted(rows.values_list("alias__address", flat=True))


def _prepare(new: NewAlias) -> tuple[Alias, list[str]] | Fault:
    try:
        address = finding.alias_address(new.address)
        comment = texts.one_line("comment", new.comment)
        alias = Alias(address=str(address), comment=comment, active=new.active, expires=new.expires)
        return alias, _goals(new.targets)
    except Fault as fault:
        return fault


def _goals(given: Sequence[str]) -> list[str]:
    goals = list(dict.fromkeys(str(parse_target(target)) for target in given))
    if not goals:
        raise Invalid(N_("An alias needs a target."), N_("Name the addresses that its mail goes to."))
    return goals


def _admit(rooms: Rooms, routes: targets.Routes, alias: Alias, goals: list[str]) -> Alias | Fault:
    try:
        room = rooms.of(alias.address)
        alias.domain = room.domain
        special.require_right(rooms.actor, room.domain.pk, alias.address)
        if alias.address in rooms.aliases:
            raise _taken(alias.address)
        routes.hold(alias.address, goals)
        try:
            routes.check(alias.address)
            if alias.address not in rooms.mailboxes:
                room.take_alias()
        except Fault:
            routes.drop(alias.address)
            raise
    except Fault as fault:
        return fault
    rooms.aliases.add(alias.address)
    return alias


def _refuse_forwarding(address: str) -> None:
    if Mailbox.objects.filter(address=address).exists():
        raise Invalid(
            N_("{address} is the forwarding of a mailbox."), N_("Rename the mailbox instead."), address=address
        )


def _taken(address: str) -> Exists:
    return Exists(N_("{address} is here already."), N_("Change it with 'set', or remove it first."), address=address)

"""Administrators: superadmins, and those who hold certain domains, with switches for what they may do there."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet

from carteiro.hosting import finding
from carteiro.hosting.access import Actor, Right, require
from carteiro.hosting.errors import Conflict, Exists, Invalid, translated
from carteiro.hosting.feed import Action, Kind, changes, differences
from carteiro.hosting.models import Admin, Binned, Delegation, Domain, Mailbox, Person, Switch
from carteiro.hosting.models.admin import all_switches
from carteiro.hosting.wastebin import bin as bins
from carteiro.hosting.wastebin import snapshots
from carteiro.mail.address import parse_target
from carteiro.mail.password import parse_hash
from carteiro.words import N_

# The names of domains, each with the switches that are on; without switches a new one has all of them, and one that
# is held already keeps its own.
Domains = Mapping[str, Collection[str]] | Sequence[str]


def add(
    actor: Actor,
    address: str,
    password: str = "",
    *,
    superadmin: bool = False,
    domains: Domains = (),
    active: bool = True,
) -> Admin:
    """Make an administrator of all domains, or of those named.

    `password` is a hash. Where there is a mailbox of that address, its password is the person's, and none is kept here.
    """
    key = _key(actor, address)
    with changes(actor) as ledger:
        stored = _password(key, password)
        if Admin.objects.filter(address=key).exists():
            raise Exists(N_("{address} is an administrator already."), N_("Change it with 'set'."), address=key)
        held = _domains(actor, domains)
        if superadmin and held:
            raise _both()
        row = Admin.objects.create(address=key, password=stored, superadmin=superadmin, active=active)
        row.hold(held)
        ledger.note(Action.ADD, Kind.ADMIN, row.pk, key, _domain_of(key), after=row.record())
    return row


def set_(
    actor: Actor,
    address: str,
    *,
    active: bool | None = None,
    superadmin: bool | None = None,
    domains: Domains | None = None,
) -> Admin:
    """Change what is given and nothing else; `domains` takes the place of all the old ones."""
    with changes(actor) as ledger:
        row = _find(actor, address)
        _refuse_oneself(actor, row)
        before = row.record()
        if active is not None:
            row.active = active
        if superadmin is not None:
            row.superadmin = superadmin
        if domains is not None:
            row.hold(_domains(actor, domains, row.held()))
        if row.superadmin and row.delegations.exists():
            raise _both()
        if not (row.superadmin and row.active):
            _refuse_last(actor, row)
        old, new = differences(before, row.record())
        if new:
            row.save(update_fields=["active", "superadmin", "modified"])
            ledger.note(Action.SET, Kind.ADMIN, row.pk, row.address, _domain_of(row.address), before=old, after=new)
    return row


def set_password(actor: Actor, address: str, password: str) -> Admin:
    """Give an administrator another password (the hash of one)."""
    stored = parse_hash(password)
    with changes(actor) as ledger:
        row = _find(actor, address)
        if Mailbox.objects.filter(address=row.address).exists():
            raise Conflict(
                N_("{address} signs in with the password of the mailbox."),
                N_("Change that of the mailbox."),
                address=row.address,
            )
        row.password = stored
        row.save(update_fields=["password", "modified"])
        changed = {"password": "changed"}
        ledger.note(Action.SET, Kind.ADMIN, row.pk, row.address, _domain_of(row.address), after=changed)
    return row


def rename(actor: Actor, address: str, new_address: str) -> Admin:
    """Give an administrator another login."""
    key = _key(actor, new_address)
    with changes(actor) as ledger:
        row = _find(actor, address)
        old = row.address
        if key == old:
            return row
        if Admin.objects.filter(address=key).exists():
            raise Exists(N_("{address} is an administrator already."), N_("Choose another name."), address=key)
        row.address = key
        row.save(update_fields=["address", "modified"])
        # With another address it is another person's, and no more that of the mailbox which had the old one.
        Person.objects.filter(admin_key=row.key).exclude(home=None).update(admin_key=None)
        ledger.note(
            Action.RENAME, Kind.ADMIN, row.pk, key, _domain_of(key), before={"address": old}, after={"address": key}
        )
    return row


def remove(actor: Actor, address: str) -> Binned:
    """Take an administrator's rights; with their domains and password they go to the bin."""
    with changes(actor) as ledger:
        row = _find(actor, address)
        _refuse_oneself(actor, row)
        _refuse_last(actor, row)
        key, name = row.address, _domain_of(row.address)
        ledger.note(Action.REMOVE, Kind.ADMIN, row.pk, key, name, before=row.record())
        binned = bins.put(Kind.ADMIN, key, name, snapshots.of_admin(row))
        row.delete()
    return binned


def restore(actor: Actor, address: str) -> Admin:
    """Have a removed administrator back, with the password and with those of the domains that are still there."""
    key = _key(actor, address)
    with changes(actor) as ledger:
        binned = bins.latest(Kind.ADMIN, key)
        bins.refuse_taken(binned, taken=Admin.objects.filter(address=key).exists())
        row = snapshots.make_admin(binned.snapshot)
        binned.delete()
        ledger.note(Action.RESTORE, Kind.ADMIN, row.pk, key, _domain_of(key), after=row.record())
    return row


def get(actor: Actor, address: str) -> Admin:
    """The administrator of that address."""
    with translated():
        return _find(actor, address)


def list_(actor: Actor) -> Iterator[Admin]:
    """All administrators by address."""
    with translated():
        yield from rows(actor).order_by("address")


def rows(actor: Actor) -> "QuerySet[Admin]":
    """The administrators with their domains, for lists."""
    require(actor, Right.MANAGE_ADMINS, thing="administrators")
    held = Delegation.objects.select_related("domain").order_by("domain__name")
    return Admin.objects.prefetch_related(Prefetch("delegations", held))


def holding(text: str) -> "QuerySet[Delegation, Any]":
    """The ids of the administrators who hold a domain with that text in its name."""
    return Delegation.objects.filter(domain__name__contains=text.lower()).values("admin")


def _key(actor: Actor, address: str) -> str:
    key = str(parse_target(address))
    require(actor, Right.MANAGE_ADMINS, thing=key)
    return key


def _find(actor: Actor, address: str) -> Admin:
    key = _key(actor, address)
    row = Admin.objects.filter(address=key).first()
    if row is None:
        known = Admin.objects.order_by("address").values_list("address", flat=True)
        raise finding.missing(N_("There is no administrator {key}."), key, known)
    return row


def _password(address: str, given: str) -> str:
    if Mailbox.objects.filter(address=address).exists():
        return ""
    if not given:
        raise Invalid(
            N_("{address} is no mailbox here, so the administrator needs a password."),
            N_("Give one, or make the mailbox first."),
            address=address,
        )
    return parse_hash(given)


def _domains(
    actor: Actor, wanted: Domains, held: Mapping[str, Collection[str]] | None = None
) -> dict[Domain, Collection[str]]:
    found = {}
    for name in wanted:
        domain = finding.domain(actor, Right.MANAGE_ADMINS, name)
        kept = (held or {}).get(domain.name, all_switches())
        found[domain] = wanted[name] if isinstance(wanted, Mapping) else kept
        _refuse_unknown(found[domain])
    return found


def _refuse_unknown(switches: Collection[str]) -> None:
    unknown = sorted(set(switches) - set(Switch.values))
    if unknown:
        raise Invalid(
            N_("{given} is no switch of an administrator."),
            N_("Choose of {known}."),
            given=", ".join(unknown),
            known=", ".join(Switch.values),
        )


def _refuse_oneself(actor: Actor, row: Admin) -> None:
    """Nobody gives themselves rights, or takes those away by which they could have them back."""
    if row.address == actor.name:
        raise Conflict(N_("Nobody changes their own rights."), N_("Ask another superadmin."))


def _refuse_last(actor: Actor, row: Admin) -> None:
    """Without a superadmin nobody could make one in the panel; the machine's owner can."""
    others = Admin.objects.filter(superadmin=True, active=True).exclude(pk=row.pk)
    if not actor.machine and not others.exists():
        raise Conflict(N_("{address} is the last superadmin."), N_("Make another one first."), address=row.address)


def _both() -> Invalid:
    return Invalid(N_("A superadmin holds all domains."), N_("Name domains, or make a superadmin, not both."))


def _domain_of(address: str) -> str:
    return address.rpartition("@")[2]

"""Administrators: superadmins, and those who hold certain domains."""

from collections.abc import Iterator, Sequence

from carteiro.hosting import bin as bins
from carteiro.hosting import finding, snapshots
from carteiro.hosting.access import Actor, Right, require
from carteiro.hosting.errors import Conflict, Exists, Invalid, translated
from carteiro.hosting.feed import Action, Kind, changes, differences
from carteiro.hosting.models import Admin, Binned, Domain
from carteiro.mail.address import parse_target
from carteiro.mail.password import parse_hash
from carteiro.words import N_


def add(
    actor: Actor,
    address: str,
    password: str,
    *,
    superadmin: bool = False,
    domains: Sequence[str] = (),
) -> Admin:
    """Make an administrator of all domains, or of those named; `password` is a hash."""
    key = _key(actor, address)
    stored = parse_hash(password)
    with changes(actor) as ledger:
        if Admin.objects.filter(address=key).exists():
            raise Exists(N_("{address} is an administrator already."), N_("Change it with 'set'."), address=key)
        held = _domains(actor, domains)
        if superadmin and held:
            raise _both()
        row = Admin.objects.create(address=key, password=stored, superadmin=superadmin)
        row.domains.set(held)
        ledger.note(Action.ADD, Kind.ADMIN, row.pk, key, _domain_of(key), after=row.record())
    return row


def set_(
    actor: Actor,
    address: str,
    *,
    active: bool | None = None,
    superadmin: bool | None = None,
    domains: Sequence[str] | None = None,
) -> Admin:
    """Change what is given and nothing else; `domains` takes the place of all the old ones."""
    with changes(actor) as ledger:
        row = _find(actor, address)
        before = row.record()
        if active is not None:
            row.active = active
        if superadmin is not None:
            row.superadmin = superadmin
        if domains is not None:
            row.domains.set(_domains(actor, domains))
        if row.superadmin and row.domains.exists():
            raise _both()
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
        ledger.note(
            Action.RENAME, Kind.ADMIN, row.pk, key, _domain_of(key), before={"address": old}, after={"address": key}
        )
    return row


def remove(actor: Actor, address: str) -> Binned:
    """Take an administrator's rights; with their domains and password they go to the bin."""
    with changes(actor) as ledger:
        row = _find(actor, address)
        if row.address == actor.name:
            raise Conflict(N_("Nobody removes their own account."), N_("Ask another superadmin."))
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
    require(actor, Right.MANAGE_ADMINS, thing="administrators")
    with translated():
        yield from Admin.objects.prefetch_related("domains").order_by("address")


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


def _domains(actor: Actor, names: Sequence[str]) -> list[Domain]:
    return [finding.domain(actor, Right.MANAGE_ADMINS, name) for name in names]


def _both() -> Invalid:
    return Invalid(N_("A superadmin holds all domains."), N_("Name domains, or make a superadmin, not both."))


def _domain_of(address: str) -> str:
    return address.rpartition("@")[2]

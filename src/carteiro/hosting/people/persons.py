"""People: one identity for the owner of a mailbox and the administrator of the same address."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from carteiro.hosting import finding, mailboxes
from carteiro.hosting.access import Actor, Right, require
from carteiro.hosting.errors import Conflict, Invalid, NotFound, NotSignedIn, translated
from carteiro.hosting.feed import Action, Kind, changes
from carteiro.hosting.models import Admin, Mailbox, Person
from carteiro.hosting.people import passwords, policy
from carteiro.mail.address import parse_target
from carteiro.mail.password import hash_password, needs_new_hash
from carteiro.mail.verify import matches
from carteiro.words import N_, Fault

# What a person without the old second factors still has.
_KEPT = ("recovery_address", "recovery_confirmed", "language", "theme", "time_zone")


def normal(address: str) -> str:
    """An address in the form that accounts are stored in; what can be no address stays as it is."""
    try:
        return str(parse_target(address.strip()))
    except Fault:
        return address.strip().lower()


def credential(address: str) -> str:
    """The {SCHEME}hash of the password of whoever signs in with that address; empty where nobody does."""
    mailbox, admin = _holders(address)
    held = mailbox or admin
    return held.password if held else ""


def find(address: str) -> Person | None:
    """The person who signs in with that address; made at the first time, None where nobody does."""
    with translated(), transaction.atomic():
        mailbox, admin = _holders(address)
        if mailbox is None and admin is None:
            return None
        _hold(mailbox, admin)
        person = _tie(mailbox, admin)
    # What was just read need not be read again.
    person.mailbox, person.admin = mailbox, admin
    return person


def actor(person: Person, origin: str) -> Actor:
    """What the person is to use cases."""
    return Actor.person(person.mailbox, person.admin, origin)


def change_password(person: Person, old: str, new: str, origin: str) -> None:
    """Choose another password, by somebody who knows the old one. Raises a Fault that names what is wrong with it."""
    if not matches(person.credential, old):
        raise NotSignedIn(N_("That is not your password."), N_("Type the one that you signed in with."))
    if old == new:
        raise Invalid(N_("The new password is the old one."), N_("Choose another."))
    store(person, hashed(person, new), origin)


def hashed(person: Person, new: str) -> str:
    """The hash of a password that the person chose. Raises InvalidPassword or Invalid for one that is too weak."""
    return passwords.chosen(new, person.address, person.mailbox.name if person.mailbox else "")


def store(person: Person, password: str, origin: str) -> None:
    """Make a hash the one of the person's only password."""
    who = actor(person, origin)
    if person.mailbox is not None:
        person.mailbox = mailboxes.set_password(who, person.mailbox.address, password)
    elif person.admin is not None:
        _replace(who, Kind.ADMIN, person.admin, password, "changed")
    else:
        raise NotSignedIn(N_("There is no account of yours any more."), N_("Ask an administrator."))


def hash_anew(person: Person, clear: str, origin: str) -> None:
    """Keep the password under a hash of today's kind, where an old host's or other costs were used until now."""
    held = person.mailbox or person.admin
    if held is not None and needs_new_hash(held.password):
        kind = Kind.MAILBOX if held is person.mailbox else Kind.ADMIN
        _replace(actor(person, origin), kind, held, hash_password(clear), "hashed anew")


def must_change_password(person: Person) -> bool:
    """Whether an administrator wants another password of the person, or the old one is too old for the domain."""
    mailbox = person.mailbox
    if mailbox is None:
        return False
    days = mailbox.domain.password_days
    old = days is not None and mailbox.password_changed < timezone.now() - timedelta(days=days)
    return mailbox.must_change_password or old


def must_have_second_factor(person: Person) -> bool:
    """Whether the domain or the host wants the person to sign in with a second factor."""
    if person.mailbox is not None and person.mailbox.domain.second_factor:
        return True
    wanted, who = policy.get(), actor(person, "")
    if who.superadmin:
        return wanted.second_factor_superadmins
    if who.administers and wanted.second_factor_domain_admins:
        return True
    return wanted.second_factor_users


def reset_second_factor(who: Actor, address: str) -> None:
    """Let somebody who lost the second factor sign in with the password alone: as a person without one.

    Of an administrator only superadmins do this, and nobody does it for themselves. Every session ends.
    """
    key = normal(address)
    mailbox, admin = _holders(key)
    if admin is not None:
        require(who, Right.MANAGE_ADMINS, thing=key)
    elif mailbox is not None:
        finding.mailbox(who, Right.CHANGE_PASSWORD, key)
    else:
        raise NotFound(N_("Nobody signs in as {address}."), N_("Look at the spelling."), address=key)
    if key == who.name:
        raise Conflict(N_("Nobody resets their own second factor."), N_("Change it on the page for security."))
    with changes(who) as ledger:
        old = _tie(mailbox, admin)
        tied = {"home": old.home, "admin_key": old.admin_key}
        kept = {name: getattr(old, name) for name in _KEPT}
        Person.objects.filter(pk=old.pk).update(home=None, admin_key=None)
        new = Person.objects.create(**tied, **kept)
        name = key.rpartition("@")[2]
        ledger.note(Action.SET, Kind.PERSON, new.pk, key, name, after={"second_factor": "reset"})


def note(person: Person, origin: str, **what: str) -> None:
    """Record in the audit log what was done for the safety of the person's account: values hold no secret."""
    with changes(actor(person, origin)) as ledger:
        name = person.address.rpartition("@")[2]
        ledger.note(Action.SET, Kind.PERSON, person.pk, person.address, name, after=what)


def set_look(person: Person, *, language: str | None = None, theme: str | None = None) -> None:
    """Keep how the person wants to see pages, for every device."""
    wanted = {name: value for name, value in (("language", language), ("theme", theme)) if value is not None}
    for name, value in wanted.items():
        setattr(person, name, value[:16] if name == "language" else value[:8])
    person.save(update_fields=list(wanted))


def _replace(who: Actor, kind: Kind, held: Mailbox | Admin, password: str, told: str) -> None:
    """Another hash in the place of the one that was read, unless somebody else was quicker."""
    with changes(who) as ledger:
        same = type(held).objects.filter(pk=held.pk, password=held.password)
        if same.update(password=password, modified=timezone.now()):
            held.password = password
            name = held.address.rpartition("@")[2]
            ledger.note(Action.SET, kind, held.pk, held.address, name, after={"password": told})


def _holders(address: str) -> tuple[Mailbox | None, Admin | None]:
    key = normal(address)
    mailbox = Mailbox.objects.select_related("domain").filter(address=key).first()
    return mailbox, Admin.objects.filter(address=key).first()


def _hold(*held: Mailbox | Admin | None) -> None:
    """Of two first sign-ins at the same moment the second one finds the person that the first one made."""
    for row in held:
        if row is not None:
            list(type(row).objects.select_for_update().filter(pk=row.pk).values_list("pk"))


def _tie(mailbox: Mailbox | None, admin: Admin | None) -> Person:
    """The one person of both; who was two until now stays who administers, with the second factors of that one."""
    owner = Person.objects.filter(home=mailbox.home).first() if mailbox else None
    ruler = Person.objects.filter(admin_key=admin.key).first() if admin else None
    person = ruler or owner or Person()
    if owner is not None and ruler is not None and owner.pk != ruler.pk:
        Person.objects.filter(pk=owner.pk).update(home=None)
    tied = (mailbox.home if mailbox else None, admin.key if admin else None)
    if person.pk is None or (person.home, person.admin_key) != tied:
        person.home, person.admin_key = tied
        person.save()
    return person

"""Mailboxes: made, changed, renamed, removed and brought back."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import timedelta
from typing import TypedDict, Unpack

from django.conf import settings as django_settings
from django.db.models import Q
from django.utils import timezone

from carteiro.hosting import finding, forwarding, own_aliases, renaming, storing, targets, texts
from carteiro.hosting.access import Actor, Right, may, refuse_over, require
from carteiro.hosting.errors import Exists, translated
from carteiro.hosting.feed import Action, Kind, Ledger, changes, differences
from carteiro.hosting.holding import Room, Rooms, default_quota, refuse_large, refuse_not_hosted
from carteiro.hosting.models import Alias, Binned, Domain, Mailbox
from carteiro.hosting.owner import vacations
from carteiro.hosting.requests import KickUser, SendWelcome
from carteiro.hosting.wastebin import bin as bins
from carteiro.hosting.wastebin import snapshots
from carteiro.mail.address import parse_mailbox_address
from carteiro.mail.password import parse_hash
from carteiro.words import N_, Fault


@dataclass(frozen=True)
class NewMailbox:
    """A mailbox to be made; `password` is a hash, as carteiro.mail.password makes and takes them."""

    address: str
    password: str
    name: str = ""
    quota: int | None = None  # bytes; 0 is unlimited, None what the domain gives
    quota_messages: int = 0
    active: bool = True
    imap: bool = True
    pop3: bool = True
    smtp: bool = True
    sieve: bool = True
    must_change_password: bool = False  # at the next sign-in
    welcome: str = ""  # the language of a first letter; empty for none


class Fields(TypedDict, total=False):
    """What can be set on a mailbox."""

    name: str
    active: bool
    quota: int  # bytes; 0 is unlimited
    quota_messages: int
    imap: bool
    pop3: bool
    smtp: bool
    sieve: bool
    must_change_password: bool
    forward_to: Sequence[str]
    keep_copy: bool
    no_forward: bool


_FORWARDING = ("forward_to", "keep_copy", "no_forward")
# Fields that have a right of their own.
_RIGHTS = {
    "quota": Right.SET_QUOTAS,
    "quota_messages": Right.SET_QUOTAS,
    "smtp": Right.SWITCH_SENDING,
    **dict.fromkeys(_FORWARDING, Right.MANAGE_FORWARDING),
}
# Switched off, they must end the sessions that use them.
_SWITCHES = ("active", "imap", "pop3", "smtp", "sieve")


def add(actor: Actor, new: NewMailbox) -> Mailbox:
    """Make a mailbox; it can be used at once."""
    made = add_many(actor, [new])[0]
    if isinstance(made, Fault):
        raise made
    return made


def add_many(actor: Actor, news: Sequence[NewMailbox]) -> list[Mailbox | Fault]:
    """Make mailboxes in one transaction; for each what was made, or why it was not."""
    prepared = [_prepare(new) for new in news]
    with changes(actor) as ledger:
        rooms = Rooms(actor, Right.MANAGE_MAILBOXES, {row.address for row in prepared if isinstance(row, Mailbox)})
        outcomes = [row if isinstance(row, Fault) else _admit(rooms, row) for row in prepared]
        made = [row for row in outcomes if isinstance(row, Mailbox)]
        storing.insert(made)
        for mailbox in made:
            name = mailbox.domain.name
            ledger.note(Action.ADD, Kind.MAILBOX, mailbox.pk, mailbox.address, name, after=mailbox.record())
        for new, outcome in zip(news, outcomes, strict=True):
            if new.welcome and isinstance(outcome, Mailbox):
                ledger.request(SendWelcome(outcome.home, new.welcome[:16]))
    return outcomes


def set_(actor: Actor, address: str, **fields: Unpack[Fields]) -> Mailbox:
    """Change what is given and nothing else; forwarding is kept as the alias of the mailbox's own address."""
    columns = {name: value for name, value in fields.items() if name not in _FORWARDING}
    with changes(actor) as ledger:
        mailbox = _find(actor, {_RIGHTS.get(name, Right.MANAGE_MAILBOXES) for name in fields}, address)
        before = mailbox.record()
        for name, value in columns.items():
            setattr(mailbox, name, value)
        _check(mailbox)
        if "quota" in columns:
            refuse_large(mailbox.domain, texts.amount("quota", mailbox.quota))
        old, new = differences(before, mailbox.record())
        if new:
            mailbox.save(update_fields=[*new, "modified"])
            _note(ledger, Action.SET, mailbox, old, new)
        if any(new.get(name) is False for name in _SWITCHES):
            ledger.request(KickUser(mailbox.address))
        if any(name in fields for name in _FORWARDING):
            forwarding.change(
                ledger,
                mailbox,
                forward_to=fields.get("forward_to"),
                keep_copy=fields.get("keep_copy"),
                no_forward=fields.get("no_forward", False),
            )
    return mailbox


def set_password(actor: Actor, address: str, password: str, *, must_change: bool = False) -> Mailbox:
    """Give a mailbox another password (the hash of one); sessions under the old one end.

    With `must_change` the owner has to choose another one at the next sign-in.
    """
    stored = parse_hash(password)
    with changes(actor) as ledger:
        mailbox = finding.mailbox(actor, Right.CHANGE_PASSWORD, address)
        mailbox.password = stored
        mailbox.password_changed = timezone.now()
        mailbox.must_change_password = must_change
        mailbox.save(update_fields=["password", "password_changed", "must_change_password", "modified"])
        _note(ledger, Action.SET, mailbox, {}, {"password": "changed"})
        ledger.request(KickUser(mailbox.address))
    return mailbox


def rename(actor: Actor, address: str, new_address: str, *, alias_for: timedelta | None = None) -> Mailbox:
    """Give a mailbox another address, also of another domain; aliases that lead to it follow, its mail stays.

    With `alias_for` the old address stands for the new one for so long.
    """
    key = parse_mailbox_address(new_address)
    with changes(actor) as ledger:
        mailbox = finding.mailbox(actor, Right.MANAGE_MAILBOXES, address)
        old, new = mailbox.address, str(key)
        if new == old:
            return mailbox
        domain = finding.domain(actor, Right.MANAGE_MAILBOXES, key.domain.ascii)
        refuse_over(actor, new)
        refuse_not_hosted(domain)
        _refuse_taken(new)
        if domain.pk != mailbox.domain.pk:
            Room.of(domain).take_mailbox()
            refuse_large(domain, mailbox.quota)
        left, mailbox.address, mailbox.domain = mailbox.domain, new, domain
        mailbox.save(update_fields=["address", "domain", "modified"])
        _note(ledger, Action.RENAME, mailbox, {"address": old}, {"address": new})
        forwarding.rename(ledger, mailbox, old)
        renaming.address(ledger, old, new)
        vacations.follow(ledger, [mailbox])
        if domain.pk != left.pk:
            own_aliases.leave(ledger, mailbox)
        if alias_for is not None:
            require(actor, Right.MANAGE_ALIASES, left.pk, thing=old)
            _leave_alias(ledger, left, old, new, alias_for)
        renaming.administrator(ledger, old, new)
        targets.refuse_loop(new)
        ledger.request(KickUser(old))
    return mailbox


def remove(actor: Actor, address: str) -> Binned:
    """Move a mailbox to the bin, with its forwarding; its mail stays until the bin is emptied."""
    with changes(actor) as ledger:
        mailbox = finding.mailbox(actor, Right.MANAGE_MAILBOXES, address)
        row = bins.throw_mailbox(ledger, mailbox)
        ledger.request(KickUser(row.key))
    return row


def restore(actor: Actor, address: str) -> Mailbox:
    """Have a removed mailbox back, with its mail and its password."""
    key = parse_mailbox_address(address)
    with changes(actor) as ledger:
        domain = finding.domain(actor, Right.MANAGE_MAILBOXES, key.domain.ascii)
        # It may have turned into a backup MX since; its mail is for another host then.
        refuse_not_hosted(domain)
        refuse_over(actor, str(key))
        row = bins.latest(Kind.MAILBOX, str(key), since=domain.created)
        taken = Mailbox.objects.filter(address=row.key).exists() or Alias.objects.filter(address=row.key).exists()
        bins.refuse_taken(row, taken=taken)
        Room.of(domain).take_mailbox()
        refuse_large(domain, row.snapshot["quota"])
        mailbox = bins.bring_back_mailbox(ledger, row, domain)
        targets.refuse_loop(mailbox.address)
    return mailbox


def get(actor: Actor, address: str) -> Mailbox:
    """The mailbox of that address."""
    with translated():
        return finding.mailbox(actor, Right.SEE_MAILBOX, address)


def exists(actor: Actor, address: str) -> bool:
    """Whether there is a mailbox of that address that the actor may see."""
    key = parse_mailbox_address(address)
    with translated():
        found = Mailbox.objects.filter(address=str(key)).first()
    return found is not None and may(actor, Right.SEE_MAILBOX, found.domain_id, found.pk)


def list_(actor: Actor, *, domain: str = "", search: str = "", after: str = "", limit: int = 0) -> Iterator[Mailbox]:
    """Mailboxes that the actor holds by address: of a domain, with a text in them, after an address; 0 is no limit."""
    with translated():
        rows = Mailbox.objects.select_related("domain").filter(address__gt=after).order_by("address")
        if domain:
            rows = rows.filter(domain=finding.domain(actor, Right.SEE, domain))
        elif not actor.superadmin:
            rows = rows.filter(domain__in=actor.domains_with(Right.SEE_MAILBOX))
        if search:
            rows = rows.filter(Q(address__contains=search.lower()) | Q(name__icontains=search))
        yield from (rows[:limit] if limit else rows).iterator(2000)


def addresses(actor: Actor, domain: str) -> Iterator[str]:
    """The addresses of a domain's mailboxes."""
    return (mailbox.address for mailbox in list_(actor, domain=domain))


def _find(actor: Actor, rights: Set[Right], address: str) -> Mailbox:
    """The mailbox of that address, on which the actor has all the rights."""
    first, *others = sorted(rights) or [Right.MANAGE_MAILBOXES]
    mailbox = finding.mailbox(actor, first, address)
    for right in others:
        require(actor, right, mailbox.domain.pk, mailbox.pk, thing=mailbox.address)
    return mailbox


def _leave_alias(ledger: Ledger, domain: Domain, old: str, new: str, term: timedelta) -> None:
    Room.of(domain).take_alias()
    alias = Alias.objects.create(address=old, domain=domain, expires=timezone.now() + term)
    snapshots.set_targets(alias, [new])
    ledger.note(Action.ADD, Kind.ALIAS, alias.pk, old, domain.name, after=alias.record())


def _prepare(new: NewMailbox) -> Mailbox | Fault:
    """The row without its domain, or why it can't be."""
    try:
        address = parse_mailbox_address(new.address)
        mailbox = Mailbox(
            address=str(address),
            name=new.name,
            password=parse_hash(new.password),
            quota=-1 if new.quota is None else texts.amount("quota", new.quota),
            quota_messages=new.quota_messages,
            active=new.active,
            imap=new.imap,
            pop3=new.pop3,
            smtp=new.smtp,
            sieve=new.sieve,
            must_change_password=new.must_change_password,
        )
        _check(mailbox)
    except Fault as fault:
        return fault
    return mailbox


def _admit(rooms: Rooms, mailbox: Mailbox) -> Mailbox | Fault:
    try:
        room = rooms.of(mailbox.address)
        mailbox.domain = room.domain
        if mailbox.quota < 0:
            mailbox.quota = default_quota(room.domain, django_settings.CARTEIRO_DEFAULT_QUOTA)
        _refuse_beyond(rooms.actor, mailbox)
        refuse_large(room.domain, mailbox.quota)
        if mailbox.address in rooms.mailboxes or mailbox.address in rooms.aliases:
            raise _taken(mailbox.address, alias=mailbox.address not in rooms.mailboxes)
        room.take_mailbox()
    except Fault as fault:
        return fault
    rooms.mailboxes.add(mailbox.address)
    return mailbox


def _refuse_beyond(actor: Actor, mailbox: Mailbox) -> None:
    """A new mailbox is as the domain has it, unless the actor has the rights to what is different."""
    usual = default_quota(mailbox.domain, django_settings.CARTEIRO_DEFAULT_QUOTA)
    if mailbox.quota != usual or mailbox.quota_messages:
        require(actor, Right.SET_QUOTAS, mailbox.domain.pk, thing=mailbox.address)
    if not mailbox.smtp:
        require(actor, Right.SWITCH_SENDING, mailbox.domain.pk, thing=mailbox.address)


def _check(mailbox: Mailbox) -> None:
    texts.one_line("name", mailbox.name)
    texts.amount("quota_messages", mailbox.quota_messages, texts.MOST)


def _refuse_taken(address: str) -> None:
    if Mailbox.objects.filter(address=address).exists():
        raise _taken(address, alias=False)
    if Alias.objects.filter(address=address).exists():
        raise _taken(address, alias=True)


def _taken(address: str, *, alias: bool) -> Exists:
    if alias:
        return Exists(N_("{address} is an alias already."), N_("Remove or rename the alias first."), address=address)
    return Exists(N_("The mailbox {address} is here already."), N_("Change it with 'set'."), address=address)


def _note(
    ledger: Ledger, action: Action, mailbox: Mailbox, before: dict[str, object], after: dict[str, object]
) -> None:
    name = mailbox.domain.name
    ledger.note(action, Kind.MAILBOX, mailbox.pk, mailbox.address, name, before=before, after=after)

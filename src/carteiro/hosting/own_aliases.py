"""Aliases that the owner of a mailbox makes for it, as many as its domain allows."""

from carteiro.hosting import finding, special, targets
from carteiro.hosting.access import Actor, Right, refuse_over
from carteiro.hosting.errors import Conflict, Exists, Forbidden, Limit, NotFound, translated
from carteiro.hosting.feed import Action, Kind, Ledger, changes
from carteiro.hosting.holding import Room
from carteiro.hosting.models import Alias, AliasTarget, Binned, Mailbox
from carteiro.hosting.wastebin import bin as bins
from carteiro.mail.address import parse_mailbox_address
from carteiro.words import N_


def add(actor: Actor, owner: str, address: str) -> Alias:
    """Let another address of the mailbox's own domain stand for it."""
    key = str(parse_mailbox_address(address))
    with changes(actor) as ledger:
        mailbox = finding.mailbox(actor, Right.MANAGE_OWN_ALIASES, owner)
        _refuse_foreign(mailbox, key)
        refuse_over(actor, key)
        _refuse_taken(key)
        _refuse_full(mailbox)
        Room.of(mailbox.domain).take_alias()
        alias = Alias.objects.create(address=key, domain=mailbox.domain, owner=mailbox)
        AliasTarget.objects.create(alias=alias, address=mailbox.address, position=0)
        targets.refuse_loop(key)
        ledger.note(Action.ADD, Kind.ALIAS, alias.pk, key, mailbox.domain.name, after=alias.record())
    return alias


def remove(actor: Actor, owner: str, address: str) -> Binned:
    """Move an alias of the owner's making to the bin."""
    key = str(parse_mailbox_address(address))
    with changes(actor) as ledger:
        mailbox = finding.mailbox(actor, Right.MANAGE_OWN_ALIASES, owner)
        alias = mailbox.own_aliases.select_related("domain", "owner").filter(address=key).first()
        if alias is None:
            raise NotFound(N_("{address} is none of your own aliases."), address=key)
        return bins.throw_alias(ledger, alias)


def list_(actor: Actor, owner: str) -> list[Alias]:
    """The aliases of the owner's making, by address."""
    with translated():
        mailbox = finding.mailbox(actor, Right.SEE_MAILBOX, owner)
        return list(mailbox.own_aliases.order_by("address"))


def left(actor: Actor, owner: str) -> int:
    """How many more the domain allows."""
    with translated():
        mailbox = finding.mailbox(actor, Right.SEE_MAILBOX, owner)
        return max(mailbox.domain.own_aliases - mailbox.own_aliases.count(), 0)


def leave(ledger: Ledger, mailbox: Mailbox) -> None:
    """A mailbox that moved to another domain: its aliases stay there and lead to it, and are the domain's now."""
    for alias in mailbox.own_aliases.exclude(domain=mailbox.domain).select_related("domain"):
        alias.owner = None
        alias.save(update_fields=["owner", "modified"])
        before, after = {"owner": mailbox.address}, {"owner": None}
        ledger.note(Action.SET, Kind.ALIAS, alias.pk, alias.address, alias.domain.name, before=before, after=after)


def _refuse_foreign(mailbox: Mailbox, address: str) -> None:
    if address.rpartition("@")[2] != mailbox.domain.name or special.is_special(address):
        raise Forbidden(
            N_("{address} can't be an alias of your own."),
            N_("Choose another name in {domain}."),
            address=address,
            domain=mailbox.domain.name,
        )


def _refuse_taken(address: str) -> None:
    if Alias.objects.filter(address=address).exists() or Mailbox.objects.filter(address=address).exists():
        raise Exists(N_("{address} is taken."), N_("Choose another name."), address=address)
    # Mail that was meant for whoever had the name must not come to somebody who takes it.
    known = Binned.objects.filter(key=address, kind__in=(Kind.MAILBOX, Kind.ALIAS))
    if known.exists() or AliasTarget.objects.filter(address=address).exists():
        raise Conflict(
            N_("{address} was somebody's until lately."),
            N_("Choose another name, or ask an administrator."),
            address=address,
        )


def _refuse_full(mailbox: Mailbox) -> None:
    limit = mailbox.domain.own_aliases
    if mailbox.own_aliases.count() >= limit:
        raise Limit(
            N_("{domain} allows {limit} aliases of your own, and you have them."),
            N_("Remove one first."),
            domain=mailbox.domain.name,
            limit=limit,
        )

"""A mailbox's forwarding: the alias of its own address."""

from collections.abc import Sequence

from carteiro.hosting import targets
from carteiro.hosting.errors import Invalid
from carteiro.hosting.feed import Action, Kind, Ledger
from carteiro.hosting.models import Alias, Mailbox
from carteiro.hosting.wastebin import snapshots
from carteiro.mail.address import parse_target
from carteiro.words import N_


def change(
    ledger: Ledger, mailbox: Mailbox, *, forward_to: Sequence[str] | None, keep_copy: bool | None, no_forward: bool
) -> None:
    """Set, change or end a mailbox's forwarding; None leaves that part as it is."""
    alias = Alias.objects.prefetch_related("targets").filter(address=mailbox.address).first()
    if no_forward:
        if forward_to or keep_copy is not None:
            raise Invalid(N_("A mailbox can't both forward and not forward."), N_("Give one of the two."))
        _end(ledger, mailbox, alias)
        return
    had = alias.addresses() if alias else []
    others = [target for target in had if target != mailbox.address]
    if forward_to is not None:
        others = [str(parse_target(target)) for target in forward_to]
    keep = mailbox.address in had if keep_copy is None else keep_copy
    wanted = list(dict.fromkeys([mailbox.address, *others] if keep else others))
    if not set(wanted) - {mailbox.address}:
        raise Invalid(
            N_("{address} has no address to forward to."),
            N_("Give one, or end the forwarding."),
            address=mailbox.address,
        )
    targets.check(mailbox.address, wanted)
    _store(ledger, mailbox, alias, wanted)


def targets_of(mailbox: Mailbox) -> list[str]:
    """Where a mailbox's mail goes, its own address among them if a copy stays; nothing without a forwarding."""
    alias = Alias.objects.prefetch_related("targets").filter(address=mailbox.address, active=True).first()
    return alias.addresses() if alias else []


def rename(ledger: Ledger, mailbox: Mailbox, old: str) -> None:
    """Let the forwarding follow the mailbox to its new address."""
    alias = Alias.objects.filter(address=old).first()
    if alias is None:
        return
    alias.address, alias.domain = mailbox.address, mailbox.domain
    alias.save(update_fields=["address", "domain", "modified"])
    ledger.note(
        Action.RENAME,
        Kind.ALIAS,
        alias.pk,
        alias.address,
        alias.domain.name,
        before={"address": old},
        after={"address": alias.address},
    )


def _store(ledger: Ledger, mailbox: Mailbox, alias: Alias | None, wanted: list[str]) -> None:
    before = {"targets": alias.addresses(), "active": alias.active} if alias else {}
    action = Action.SET if alias else Action.ADD
    if alias is None:
        alias = Alias.objects.create(address=mailbox.address, domain=mailbox.domain)
    elif not alias.active:
        alias.active = True
        alias.save(update_fields=["active", "modified"])
    snapshots.set_targets(alias, wanted)
    after = {"targets": wanted, "active": True}
    ledger.note(action, Kind.ALIAS, alias.pk, alias.address, mailbox.domain.name, before=before, after=after)


def _end(ledger: Ledger, mailbox: Mailbox, alias: Alias | None) -> None:
    if alias is None:
        return
    number, before = alias.pk, alias.record()
    alias.delete()
    ledger.note(Action.REMOVE, Kind.ALIAS, number, mailbox.address, mailbox.domain.name, before=before)

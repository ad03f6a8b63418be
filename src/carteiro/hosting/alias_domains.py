"""Alias domains: every address of one domain stands for the same one of another."""

from collections.abc import Iterator

from carteiro.hosting import domains, finding, renaming, targets
from carteiro.hosting.access import Actor, Right, require
from carteiro.hosting.errors import Conflict, NotFound, translated
from carteiro.hosting.feed import Action, Kind, changes
from carteiro.hosting.models import Binned, Domain
from carteiro.hosting.wastebin import bin as bins
from carteiro.mail.address import parse_domain
from carteiro.words import N_


def add(actor: Actor, name: str, target: str, *, active: bool = True) -> Domain:
    """Let `name` stand for the hosted domain `target`."""
    ascii_name = parse_domain(name).ascii
    with changes(actor) as ledger:
        goal = _target(actor, target)
        require(actor, Right.MANAGE_DOMAINS, thing=ascii_name)
        domains.refuse_taken(ascii_name)
        domain = Domain.objects.create(name=ascii_name, kind=Domain.Kind.ALIAS, target=goal, active=active)
        targets.check_domain(ascii_name)
        ledger.note(Action.ADD, Kind.DOMAIN, domain.pk, domain.name, domain.name, after=domain.record())
    return domain


def set_(actor: Actor, name: str, *, active: bool | None = None, target: str | None = None) -> Domain:
    """Switch an alias domain on or off, or let it stand for another domain."""
    with changes(actor) as ledger:
        domain = _find(actor, Right.MANAGE_DOMAINS, name)
        before = domain.record()
        if active is not None:
            domain.active = active
        if target is not None:
            domain.target = _target(actor, target)
        if domain.record() == before:
            return domain
        domain.save(update_fields=["active", "target", "modified"])
        targets.check_domain(domain.name)
        ledger.note(Action.SET, Kind.DOMAIN, domain.pk, domain.name, domain.name, before=before, after=domain.record())
    return domain


def rename(actor: Actor, name: str, new_name: str) -> Domain:
    """Give an alias domain another name; aliases and grants that name its addresses follow."""
    ascii_name = parse_domain(new_name).ascii
    with changes(actor) as ledger:
        domain = _find(actor, Right.MANAGE_DOMAINS, name)
        if ascii_name != domain.name:
            domains.refuse_taken(ascii_name)
            renaming.domain(ledger, domain, ascii_name)
    return domain


def remove(actor: Actor, name: str) -> Binned:
    """Move an alias domain to the bin."""
    with changes(actor) as ledger:
        return bins.throw_domain(ledger, _find(actor, Right.MANAGE_DOMAINS, name))


def restore(actor: Actor, name: str) -> Domain:
    """Have a removed alias domain back."""
    ascii_name = parse_domain(name).ascii
    require(actor, Right.MANAGE_DOMAINS, thing=ascii_name)
    with changes(actor) as ledger:
        row = bins.latest(Kind.DOMAIN, ascii_name)
        goal = row.snapshot["target"]
        if goal is None:
            raise _no_alias(ascii_name)
        bins.refuse_taken(row, taken=Domain.objects.filter(name=ascii_name).exists())
        domain = bins.bring_back_domain(ledger, row, _target(actor, goal))
        targets.check_domain(ascii_name)
    return domain


def get(actor: Actor, name: str) -> Domain:
    """The alias domain of that name."""
    with translated():
        return _find(actor, Right.SEE, name)


def list_(actor: Actor) -> Iterator[Domain]:
    """The alias domains that the actor holds, by name."""
    return (domain for domain in domains.list_(actor) if domain.kind == Domain.Kind.ALIAS)


def _find(actor: Actor, right: Right, name: str) -> Domain:
    domain = finding.domain(actor, right, name)
    if domain.kind != Domain.Kind.ALIAS:
        raise _no_alias(domain.name)
    return domain


def _target(actor: Actor, name: str) -> Domain:
    domain = finding.domain(actor, Right.MANAGE_DOMAINS, name)
    if domain.kind != Domain.Kind.HOSTED:
        raise Conflict(
            N_("{target} can't be the target: it is not hosted here itself."),
            N_("Name a domain that has the mailboxes."),
            target=domain.name,
        )
    return domain


def _no_alias(name: str) -> NotFound:
    return NotFound(N_("{name} is no alias domain."), N_("Use 'carteiro domain'."), name=name)

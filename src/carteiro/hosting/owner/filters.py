"""Filter rules of a mailbox, and the Sieve script that they make together with its vacation notice."""

from django.db.models import Q, QuerySet

from carteiro.hosting import finding, texts
from carteiro.hosting.access import Actor, Right
from carteiro.hosting.errors import Invalid, Limit, translated
from carteiro.hosting.feed import Action, Kind, Ledger, changes, differences
from carteiro.hosting.models import FilterRule, Mailbox
from carteiro.hosting.owner import vacations
from carteiro.hosting.requests import InstallSieve
from carteiro.mail.filter_rule import MOST_RULES, Do, Rule, parse_rule
from carteiro.mail.sieve import render
from carteiro.words import N_


def add(actor: Actor, address: str, rule: Rule, *, active: bool = True) -> FilterRule:
    """Put a rule behind the others."""
    with changes(actor) as ledger:
        mailbox = finding.mailbox(actor, Right.EDIT_FILTERS, address)
        last = mailbox.filter_rules.order_by("-position").first()
        if mailbox.filter_rules.count() >= MOST_RULES:
            raise Limit(
                N_("{address} has {most} rules already."),
                N_("Remove one, or put conditions together."),
                address=address,
                most=MOST_RULES,
            )
        row = FilterRule(mailbox=mailbox, position=last.position + 1 if last else 0, active=active)
        _fill(row, rule)
        row.save()
        _tell(ledger, Action.ADD, row, after=row.record())
    return row


def set_(
    actor: Actor, address: str, number: int, rule: Rule | None = None, *, active: bool | None = None
) -> FilterRule:
    """Change what is given of a rule and nothing else."""
    with changes(actor) as ledger:
        row = _find(actor, Right.EDIT_FILTERS, address, number)
        before = row.record()
        if rule is not None:
            _fill(row, rule)
        if active is not None:
            row.active = active
        old, new = differences(before, row.record())
        if new:
            row.save(update_fields=list(new))
            _tell(ledger, Action.SET, row, before=old, after=new)
    return row


def move(actor: Actor, address: str, number: int, *, up: bool) -> None:
    """Let a rule change places with the one before or behind it; the first and the last stay where they are."""
    with changes(actor) as ledger:
        row = _find(actor, Right.EDIT_FILTERS, address, number)
        others = row.mailbox.filter_rules
        beside = (
            others.filter(position__lt=row.position).order_by("-position")
            if up
            else others.filter(position__gt=row.position).order_by("position")
        ).first()
        if beside is None:
            return
        before = row.position
        row.position, beside.position = beside.position, row.position
        FilterRule.objects.bulk_update([row, beside], ["position"])
        _tell(ledger, Action.SET, row, before={"position": before}, after={"position": row.position})


def remove(actor: Actor, address: str, number: int) -> None:
    """Remove a rule for good: the audit log keeps what it was."""
    with changes(actor) as ledger:
        row = _find(actor, Right.EDIT_FILTERS, address, number)
        _tell(ledger, Action.REMOVE, row, before=row.record())
        row.delete()


def get(actor: Actor, address: str, number: int) -> FilterRule:
    """The rule of a mailbox that has that number."""
    with translated():
        return _find(actor, Right.SEE_MAILBOX, address, number)


def list_(actor: Actor, address: str) -> list[FilterRule]:
    """The rules of a mailbox in their order."""
    with translated():
        return list(finding.mailbox(actor, Right.SEE_MAILBOX, address).filter_rules.order_by("position", "pk"))


def parsed(row: FilterRule) -> Rule:
    """The rule that a row holds. Raises Fault where an editor of another release made it."""
    return parse_rule(row.conditions, row.actions, name=row.name, any_=row.match == FilterRule.Match.ANY)


def script(mailbox: Mailbox) -> str:
    """The Sieve script of a mailbox's notice and rules; empty where it needs none."""
    rows = mailbox.filter_rules.filter(active=True).order_by("position", "pk")
    return render([parsed(row) for row in rows], vacations.notice(mailbox))


def filtered() -> "QuerySet[Mailbox]":
    """For the worker: the mailboxes that may have a script."""
    busy = Q(vacation__active=True) | Q(filter_rules__active=True)
    return Mailbox.objects.select_related("domain").filter(busy).distinct().order_by("pk")


def _fill(row: FilterRule, rule: Rule) -> None:
    own = row.mailbox.address
    for action in rule.actions:
        if action.do in (Do.REDIRECT, Do.REDIRECT_COPY) and action.value == own:
            raise Invalid(N_("{address} would send its mail to itself."), N_("Name another address."), address=own)
    row.name = texts.one_line("name", rule.name)
    row.match = FilterRule.Match.ANY if rule.any else FilterRule.Match.ALL
    row.conditions = [condition.record() for condition in rule.conditions]
    row.actions = [action.record() for action in rule.actions]


def _find(actor: Actor, right: Right, address: str, number: int) -> FilterRule:
    mailbox = finding.mailbox(actor, right, address)
    row = mailbox.filter_rules.filter(pk=number).first()
    if row is None:
        known = [str(key) for key in mailbox.filter_rules.values_list("pk", flat=True)]
        raise finding.missing(N_("There is no rule {key} of that mailbox."), str(number), known)
    return row


def _tell(
    ledger: Ledger,
    action: Action,
    row: FilterRule,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    mailbox = row.mailbox
    ledger.note(action, Kind.FILTER_RULE, row.pk, mailbox.address, mailbox.domain.name, before=before, after=after)
    ledger.request(InstallSieve(mailbox.home))

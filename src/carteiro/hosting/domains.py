"""Domains: hosted here, or held for another host (backup MX)."""

from collections.abc import Iterator, Sequence
from typing import TypedDict, Unpack

from django.db.models import Max, Q

from carteiro.hosting import finding, renaming, special, targets, texts
from carteiro.hosting.access import Actor, Right, require
from carteiro.hosting.aliases import NewAlias, add_many
from carteiro.hosting.errors import Conflict, Exists, Invalid, Limit, translated
from carteiro.hosting.feed import Action, Kind, changes, differences
from carteiro.hosting.holding import count_aliases, refuse_not_hosted
from carteiro.hosting.models import Binned, Domain, Mailbox
from carteiro.hosting.requests import KickUser, MeasureUsage
from carteiro.hosting.wastebin import bin as bins
from carteiro.mail.address import parse_domain
from carteiro.mail.size import show_size
from carteiro.words import N_, Fault


class Fields(TypedDict, total=False):
    """What can be set on a domain. Quotas are bytes; None is no limit."""

    active: bool
    paused: bool  # its mail is put off, nothing bounces; people go on logging in and sending
    description: str
    tags: Sequence[str]  # words to find it by
    max_mailboxes: int | None
    max_aliases: int | None
    quota: int | None
    max_mailbox_quota: int | None
    default_mailbox_quota: int | None
    recipients: str  # "list" or "verify", of a relay domain
    password_days: int | None  # how long a password is good
    second_factor: bool  # whether its people have to sign in with one
    own_aliases: int  # how many its people may make for themselves


_COUNTS = ("max_mailboxes", "max_aliases")
_LONGEST_DAYS = 3650
_LIMITS = (*_COUNTS, "quota", "max_mailbox_quota", "default_mailbox_quota")


def add(actor: Actor, name: str, *, kind: str = "hosted", special_to: str = "", **fields: Unpack[Fields]) -> Domain:
    """Take mail for a domain: `hosted` here, or as a backup MX (`relay`).

    With `special_to` the aliases abuse, hostmaster, postmaster and webmaster are made, which lead to that address.
    """
    ascii_name = parse_domain(name).ascii
    require(actor, Right.MANAGE_DOMAINS, thing=ascii_name)
    if kind not in {Domain.Kind.HOSTED, Domain.Kind.RELAY}:
        raise Invalid(N_("{kind} is not a kind of domain."), N_("Choose hosted or relay."), kind=kind)
    with changes(actor) as ledger:
        refuse_taken(ascii_name)
        domain = Domain(name=ascii_name, kind=kind, **fields)
        _check(domain)
        domain.save()
        ledger.note(Action.ADD, Kind.DOMAIN, domain.pk, domain.name, domain.name, after=domain.record())
        if domain.quota is not None:
            ledger.request(MeasureUsage(domain.name))
        if special_to:
            ledger.append()
            _make_special(actor, domain, special_to)
    return domain


def set_(actor: Actor, name: str, **fields: Unpack[Fields]) -> Domain:
    """Change what is given and nothing else."""
    with changes(actor) as ledger:
        domain = hosted_or_relay(finding.domain(actor, Right.MANAGE_DOMAINS, name))
        before = domain.record()
        for field, value in fields.items():
            setattr(domain, field, value)
        _check(domain)
        _check_room(domain)
        old, new = differences(before, domain.record())
        if not new:
            return domain
        domain.save(update_fields=[*new, "modified"])
        ledger.note(Action.SET, Kind.DOMAIN, domain.pk, domain.name, domain.name, before=old, after=new)
        if new.get("quota") is not None:
            ledger.request(MeasureUsage(domain.name))
        if new.get("active") is False:
            ledger.request(KickUser(f"*@{domain.name}"))
    return domain


def change_kind(actor: Actor, name: str, kind: str, **fields: Unpack[Fields]) -> Domain:
    """Let a domain without addresses be `hosted` here, or held for another host (`relay`), from now on.

    What only its old kind has goes along: limits, relay recipients. Who administers it stays.
    """
    with changes(actor) as ledger:
        domain = hosted_or_relay(finding.domain(actor, Right.MANAGE_DOMAINS, name))
        before = domain.record()
        _refuse_used(domain)
        domain.kind = Domain.Kind(kind)
        for field, value in (dict.fromkeys(_LIMITS) | dict(fields)).items():
            setattr(domain, field, value)
        _check(domain)
        domain.relay_recipients.all().delete()
        domain.save()
        ledger.note(Action.SET, Kind.DOMAIN, domain.pk, domain.name, domain.name, before=before, after=domain.record())
        if domain.quota is not None:
            ledger.request(MeasureUsage(domain.name))
    return domain


def rename(actor: Actor, name: str, new_name: str) -> Domain:
    """Give a domain another name; every address in it changes along, and no mail is moved."""
    ascii_name = parse_domain(new_name).ascii
    with changes(actor) as ledger:
        domain = hosted_or_relay(finding.domain(actor, Right.MANAGE_DOMAINS, name))
        old = domain.name
        if ascii_name == old:
            return domain
        refuse_taken(ascii_name)
        renaming.domain(ledger, domain, ascii_name)
        ledger.request(KickUser(f"*@{old}"))
    return domain


def remove(actor: Actor, name: str) -> Binned:
    """Move a domain with its mailboxes and aliases to the bin; the mail stays until the bin is emptied."""
    with changes(actor) as ledger:
        domain = hosted_or_relay(finding.domain(actor, Right.MANAGE_DOMAINS, name))
        standing = list(domain.alias_domains.order_by("name").values_list("name", flat=True)[:5])
        if standing:
            raise Conflict(
                N_("{domain} can't be removed: {aliases} stand for it."),
                N_("Remove these alias domains first."),
                domain=domain.name,
                aliases=", ".join(standing),
            )
        row = bins.throw_domain(ledger, domain)
        ledger.request(KickUser(f"*@{row.key}"))
    return row


def restore(actor: Actor, name: str) -> Domain:
    """Have a removed domain back with all that was in it."""
    ascii_name = parse_domain(name).ascii
    require(actor, Right.MANAGE_DOMAINS, thing=ascii_name)
    with changes(actor) as ledger:
        row = bins.latest(Kind.DOMAIN, ascii_name)
        if row.snapshot["kind"] == Domain.Kind.ALIAS:
            raise _is_alias(ascii_name)
        bins.refuse_taken(row, taken=Domain.objects.filter(name=ascii_name).exists())
        domain = bins.bring_back_domain(ledger, row, None)
        targets.check_domain(ascii_name)
    return domain


def get(actor: Actor, name: str) -> Domain:
    """The domain of that name, of whatever kind."""
    with translated():
        return finding.domain(actor, Right.SEE, name)


def exists(actor: Actor, name: str) -> bool:
    """Whether the actor sees a domain of that name."""
    with translated():
        found = Domain.objects.filter(name=parse_domain(name).ascii).first()
    return found is not None and (actor.superadmin or found.pk in actor.domains)


def list_(actor: Actor, *, search: str = "") -> Iterator[Domain]:
    """The domains that the actor holds, of all kinds, by name."""
    with translated():
        rows = Domain.objects.select_related("target").order_by("name")
        if not actor.superadmin:
            rows = rows.filter(pk__in=actor.domains)
        yield from rows.filter(Q(name__contains=search.lower()) | Q(description__icontains=search)).iterator()


def refuse_taken(name: str) -> None:
    """Raise Exists where there is a domain of that name, of whatever kind."""
    taken = Domain.objects.select_related("target").filter(name=name).first()
    if taken is None:
        return
    if taken.target is not None:
        raise Exists(
            N_("The domain {name} is here already, as an alias of {target}."),
            N_("Remove it first, or choose another name."),
            name=name,
            target=taken.target.name,
        )
    raise Exists(N_("The domain {name} is here already."), N_("Change it with 'set'."), name=name)


def hosted_or_relay(domain: Domain) -> Domain:
    """The domain itself, unless it is an alias domain: these are changed as such."""
    if domain.kind == Domain.Kind.ALIAS:
        raise _is_alias(domain.name)
    return domain


def _refuse_used(domain: Domain) -> None:
    for column, rows in (("address", domain.mailboxes), ("address", domain.aliases), ("name", domain.alias_domains)):
        used = rows.order_by(column).values_list(column, flat=True).first()
        if used is not None:
            raise Conflict(
                N_("{domain} is {kind} and can't change that: {used} is there."),
                N_("Remove what is in it first, then try again."),
                domain=domain.name,
                kind=domain.kind,
                used=used,
            )


def _is_alias(name: str) -> Conflict:
    return Conflict(N_("{name} is an alias domain."), N_("Use 'carteiro alias-domain'."), name=name)


def _make_special(actor: Actor, domain: Domain, goal: str) -> None:
    refuse_not_hosted(domain)
    for made in add_many(actor, [NewAlias(f"{name}@{domain.name}", [goal]) for name in special.NAMES]):
        if isinstance(made, Fault):
            raise made


def _check(domain: Domain) -> None:
    domain.tags = texts.words("tags", domain.tags)
    domain.password_days = domain.password_days or None
    texts.amount("password_days", domain.password_days or 0, _LONGEST_DAYS)
    texts.amount("own_aliases", domain.own_aliases, texts.MOST)
    for field in _LIMITS:
        value = getattr(domain, field)
        if value is not None:
            texts.amount(field, value, texts.MOST if field in _COUNTS else texts.LARGEST)
    if domain.recipients not in {Domain.Recipients.LIST, Domain.Recipients.VERIFY}:
        raise Invalid(N_("recipients can't be {value}."), N_("Choose list or verify."), value=domain.recipients)
    texts.one_line("description", domain.description)
    largest, default = domain.max_mailbox_quota, domain.default_mailbox_quota
    if largest is not None and default is not None and (default == 0 or default > largest):
        raise Invalid(
            N_("The default quota {default} is more than the largest one allowed, {largest}."),
            N_("Lower the default, or raise max_mailbox_quota."),
            default=show_size(default) if default else "unlimited",
            largest=show_size(largest),
        )


def _check_room(domain: Domain) -> None:
    """What is there already has to fit into new limits."""
    mailboxes = Mailbox.objects.filter(domain=domain)
    aliases = count_aliases(domain)
    for field, limit, count in (
        ("max_mailboxes", domain.max_mailboxes, mailboxes.count()),
        ("max_aliases", domain.max_aliases, aliases),
    ):
        if limit is not None and count > limit:
            raise Limit(
                N_("{domain} has {count} already, more than {field} {limit}."),
                N_("Remove some first, or allow more."),
                domain=domain.name,
                count=count,
                field=field,
                limit=limit,
            )
    largest = domain.max_mailbox_quota
    if largest is None:
        return
    above = mailboxes.filter(Q(quota=0) | Q(quota__gt=largest))
    if above.exists():
        raise Limit(
            N_("{count} mailboxes of {domain} have a larger quota than {largest}, {example} for one."),
            N_("Lower theirs first."),
            count=above.count(),
            domain=domain.name,
            largest=show_size(largest),
            example=above.aggregate(first=Max("address"))["first"],
        )

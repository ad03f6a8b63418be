"""Look up what a person names, with a suggestion where the name is misspelt."""

import difflib
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db.models import QuerySet

from carteiro.hosting import special
from carteiro.hosting.access import Actor, Right, refuse_over, require
from carteiro.hosting.errors import NotFound
from carteiro.hosting.models import Alias, Domain, Mailbox
from carteiro.mail.address import Address, parse_address, parse_catch_all, parse_domain, parse_mailbox_address
from carteiro.words import N_

_CANDIDATES = 500  # names that a suggestion is looked for among: more would take time for little
_AT_ONCE = 500
_READING = frozenset({Right.SEE, Right.SEE_MAILBOX})


def domain(actor: Actor, right: Right, name: str) -> Domain:
    """The domain of that name; Forbidden before NotFound, so that nobody learns of other people's domains."""
    ascii_name = parse_domain(name).ascii
    found = Domain.objects.select_related("target").filter(name=ascii_name).first()
    require(actor, right, found.pk if found else None, thing=ascii_name)
    if found is None:
        raise missing(
            N_("There is no domain {key} here."),
            ascii_name,
            Domain.objects.order_by("name").values_list("name", flat=True),
        )
    return found


def mailbox(actor: Actor, right: Right, address: str) -> Mailbox:
    """The mailbox of that address; an administrator's own is to be seen, and no more, by those below a superadmin."""
    key = parse_mailbox_address(address)
    found = Mailbox.objects.select_related("domain").filter(address=str(key)).first()
    if found is None:
        holder = domain(actor, right, key.domain.ascii)
        raise missing(
            N_("There is no mailbox {key}."),
            str(key),
            _near(Mailbox.objects.filter(domain=holder), key).values_list("address", flat=True),
        )
    require(actor, right, found.domain.pk, found.pk, thing=found.address)
    if right not in _READING:
        refuse_over(actor, found.address)
    return found


def alias(actor: Actor, right: Right, address: str) -> Alias:
    """The alias of that address; `@domain` is a catch-all, a mailbox's own address its forwarding."""
    key = alias_address(address)
    holder = domain(actor, right, key.domain.ascii)
    if right not in _READING:
        refuse_over(actor, str(key))
        special.require_right(actor, holder.pk, str(key))
    found = Alias.objects.select_related("domain", "owner").prefetch_related("targets").filter(address=str(key)).first()
    if found is None:
        raise missing(
            N_("There is no alias {key}."),
            str(key),
            _near(Alias.objects.filter(domain=holder), key).values_list("address", flat=True),
        )
    return found


def alias_address(text: str) -> Address:
    """An address that an alias may have: also a catch-all, also one with a detail."""
    return parse_catch_all(text) if text.startswith("@") else parse_address(text)


def parts(values: Collection[str]) -> Iterator[list[str]]:
    """The values in order, so many at a time that one IN (…) of any database takes them."""
    ordered = sorted(values)
    for begin in range(0, len(ordered), _AT_ONCE):
        yield ordered[begin : begin + _AT_ONCE]


def missing(text: str, key: str, known: "Iterable[str] | QuerySet[Any, str]") -> NotFound:
    """The refusal for a name that is not there; `text` has the place {key}."""
    names = list(known[:_CANDIDATES]) if isinstance(known, QuerySet) else list(known)[:_CANDIDATES]
    near = difflib.get_close_matches(key, names, n=1, cutoff=0.75)
    if near:
        return NotFound(text, N_("Did you mean {near}?"), key=key, near=near[0])
    return NotFound(text, N_("The command 'list' shows what there is."), key=key)


def _near(rows: "QuerySet[Any]", key: Address) -> "QuerySet[Any]":
    # In a large domain only names with the same first letter are looked at.
    if rows.count() > _CANDIDATES:
        rows = rows.filter(address__startswith=key.local[:1])
    return rows.order_by("address")

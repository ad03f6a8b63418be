"""A domain and its mailboxes on their way to another host: all that the accounts say of them, as data, and back.

No password is in it that could be read; their hashes are.
"""

import contextlib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from carteiro.hosting import alias_domains, aliases, domains, finding, forwarding, grants, mailboxes
from carteiro.hosting.access import Actor, Right, require
from carteiro.hosting.aliases import NewAlias
from carteiro.hosting.errors import DatabaseFault, Exists, Invalid, translated
from carteiro.hosting.feed import Action, Kind, changes
from carteiro.hosting.holding import refuse_not_hosted
from carteiro.hosting.imports import imported
from carteiro.hosting.mailboxes import NewMailbox
from carteiro.hosting.models import Alias, AppPassword, Domain, Mailbox
from carteiro.hosting.owner import external_accounts, filters, vacations, webmail
from carteiro.hosting.owner.external_accounts import NewAccount
from carteiro.hosting.owner.webmail import Kept, NewContact, NewIdentity
from carteiro.hosting.requests import InstallSieve
from carteiro.hosting.wastebin import snapshots
from carteiro.mail.filter_rule import parse_rule
from carteiro.words import N_, Fault

Carried = dict[str, Any]
_Link = tuple[str, partial[None]]

_DIGEST = re.compile(r"[0-9a-f]{64}")
_PROTOCOLS = ("imap", "pop3", "smtp", "sieve")
_MAILBOX = ("address", "name", "password", "active", "quota", "quota_messages", "must_change_password", *_PROTOCOLS)
_CONTACT = ("nickname", "first_name", "last_name", "addresses", "note")
_IDENTITY = ("name", "address", "reply_to", "signature")
_ACCOUNT = ("protocol", "host", "port", "username", "folder", "keep", "poll_minutes")
_DOMAIN = (
    *("active", "paused", "description", "tags", "max_mailboxes", "max_aliases", "quota", "max_mailbox_quota"),
    *("default_mailbox_quota", "password_days", "second_factor", "own_aliases"),
)


def domain_of(actor: Actor, name: str) -> Carried:
    """A hosted domain, the domains that stand for it, and its aliases, but for its mailboxes."""
    with translated():
        domain = finding.domain(actor, Right.MANAGE_DOMAINS, name)
        refuse_not_hosted(domain)
        row = snapshots.of_domain(domain)
        owners = dict(Mailbox.objects.filter(domain=domain).values_list("home", "address"))
        known = set(owners.values())
        rows = Alias.objects.filter(domain=domain).select_related("owner").prefetch_related("targets")
        # The forwarding of a mailbox goes with the mailbox, unless it is switched off.
        there = (alias for alias in rows.order_by("address") if alias.address not in known or not alias.active)
        found = [snapshots.of_alias(alias) for alias in there]
        return {
            "name": domain.name,
            **{field: row[field] for field in _DOMAIN},
            "created": row["created"],
            "alias_domains": [
                {"name": each.name, "active": each.active} for each in domain.alias_domains.order_by("name")
            ],
            "aliases": [each | {"owner": owners.get(each["owner"])} for each in found],
        }


def mailbox_of(actor: Actor, address: str) -> Carried:
    """A mailbox with all that its owner and others have set on it."""
    with translated():
        mailbox = finding.mailbox(actor, Right.MANAGE_MAILBOXES, address)
        require(actor, Right.MANAGE_DOMAINS, thing=mailbox.address)
        row = snapshots.of_mailbox(mailbox)
        return {name: value for name, value in row.items() if name != "home"} | {
            "password_changed": mailbox.password_changed.isoformat(),
            # Their passwords are sealed for this mailbox on this host: nobody else could read them.
            "external_accounts": [each.record() for each in mailbox.external_accounts.order_by("pk")],
            "forwarding": forwarding.targets_of(mailbox),
        }


def take_domain(actor: Actor, carried: Carried) -> Domain:
    """Make the domain, if it is not here; its aliases come with `take_rest`, once there are mailboxes."""
    name = _text(carried, "name")
    with _as_written():
        found = Domain.objects.filter(name=name).first()
        if found is None:
            found = domains.add(actor, name, **{field: carried[field] for field in _DOMAIN if field in carried})
            _keep_dates(Domain, found.pk, carried, "created")
        for each in carried.get("alias_domains") or ():
            if not Domain.objects.filter(name=each["name"]).exists():
                alias_domains.add(actor, each["name"], name, active=bool(each["active"]))
    return found


def take_mailbox(actor: Actor, carried: Carried) -> Mailbox:
    """Make the mailbox with all that hangs on it, or nothing of it. Raises Exists where its address is here already."""
    require(actor, Right.MANAGE_DOMAINS, thing=_text(carried, "address"))
    with _as_written(), imported.together():
        mailbox = mailboxes.add(actor, NewMailbox(**_known(carried, _MAILBOX, "password")))
        _keep_dates(Mailbox, mailbox.pk, carried, "created", "password_changed")
        _take_app_passwords(actor, mailbox, carried.get("app_passwords") or ())
        _take_webmail(actor, mailbox, carried)
        _take_answering(actor, mailbox, carried)
    return mailbox


def readdressed(carried: Carried, address: str) -> Carried:
    """A mailbox under another address, which its own copy of what is forwarded goes to, too."""
    targets = [address if target == carried["address"] else target for target in _listed(carried.get("forwarding"))]
    return carried | {"address": address, "forwarding": targets}


def take_rest(actor: Actor, rows: Iterable[Carried], aliases_: object) -> list[tuple[str, Fault]]:
    """What leads from one address to another, once the mailboxes of these rows are here: forwardings, grants, aliases.

    One may need another that comes later. Gives what can't be, by address, and why; an alias without one goes by its
    number.
    """
    waiting = list(_links(actor, list(rows), aliases_))
    while True:
        left: list[tuple[_Link, Fault]] = []
        for link in waiting:
            try:
                with _as_written():
                    link[1]()
            except DatabaseFault:
                raise
            except Fault as fault:
                left.append((link, fault))
        if not left or len(left) == len(waiting):
            return [(name, fault) for (name, _), fault in left]
        waiting = [link for link, _ in left]


def _links(actor: Actor, rows: Iterable[Carried], aliases_: object) -> Iterator[_Link]:
    for row in rows:
        for granted in _listed(row.get("sender_grants")):
            yield _text(row, "address"), partial(_take_grant, actor, row, granted)
        yield _text(row, "address"), partial(_take_forwarding, actor, row)
    for number, alias in enumerate(_listed(aliases_), 1):
        address = alias.get("address") if isinstance(alias, dict) else None
        yield address if isinstance(address, str) else f"aliases {number}", partial(_take_alias, actor, alias)


def _take_grant(actor: Actor, row: Carried, granted: str) -> None:
    with contextlib.suppress(Exists):
        grants.add(actor, _text(row, "address"), granted)


def _take_forwarding(actor: Actor, row: Carried) -> None:
    address = _text(row, "address")
    targets = row.get("forwarding") or ()
    others = [target for target in targets if target != address]
    if others and not forwarding.targets_of(mailboxes.get(actor, address)):
        mailboxes.set_(actor, address, forward_to=others, keep_copy=address in targets)


def _take_alias(actor: Actor, row: Carried) -> None:
    """An alias, if it is not here."""
    if Alias.objects.filter(address=_text(row, "address")).exists():
        return
    fields = {"comment": row.get("comment", ""), "active": bool(row["active"]), "expires": _moment(row.get("expires"))}
    with imported.together():
        made = aliases.add(actor, NewAlias(row["address"], row["targets"], **fields))
        owner = Mailbox.objects.filter(address=row.get("owner") or "").first()
        if owner is not None:
            Alias.objects.filter(pk=made.pk).update(owner=owner)
        _keep_dates(Alias, made.pk, row, "created")


def _take_app_passwords(actor: Actor, mailbox: Mailbox, rows: Iterable[Carried]) -> None:
    with changes(actor) as ledger:
        for each in rows:
            if AppPassword.objects.filter(digest=each.get("digest")).exists():
                continue  # of the mailbox that this one is a copy of
            row = AppPassword.objects.create(mailbox=mailbox, **_app_password(each))
            name = mailbox.domain.name
            ledger.note(Action.ADD, Kind.APP_PASSWORD, row.pk, mailbox.address, name, after=row.record())


def _take_webmail(actor: Actor, mailbox: Mailbox, carried: Carried) -> None:
    contacts, identities = carried.get("contacts") or (), carried.get("identities") or ()
    preferences = {each["name"]: each["value"] for each in carried.get("preferences") or ()}
    if not (contacts or identities or preferences):
        return
    kept = Kept(
        [NewContact(**_known(each, _CONTACT, *_CONTACT[:-1])) for each in contacts],
        [NewIdentity(**_known(each, _IDENTITY, "name", "address")) for each in identities],
        preferences,
    )
    webmail.replace(actor, mailbox.address, kept)


def _take_answering(actor: Actor, mailbox: Mailbox, carried: Carried) -> None:
    """What is done with arriving mail; accounts elsewhere are off until somebody gives their passwords again."""
    for rule in carried.get("filter_rules") or ():
        parsed = parse_rule(rule["conditions"], rule["actions"], name=rule["name"], any_=rule["match"] == "any")
        filters.add(actor, mailbox.address, parsed, active=bool(rule["active"]))
    if notice := carried.get("vacation"):
        starts, ends = (_moment(notice.get(name)) for name in ("starts", "ends"))
        # One that is over answers nobody, and is no longer allowed to be on.
        active = bool(notice["active"]) and (ends is None or ends > timezone.now())
        texts = {name: notice[name] for name in ("subject", "text", "days")}
        vacations.set_(actor, mailbox.address, active=active, starts=starts, ends=ends, **texts)
    for row in carried.get("external_accounts") or ():
        told = _known(row, _ACCOUNT, "protocol", "host", "username")
        account = NewAccount(password="", **told, active=False)
        external_accounts.add(actor, mailbox.address, account)
    with changes(actor) as ledger:
        ledger.request(InstallSieve(mailbox.home))


@contextmanager
def _as_written() -> Iterator[None]:
    """What a person wrote into the file, or took out of it, is told as such."""
    try:
        yield
    except KeyError as error:
        raise _missing(error.args[0]) from error
    except (TypeError, AttributeError, ValidationError) as error:
        raise Invalid(
            N_("A value in the file is of the wrong kind."), N_("Take the file as it was exported.")
        ) from error


def _app_password(row: Carried) -> Carried:
    digest = _text(row, "digest")
    if not _DIGEST.fullmatch(digest):
        raise Invalid(N_("An app password's digest is no SHA-256 sum."), N_("Take the file as it was exported."))
    protocols = {name: bool(row[name]) for name in _PROTOCOLS}
    made = _moment(row.get("created"))
    fields = {"label": str(row.get("label", ""))[:255], "digest": digest, **protocols}
    return fields | ({"created": made} if made else {})


def _keep_dates(model: type[Domain] | type[Mailbox] | type[Alias], key: int, row: Carried, *names: str) -> None:
    told = {name: made for name in names if (made := _moment(row.get(name))) is not None}
    if told:
        model.objects.filter(pk=key).update(**told)


def _known(row: Carried, names: Iterable[str], *needed: str) -> Carried:
    """The values of these names, as far as they are there. Raises KeyError for one that is needed and missing."""
    return {name: row[name] for name in names if name in row or name in needed}


def _listed(value: object) -> list[Any]:
    """The rows of a list; what is none is one row, so that it is told as every other bad one."""
    return value if isinstance(value, list) else [value] if value else []


def _moment(told: object) -> datetime | None:
    try:
        return datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        raise Invalid(N_("{value} is no point in time."), N_("Take the file as it was exported."), value=told) from None


def _text(row: Carried, name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        raise _missing(name)
    return value


def _missing(name: object) -> Invalid:
    return Invalid(N_("{name} is missing in the file."), N_("Take the file as it was exported."), name=name)

"""Random histories of use cases, with people, domains and addresses that meet often."""

import contextlib
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from carteiro.hosting import (
    alias_domains,
    aliases,
    app_passwords,
    domains,
    grants,
    mailboxes,
    relay_recipients,
    transports,
)
from carteiro.hosting.access import Actor
from carteiro.hosting.aliases import NewAlias
from carteiro.hosting.mailboxes import NewMailbox
from carteiro.mail.next_hop import NextHop
from carteiro.words import Fault
from tests.hosting.world import HASH, OTHER_HASH

Step = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]

HOSTED = ("one.test", "two.test")
DOMAINS = (*HOSTED, "three.test", "relay.test")
LOCALS = ("a", "b", "c")
OWN = tuple(f"{local}@{domain}" for local in LOCALS for domain in HOSTED)
ASKED = (
    *OWN,
    *(f"{local}@{domain}" for local in (*LOCALS, "a+t", "z") for domain in ("three.test", "relay.test")),
    "a+t@one.test",
)

_ROOT = Actor.root(origin="test")


def _add_mailbox(address: str) -> None:
    mailboxes.add(_ROOT, NewMailbox(address, HASH))


def _add_alias(address: str, targets: list[str]) -> None:
    aliases.add(_ROOT, NewAlias(address, targets))


def _drop_app_password(address: str) -> None:
    for app in app_passwords.list_(_ROOT, address):
        app_passwords.remove(_ROOT, address, app.pk)


def _set_app_password(address: str, protocols: list[str]) -> None:
    for app in app_passwords.list_(_ROOT, address):
        app_passwords.set_(_ROOT, address, app.pk, protocols=protocols)


def _as_root(use_case: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any, **fields: Any) -> None:
        use_case(_ROOT, *arguments, **fields)

    call.__qualname__ = f"{use_case.__module__.rpartition('.')[2]}.{use_case.__name__}"
    return call


def _step(call: Callable[..., Any], *arguments: Any, **fields: Any) -> st.SearchStrategy[Step]:
    return st.tuples(st.just(call), st.tuples(*arguments), st.fixed_dictionaries(fields))


def _root(use_case: Callable[..., Any], *arguments: Any, **fields: Any) -> st.SearchStrategy[Step]:
    return _step(_as_root(use_case), *arguments, **fields)


def steps() -> st.SearchStrategy[Step]:
    """One use case with its arguments; it may well be refused."""
    return st.one_of(*_of_domains(), *_of_addresses())


def _of_domains() -> list[st.SearchStrategy[Step]]:
    hosted, domain, switch = st.sampled_from(HOSTED), st.sampled_from(DOMAINS), st.booleans()
    return [
        _root(domains.add, hosted),
        _root(
            domains.add, st.just("relay.test"), kind=st.just("relay"), recipients=st.sampled_from(("list", "verify"))
        ),
        _root(domains.set_, domain, active=switch),
        _root(domains.set_, hosted, quota=st.sampled_from((None, 1000))),
        _root(domains.rename, domain, domain),
        _root(domains.remove, domain),
        _root(domains.restore, domain),
        _root(alias_domains.add, st.just("three.test"), hosted),
        _root(alias_domains.set_, st.just("three.test"), active=switch),
        _root(alias_domains.rename, domain, domain),
        _root(alias_domains.remove, st.just("three.test")),
        _root(alias_domains.restore, st.just("three.test")),
        _root(relay_recipients.add, st.just("a@relay.test")),
        _root(relay_recipients.remove, st.just("a@relay.test")),
        _root(relay_recipients.restore, st.just("a@relay.test")),
    ]


def _of_addresses() -> list[st.SearchStrategy[Step]]:
    hosted, domain, own = st.sampled_from(HOSTED), st.sampled_from(DOMAINS), st.sampled_from(OWN)
    source = own | hosted.map("@{}".format)
    foreign = st.sampled_from(("x@foreign.test", "o'neil@foreign.test"))
    targets = st.lists(own | foreign, min_size=1, max_size=3, unique=True)
    switch = st.booleans()
    return [
        *[_step(_add_mailbox, own)] * 3,
        _root(mailboxes.set_, own, active=switch),
        _root(mailboxes.set_, own, smtp=switch, imap=switch),
        _root(mailboxes.set_, own, forward_to=targets, keep_copy=switch),
        _root(mailboxes.set_, own, no_forward=st.just(True)),
        _root(mailboxes.set_password, own, st.just(OTHER_HASH)),
        _root(mailboxes.rename, own, own),
        _root(mailboxes.remove, own),
        _root(mailboxes.restore, own),
        *[_step(_add_alias, source, targets)] * 2,
        _root(aliases.set_, source, active=switch),
        _root(aliases.set_, source, targets=targets),
        _root(aliases.rename, source, source),
        _root(aliases.remove, source),
        _root(aliases.restore, source),
        _root(app_passwords.add, own, st.just(["imap"])),
        _step(_set_app_password, own, st.just(["imap", "smtp"])),
        _step(_drop_app_password, own),
        _root(grants.add, own, own),
        _root(grants.remove, own, own),
        _root(grants.restore, own, own),
        _root(transports.set_, domain, st.just(NextHop("mx.test", 25))),
        _root(transports.remove, domain),
        _root(transports.restore, domain),
    ]


def take(step: Step) -> None:
    """Do it, or be refused."""
    call, arguments, fields = step
    with contextlib.suppress(Fault):
        call(*arguments, **fields)


def begin() -> None:
    """Two domains with somebody in each, so that histories get somewhere."""
    for name in HOSTED:
        domains.add(_ROOT, name)
        _add_mailbox(f"a@{name}")

"""Aliases, catch-alls, and the rows that mailboxes have of their own: no alias, or their forwarding."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from itertools import chain

from carteiro.importers.planning.desk import Desk, Kind
from carteiro.importers.planning.mailboxes import holds
from carteiro.importers.planning.routes import Routes
from carteiro.importers.planning.said import say
from carteiro.importers.postfixadmin.model import AliasRow
from carteiro.importers.shelf import Names, Shelf, by_name, grouped
from carteiro.mail.address import Address, parse_address, parse_catch_all, parse_target
from carteiro.words import N_, Fault


@dataclass
class _Candidate:
    """An alias that may be: its row, where it leads so far, and whether it is switched on."""

    row: AliasRow
    targets: list[str]
    active: bool


_Candidates = Shelf[str, _Candidate]


def plan(desk: Desk) -> None:
    """Every row of `alias` that does not stand for a whole domain."""
    candidates = _candidates(desk)
    routes = _routes(desk, candidates)
    before: tuple[int, int] | None = None
    # What goes because of one may be what another one led to. One without targets goes, and their sum stays.
    while before != (now := (len(candidates), sum(len(one.targets) for one in candidates.values()))):
        before = now
        _drop_dangling(desk, routes, candidates)
        _drop_loops(desk, routes, candidates)
    for key in routes.in_order():
        one = candidates[key]
        desk.want(Kind.ALIAS, key, {"targets": one.targets, "active": one.active}, (one.row.row,), one.row.dates)
    _expand(desk)
    _tell_catch_alls(desk, candidates)


def _named(desk: Desk) -> Iterator[tuple[str, AliasRow]]:
    for row in desk.old.aliases:
        if row.row not in desk.fates and (address := desk.parsed(row.row, row.address, _parse)):
            yield str(address), row


def _candidates(desk: Desk) -> _Candidates:
    spelt = Names()
    for mailbox in desk.old.mailboxes:
        spelt.add(mailbox.address.lower())
    found: _Candidates = by_name()
    for key, same in grouped(_named(desk)):
        row = desk.winner(key, same)
        if _own_only(desk, key, row, spelt) or not _takes(desk, key, row):
            continue
        one = _Candidate(row, _targets(desk, key, row), active=True)
        if desk.has(Kind.MAILBOX, key):
            if not _is_forwarding(desk, key, one):
                continue
        elif not row.active:
            one.active = desk.ask("inactive-alias", key, targets=", ".join(row.goto)) == "active"
        found[key] = one
    return found


def _parse(told: str) -> Address:
    if told.startswith("*@"):
        told = told[1:]
    return parse_catch_all(told) if told.startswith("@") else parse_address(told)


def _own_only(desk: Desk, key: str, row: AliasRow, mailboxes: Container[str]) -> bool:
    """The row that each mailbox has of its own, and that leads to itself alone."""
    goals = {goal.lower() for goal in row.goto if not _answers(goal, key)}
    if not goals <= {key}:
        return False
    if desk.has(Kind.MAILBOX, key):
        desk.imported(row.row)
        return True
    if (Kind.MAILBOX, key) in desk.claimed or key in mailboxes:
        desk.leave(row.row, say(N_("its mailbox is left out")))
        return True
    return False


def _answers(goal: str, key: str) -> bool:
    """Whether a target is the mark of a vacation notice: user#domain@autoreply.domain."""
    return goal.partition("@")[0].replace("#", "@").lower() == key


def _takes(desk: Desk, key: str, row: AliasRow) -> bool:
    if holds(desk, row.row, _parse(row.address)):
        return True
    desk.claimed.add((Kind.ALIAS, key))
    return False


def _targets(desk: Desk, key: str, row: AliasRow) -> list[str]:
    found = []
    for goal in row.goto:
        if _answers(goal, key):
            continue
        try:
            found.append(str(parse_target(goal)))
        except Fault:
            text = N_("Targets of aliases that are no addresses are left out: programs, files, lists, local users.")
            desk.find("odd-targets", text, f"{key} → {goal}")
    return list(dict.fromkeys(found))


def _is_forwarding(desk: Desk, key: str, one: _Candidate) -> bool:
    """The row of a mailbox that leads elsewhere too, or only."""
    if not one.row.active and desk.ask("inactive-alias", key, targets=", ".join(one.row.goto)) == "inactive":
        desk.leave(one.row.row, say(N_("it is switched off, so that the mailbox keeps its mail")))
        desk.claimed.add((Kind.ALIAS, key))
        return False
    others = [target for target in one.targets if target != key]
    if not others:
        desk.imported(one.row.row)
        return False
    if key not in one.targets and desk.ask("forwarding-without-copy", key, targets=", ".join(others)) == "copy":
        one.targets.insert(0, key)
    return True


def _routes(desk: Desk, candidates: _Candidates) -> Routes:
    domains = {name: name for name, one in desk.wanted.of(Kind.DOMAIN).items() if one.values["kind"] == "hosted"}
    domains |= {name: one.values["target"] for name, one in desk.wanted.of(Kind.ALIAS_DOMAIN).items()}
    made = Routes(domains, desk.wanted.of(Kind.MAILBOX), by_name())
    for key, one in candidates.items():
        made.aliases[key] = tuple(one.targets)
    return made


def _drop_dangling(desk: Desk, routes: Routes, candidates: _Candidates) -> None:
    for key, one in candidates.items():
        missing = [target for target in one.targets if target != key and not routes.exists(target)]
        for target in missing:
            if not _will_exist(desk, target):
                _drop(desk, "dangling-target", candidates, key, target)
        _settle(desk, routes, candidates, key)


def _will_exist(desk: Desk, target: str) -> bool:
    """Whether a target is one of the addresses that are made because their domain stands for another one."""
    local, _, name = target.partition("@")
    if name not in desk.expanded:
        return False
    goal = desk.expanded[name][0]
    return desk.has(Kind.MAILBOX, f"{local}@{goal}") or desk.has(Kind.ALIAS, f"{local}@{goal}")


def _drop_loops(desk: Desk, routes: Routes, candidates: _Candidates) -> None:
    for key, one in candidates.items():
        for target in one.targets:
            if key in candidates and routes.returns(key, target):
                _drop(desk, "loop", candidates, key, target)
                _settle(desk, routes, candidates, key)


def _drop(desk: Desk, name: str, candidates: _Candidates, key: str, target: str) -> None:
    one = candidates[key]
    if desk.ask(name, f"{key} → {target}" if len(one.row.goto) > 1 else key, target=target) == "leave":
        one.targets = []
    elif target in one.targets:
        one.targets.remove(target)
    candidates[key] = one


def _settle(desk: Desk, routes: Routes, candidates: _Candidates, key: str) -> None:
    """Let the routes know what became of an alias; one without targets can't be."""
    one = candidates[key]
    if [target for target in one.targets if target != key]:
        routes.aliases[key] = tuple(one.targets)
        return
    del candidates[key]
    routes.aliases.pop(key, None)
    if key in routes.mailboxes and key in one.targets:
        desk.imported(one.row.row)
        return
    desk.refuse(one.row.row, say(N_("it has no target that exists")))
    desk.claimed.add((Kind.ALIAS, key))


def _expand(desk: Desk) -> None:
    """Aliases for a domain that stands for another one and has addresses of its own."""
    for name, (goal, rows) in desk.expanded.items():
        for kind, key in chain(_keys(desk, Kind.MAILBOX), _keys(desk, Kind.ALIAS)):
            local, _, domain = key.partition("@")
            own = f"{local}@{name}"
            if domain != goal or desk.has(Kind.MAILBOX, own):
                continue
            if not desk.has(Kind.ALIAS, own):
                targets = [key] if local else list(desk.wanted[kind, key].values["targets"])
                desk.want(Kind.ALIAS, own, {"targets": targets, "active": True}, rows)


def _keys(desk: Desk, kind: Kind) -> Iterator[tuple[Kind, str]]:
    """What is wanted of a kind; what comes by the way is of a domain that nothing is expanded to."""
    return ((kind, key) for key in desk.wanted.of(kind))


def _tell_catch_alls(desk: Desk, candidates: _Candidates) -> None:
    """Postfix asks the aliases first, a catch-all among them; mailboxes were safe by the alias of their own."""
    catching = {key[1:] for key in candidates if key.startswith("@")}
    if not catching:
        return
    own = Names()
    for row in desk.old.aliases:
        own.add(row.address.lower())
    for key in desk.wanted.of(Kind.MAILBOX):
        if key.partition("@")[2] in catching and key not in own:
            text = N_(
                "Mailboxes without an alias of their own lost their mail to the catch-all. Here the mailbox wins."
            )
            desk.find("catch-all", text, key)

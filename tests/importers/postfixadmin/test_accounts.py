"""The accounts of an old host in a database here: what comes, what a later run does, and what stays."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from carteiro.hosting import admins, aliases, domains, mailboxes
from carteiro.hosting.access import Actor
from carteiro.hosting.imports import standing
from carteiro.hosting.models import Admin, Alias, Binned, Change, Domain, ExternalAccount, Imported, Mailbox
from carteiro.hosting.owner import filters, vacations, webmail
from carteiro.importers.planning.webmail import Person, Webmail
from carteiro.importers.postfixadmin import OldHost, RowId
from carteiro.importers.postfixadmin.model import Dates, LogRow
from carteiro.mail.verify import matches
from carteiro.settings.layout import Layout

from .bringing import bring, prepare, steps, told
from .small import THEN, admin, alias, domain, fetch, holds, host, mailbox, vacation

ANA = mailbox("ana@a.test")
FULL = (
    domain(),
    domain("b.test"),
    ANA,
    mailbox("bia@a.test"),
    alias("ana@a.test", "ana@a.test", "x@world.test"),
    alias("all@a.test", "ana@a.test", "bia@a.test"),
    alias("@b.test", "@a.test"),
    admin("root@a.test"),
    admin("ana@a.test"),
    holds("root@a.test", "ALL"),
    holds("ana@a.test", "a.test"),
    vacation("ana@a.test"),
    fetch("ana@a.test"),
)


@pytest.fixture(scope="session")
def expected(fixtures: Path) -> dict[str, Any]:
    made: dict[str, Any] = json.loads((fixtures / "expected.json").read_text())
    return made


def test_every_mailbox_of_the_fixture_has_its_password_and_quota(
    layout: Layout, actor: Actor, old_guide: OldHost, expected: dict[str, Any]
) -> None:
    bring(layout, actor, old_guide)
    for spelt, row in expected["mailboxes"].items():
        here = mailboxes.get(actor, spelt)
        assert matches(here.password, row["password"])
        assert not matches(here.password, row["password"].swapcase())
        assert (here.name, here.quota, here.active) == (row["name"], row["quota_bytes"], bool(row["active"]))


def test_every_alias_and_administrator_of_the_fixture_is_as_expected(
    layout: Layout, actor: Actor, old_guide: OldHost, expected: dict[str, Any]
) -> None:
    bring(layout, actor, old_guide)
    for address, goto, active in expected["aliases"]:
        if address.startswith("@"):
            assert domains.get(actor, address[1:]).target.name == goto[1:]
            continue
        here = aliases.get(actor, address)
        assert (here.addresses(), here.active) == ([goal.lower() for goal in goto.split(",")], bool(active))
    for address, row in expected["admins"].items():
        person = admins.get(actor, address)
        assert matches(person.password, row["password"])
        assert (person.active, person.superadmin) == (bool(row["active"]), row["domains"] == ["ALL"])
        assert sorted(person.held()) == ([] if person.superadmin else sorted(row["domains"]))
    for address, row in expected["vacation"].items():
        notice = vacations.get(actor, address)
        assert (notice.subject, notice.text, notice.active) == (
            row["subject"],
            row["body"].replace("\r\n", "\n"),
            False,
        )


def test_both_releases_of_the_tables_make_the_same_accounts(
    layout: Layout, actor: Actor, old_guide: OldHost, upgraded: OldHost
) -> None:
    bring(layout, actor, old_guide)
    before = told(actor)
    again = bring(layout, actor, upgraded)
    assert told(actor) == before
    assert set(steps(again)) == {"same"}


def test_the_dates_of_the_old_host_stay(layout: Layout, actor: Actor, old_guide: OldHost) -> None:
    bring(layout, actor, old_guide)
    assert Mailbox.objects.get(address="carlos@empresa.test").created == datetime(2007, 2, 14, 9, tzinfo=UTC)
    assert Alias.objects.get(address="vendas@empresa.test").modified == datetime(2009, 11, 3, 14, 22, 10, tzinfo=UTC)
    assert Domain.objects.get(name="empresa.test").created.year == 2009
    assert Admin.objects.get(address="admin@empresa.test").created.year == 2009
    assert Domain.objects.get(name="padaria-saojoao.test").created.year > 2020


def test_the_log_is_in_the_audit_log_once(layout: Layout, actor: Actor, old_guide: OldHost) -> None:
    bring(layout, actor, old_guide)
    bring(layout, actor, old_guide)
    rows = Change.objects.filter(kind="old_host").order_by("number")
    assert rows.count() == 40
    first = rows[0]
    assert (first.at, first.actor, first.origin) == (
        datetime(2009, 10, 1, 0, 12, tzinfo=UTC),
        "super@empresa.test",
        "10.0.0.0",
    )
    assert first.after == {"did": "edit_mailbox", "data": "joao@empresa.test"}
    numbers = list(Change.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_new_lines_of_the_log_come_later_also_those_of_the_same_second(layout: Layout, actor: Actor) -> None:
    def lines(*texts: str) -> tuple[LogRow, ...]:
        at = datetime(2010, 1, 1, tzinfo=UTC)
        return tuple(LogRow(RowId("log", str(n)), at, "x", "", "a.test", "edit", text) for n, text in enumerate(texts))

    bring(layout, actor, host(log=lines("one", "two")))
    assert bring(layout, actor, host(log=lines("one", "two"))).log_lines == 0
    assert bring(layout, actor, host(log=lines("one", "two", "two", "three"))).log_lines == 2
    assert sorted(Change.objects.filter(kind="old_host").values_list("key", flat=True)) == [
        "one",
        "three",
        "two",
        "two",
    ]


def test_a_second_run_changes_nothing(layout: Layout, actor: Actor) -> None:
    bring(layout, actor, host(*FULL))
    changes = Change.objects.count()
    again = bring(layout, actor, host(*FULL))
    assert set(steps(again)) == {"same"}
    assert Change.objects.count() == changes


def test_all_kinds_come_in(layout: Layout, actor: Actor) -> None:
    done = bring(layout, actor, host(*FULL))
    assert not list(done.accounts.refused())
    assert domains.get(actor, "b.test").target.name == "a.test"
    assert aliases.get(actor, "ana@a.test").addresses() == ["ana@a.test", "x@world.test"]
    assert admins.get(actor, "ana@a.test").password == ""
    account = ExternalAccount.objects.get()
    assert (account.host, account.active) == ("mail.world.test", False)
    assert "secret" not in account.sealed


def test_what_changed_there_changes_here(layout: Layout, actor: Actor) -> None:
    bring(layout, actor, host(*FULL))
    other = "$1$ey3Ujz6e$Rgikoh8ZemHfVH5VDnNJi1"
    rows = [
        domain(description="New"),
        domain("b.test"),
        mailbox("ana@a.test", name="Ana", quota=7 * 1048576, password=other),
        mailbox("bia@a.test", active=False),
        alias("ana@a.test", "ana@a.test"),
        alias("all@a.test", "bia@a.test"),
        alias("@b.test", "@a.test"),
        admin("root@a.test", active=False),
        admin("ana@a.test"),
        holds("root@a.test", "ALL"),
        vacation("ana@a.test", subject="Other"),
        fetch("ana@a.test", minutes=30),
    ]
    done = bring(layout, actor, host(*rows))
    assert not list(done.accounts.refused())
    ana = mailboxes.get(actor, "ana@a.test")
    assert (ana.name, ana.quota) == ("Ana", 7 * 1048576)
    assert matches(ana.password, "Maria2009!")
    assert not mailboxes.get(actor, "bia@a.test").active
    assert aliases.get(actor, "all@a.test").addresses() == ["bia@a.test"]
    assert not Alias.objects.filter(address="ana@a.test").exists()
    assert not admins.get(actor, "root@a.test").active
    assert sorted(admins.get(actor, "ana@a.test").held()) == []
    assert vacations.get(actor, "ana@a.test").subject == "Other"
    assert ExternalAccount.objects.get().poll_minutes == 30
    assert set(steps(bring(layout, actor, host(*rows)))) == {"same"}


def test_what_is_gone_there_goes_to_the_bin(layout: Layout, actor: Actor) -> None:
    bring(layout, actor, host(*FULL))
    kept = [row for row in FULL if row.row.key not in {"bia@a.test", "all@a.test", "b.test", "@b.test"}]
    bring(layout, actor, host(*kept))
    assert sorted(Binned.objects.filter(parent=None).values_list("key", flat=True)) == [
        "all@a.test",
        "b.test",
        "bia@a.test",
    ]
    assert not Imported.objects.filter(key="bia@a.test").exists()
    assert mailboxes.restore(actor, "bia@a.test")


def test_unless_it_was_changed_here(layout: Layout, actor: Actor) -> None:
    bring(layout, actor, host(*FULL))
    mailboxes.set_(actor, "bia@a.test", name="Bia of ours")
    kept = [row for row in FULL if row.row.key not in {"bia@a.test", "all@a.test"}]
    move = prepare(layout, actor, host(*kept))
    assert [step.said.told() for step in move.steps.steps if step.said] == [
        "it is gone from the old host, but was changed here"
    ]
    bring(layout, actor, host(*kept))
    assert mailboxes.get(actor, "bia@a.test").name == "Bia of ours"


def test_what_was_changed_here_stays_until_it_changes_there(layout: Layout, actor: Actor) -> None:
    bring(layout, actor, host(*FULL))
    aliases.set_(actor, "all@a.test", targets=["ana@a.test"])
    assert set(steps(bring(layout, actor, host(*FULL)))) == {"same"}
    changed = [alias("all@a.test", "bia@a.test") if row.row.key == "all@a.test" else row for row in FULL]
    bring(layout, actor, host(*changed))
    assert aliases.get(actor, "all@a.test").addresses() == ["ana@a.test"]
    bring(layout, actor, host(*changed), {"changed-here": "source"})
    assert aliases.get(actor, "all@a.test").addresses() == ["bia@a.test"]


def test_what_is_here_by_somebody_else_stays_and_what_is_just_so_is_taken_over(layout: Layout, actor: Actor) -> None:
    domains.add(actor, "a.test", description="ours")
    done = bring(layout, actor, host(*FULL))
    assert steps(done)["keep"] == 1
    assert domains.get(actor, "a.test").description == "ours"
    assert mailboxes.exists(actor, "ana@a.test")


def test_what_can_not_be_made_is_refused_and_all_else_comes(layout: Layout, actor: Actor) -> None:
    domains.add(actor, "a.test", max_mailboxes=1)
    done = bring(
        layout, actor, host(domain(), ANA, mailbox("bia@a.test"), vacation("bia@a.test"), vacation("ana@a.test"))
    )
    refused = {outcome.step.key for outcome in done.accounts.refused()}
    assert refused == {"bia@a.test"}
    assert vacations.get(actor, "ana@a.test").subject == "Away"


def test_aliases_of_aliases_come_in_whatever_their_order(layout: Layout, actor: Actor) -> None:
    names = [f"{letter}@a.test" for letter in "abcdefgh"]
    rows = [alias(name, target) for name, target in zip(names, [*names[1:], "ana@a.test"], strict=True)]
    done = bring(layout, actor, host(domain(), ANA, *rows))
    assert not list(done.accounts.refused())
    assert len(list(aliases.list_(actor))) == 8


def test_a_password_in_the_clear_is_hashed_and_nowhere_else(layout: Layout, actor: Actor) -> None:
    row = mailbox("ana@a.test", password="{PLAIN}four small words")
    bring(layout, actor, host(domain(), row))
    assert mailboxes.get(actor, "ana@a.test").password.startswith("{ARGON2ID}")
    assert matches(mailboxes.get(actor, "ana@a.test").password, "four small words")
    assert set(steps(bring(layout, actor, host(domain(), row)))) == {"same"}
    assert b"four small words" not in layout.accounts_database.read_bytes()


def test_a_domain_is_never_older_than_what_the_bin_holds_of_its_name(layout: Layout, actor: Actor) -> None:
    domains.add(actor, "a.test")
    domains.remove(actor, "a.test")
    bring(layout, actor, host(domain()))
    assert Domain.objects.get(name="a.test").created >= Binned.objects.get().removed_at


KEPT = Person(
    contacts=[{"nickname": "joao", "first_name": "João", "last_name": "", "addresses": ["j@b.test"], "note": ""}],
    identities=[{"name": "Ana", "address": "ana@a.test", "reply_to": "", "signature": "Ana\nSouza"}],
    preferences={"language": "pt-br", "page_size": 25},
    rules=[
        {
            "name": "",
            "active": True,
            "match": "all",
            "conditions": [{"field": "subject", "test": "contains", "value": "bill"}],
            "actions": [{"do": "file", "value": "Bills"}],
        }
    ],
)


def test_what_the_old_webmail_kept_comes_in_and_survives_the_bin(layout: Layout, actor: Actor) -> None:
    old = Webmail({"ana@a.test": KEPT})
    bring(layout, actor, host(domain(), ANA), webmail=old)
    before = standing.some(actor, "webmail", ["ana@a.test"])
    assert webmail.get(actor, "ana@a.test").contacts[0].first_name == "João"
    assert [row.actions for row in filters.list_(actor, "ana@a.test")] == [[{"do": "file", "value": "Bills"}]]
    assert set(steps(bring(layout, actor, host(domain(), ANA), webmail=old))) == {"same"}
    mailboxes.remove(actor, "ana@a.test")
    mailboxes.restore(actor, "ana@a.test")
    assert standing.some(actor, "webmail", ["ana@a.test"]) == before


def test_rules_that_were_added_here_stay_while_nothing_changes_there(layout: Layout, actor: Actor) -> None:
    bring(layout, actor, host(domain(), ANA), webmail=Webmail({"ana@a.test": KEPT}))
    filters.remove(actor, "ana@a.test", filters.list_(actor, "ana@a.test")[0].pk)
    done = bring(layout, actor, host(domain(), ANA), webmail=Webmail({"ana@a.test": KEPT}))
    assert "refused" not in steps(done)
    assert not filters.list_(actor, "ana@a.test")


def test_zero_dates_make_things_of_today(layout: Layout, actor: Actor) -> None:
    bring(layout, actor, host(domain(dates=Dates()), replace(ANA, dates=THEN)))
    assert Domain.objects.get(name="a.test").created.year > 2020
    assert Mailbox.objects.get(address="ana@a.test").created == THEN.created

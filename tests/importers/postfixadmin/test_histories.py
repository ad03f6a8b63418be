"""Random old hosts, with all that is odd in old tables: every row has a fate, and what was planned can be done."""

import shutil
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from carteiro.hosting.access import Actor
from carteiro.hosting.database import configure
from carteiro.importers.planning.questions import QUESTIONS
from carteiro.mail import sealing
from carteiro.settings.layout import Layout

from .bringing import bring, prepare, steps
from .small import MD5, admin, alias, domain, fetch, holds, host, mailbox, vacation

DOMAINS = ("a.test", "b.test", "c.test")
LOCALS = ("ana", "Ana", "bia", "x+tag", "ção", "")
locals_, names = st.sampled_from(LOCALS), st.sampled_from((*DOMAINS, "lost.test", "A.test"))
addresses = st.builds("{}@{}".format, locals_, names)
goals = st.one_of(
    addresses, st.sampled_from(("x@world.test", "|cmd", "root", "@b.test", "ana#a.test@autoreply.a.test"))
)
switches = st.booleans()

domains = st.builds(
    domain,
    st.sampled_from((*DOMAINS, "ALL", "B.test", "no domain")),
    aliases=st.sampled_from((0, -1, 1)),
    mailboxes=st.sampled_from((0, -1, 1)),
    largest_quota=st.sampled_from((0, 1)),
    backup_mx=st.sampled_from((False, False, True)),
    active=switches,
    transport=st.sampled_from(("virtual", "smtp:[mx.test]", "odd:")),
)
mailboxes = st.builds(
    mailbox,
    addresses,
    active=switches,
    quota=st.sampled_from((0, 1024000, 5 * 1024000, -1)),
    password=st.sampled_from((MD5, "", "{PLAIN}four small words", "odd")),
    name=st.sampled_from(("Ana", "a\nb\0", "x" * 300)),
)
aliases = st.builds(
    lambda address, goto, active: alias(address, *goto, active=active), addresses, st.lists(goals, max_size=3), switches
)
admins = st.builds(admin, addresses, active=switches, superadmin=switches)
held = st.builds(
    lambda a, d, active: holds(a, d, active=active),
    addresses,
    st.sampled_from((*DOMAINS, "ALL", "lost.test")),
    switches,
)
vacations = st.builds(vacation, addresses, active=switches, text=st.sampled_from(("", "x", "x\0\r\ny")))
fetches = st.builds(fetch, addresses, tls=switches, active=switches, protocol=st.sampled_from(("POP3", "IMAP", "POP2")))


def unique(rows: list[Any]) -> list[Any]:
    """As a table has them: one row for each key."""
    return list({row.row: row for row in rows}.values())


def many(strategy: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[list[Any]]:
    return st.lists(strategy, max_size=most).map(unique)


old_hosts = st.builds(
    lambda *tables: host(*(row for table in tables for row in table)),
    many(domains, 4),
    many(mailboxes, 6),
    many(aliases, 8),
    many(admins, 3),
    many(held, 4),
    many(vacations, 2),
    many(fetches, 1),
)
answers = st.fixed_dictionaries(
    {},
    optional={name: st.sampled_from(sorted(question.answers)) for name, question in QUESTIONS.items()},
)


@settings(max_examples=40)
@given(old=old_hosts, decided=answers)
def test_what_was_planned_can_be_done_and_a_second_run_changes_nothing(
    old: Any, decided: dict[str, str], empty: Path, tmp_path_factory: Any
) -> None:
    layout = Layout.below(tmp_path_factory.mktemp("random"))
    try:
        layout.sealing.mkdir(parents=True)
        (layout.sealing / "public.pem").write_bytes(KEY)
        shutil.copytree(empty, layout.accounts_database.parent)
        configure.setup(layout)
        actor = Actor.root(origin="test")
        assert not prepare(layout, actor, old, decided).plan.unaccounted()
        done = bring(layout, actor, old, decided)
        assert [(each.step, str(each.fault)) for each in done.accounts.refused()] == []
        assert set(steps(bring(layout, actor, old, decided))) <= {"same"}
    finally:
        configure.close()
        shutil.rmtree(layout.state.parent)


KEY = sealing.make_key()[1]

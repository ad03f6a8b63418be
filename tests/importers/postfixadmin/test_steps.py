"""What is done in each run: the plan against what is here and what earlier runs remember."""

from typing import Any

import pytest

from carteiro.hosting.imports.imported import Memory, digest
from carteiro.importers.planning.decisions import Decisions
from carteiro.importers.planning.desk import Kind
from carteiro.importers.planning.plan import Plan
from carteiro.importers.planning.steps import State, Steps, compare, fingerprint
from carteiro.importers.planning.webmail import Person, Webmail

from .small import alias, domain, mailbox, plan

ANA = mailbox("ana@a.test")
KEY = (Kind.MAILBOX, "ana@a.test")
PEPPER = b"p" * 32


def state(made: Plan, *, here: bool = True, known: bool = True, changed: Any = None) -> State:
    """All of the plan is here and remembered, unless something else is said."""
    now = {key: digest(one.values) for key, one in made.wanted.items()}
    stored = {key: Memory(fingerprint(one, PEPPER), now[key]) for key, one in made.wanted.items()}
    if changed is not None:
        now[changed] = "changed"
    return State("old", now if here else {}, stored if known else {}, PEPPER)


def acts(made: Steps) -> dict[tuple[Kind, str], str]:
    return {(step.kind, step.key): step.act.value for step in made.steps}


def run(made: Plan, here: State, **answers: str) -> dict[tuple[Kind, str], str]:
    decisions = Decisions({(name.replace("_", "-"), "*"): answer for name, answer in answers.items()})
    return acts(compare(made, here, decisions))


def test_what_is_new_is_added() -> None:
    made = plan(ANA)
    assert set(run(made, state(made, here=False, known=False)).values()) == {"add"}


def test_what_has_not_changed_is_left_alone() -> None:
    made = plan(ANA)
    assert set(run(made, state(made)).values()) == {"same"}


def test_what_was_changed_here_alone_is_left_alone() -> None:
    made = plan(ANA)
    assert run(made, state(made, changed=KEY))[KEY] == "same"


def test_what_was_changed_there_alone_is_changed_here() -> None:
    before, after = plan(ANA), plan(mailbox("ana@a.test", name="Ana"))
    assert run(after, state(before))[KEY] == "set"


def test_what_was_changed_on_both_sides_stays_or_is_decided() -> None:
    before, after = plan(ANA), plan(mailbox("ana@a.test", name="Ana"))
    here = state(before, changed=KEY)
    assert run(after, here)[KEY] == "keep"
    assert run(after, here, changed_here="source")[KEY] == "set"


def test_what_is_here_by_somebody_else_stays_or_is_decided() -> None:
    made = plan(ANA)
    here = state(made, known=False, changed=KEY)
    assert run(made, here)[KEY] == "keep"
    assert run(made, here, exists_here="source")[KEY] == "set"


def test_what_is_here_just_so_is_taken_as_imported() -> None:
    made = plan(ANA)
    assert run(made, state(made, known=False))[KEY] == "adopt"


def test_what_was_removed_here_stays_removed_or_is_decided() -> None:
    made = plan(ANA)
    here = state(made, here=False)
    assert run(made, here)[KEY] == "keep"
    assert run(made, here, removed_here="again")[KEY] == "add"


def test_what_is_gone_there_goes_here_unless_it_was_changed() -> None:
    before, after = plan(ANA), plan()
    assert run(after, state(before))[KEY] == "remove"
    assert run(after, state(before, changed=KEY))[KEY] == "keep"


def test_what_is_gone_on_both_sides_is_forgotten() -> None:
    before, after = plan(ANA), plan()
    assert run(after, state(before, here=False))[KEY] == "forget"


def test_what_hangs_on_a_mailbox_goes_with_it() -> None:
    before, after = plan(ANA, alias("ana@a.test", "ana@a.test", "x@world.test")), plan()
    assert run(after, state(before)) == run(after, state(before)) | {
        KEY: "remove",
        (Kind.ALIAS, "ana@a.test"): "forget",
    }


@pytest.mark.parametrize(("whole", "act"), [(True, "remove"), (False, None)])
def test_what_the_webmail_kept_goes_only_if_the_webmail_was_looked_at(whole: bool, act: str | None) -> None:
    before = plan(ANA, webmail=Webmail({"ana@a.test": Person(contacts=[{"nickname": "jo", "email": "jo@b.test"}])}))
    after = plan(ANA, webmail=Webmail(whole=whole))
    assert run(after, state(before)).get((Kind.WEBMAIL, "ana@a.test")) == act


def test_what_is_only_left_by_a_decision_does_not_go() -> None:
    before = plan(ANA)
    after = plan(mailbox("ana@a.test", password="?"), answers={"unreadable-hash": "leave"})
    assert KEY not in run(after, state(before))


def test_a_domain_with_addresses_that_were_made_here_stays() -> None:
    before, after = plan(domain(), domain("b.test")), plan(domain())
    here = state(before)
    assert run(after, here)[Kind.DOMAIN, "b.test"] == "remove"
    ours = State("old", {**here.here, (Kind.MAILBOX, "new@b.test"): "x"}, here.memory, PEPPER)
    assert run(after, ours)[Kind.DOMAIN, "b.test"] == "keep"


def test_aliases_go_before_mailboxes_and_these_before_domains() -> None:
    rows = (domain(), domain("b.test"), mailbox("x@b.test"), alias("y@b.test", "x@b.test"))
    made = compare(plan(domain()), state(plan(*rows)), Decisions())
    removed = [step.kind for step in made.steps if step.act == "remove"]
    assert removed == [Kind.ALIAS, Kind.MAILBOX, Kind.DOMAIN]


@pytest.mark.parametrize(("answer", "act"), [("keep", "keep"), ("remove", "remove")])
def test_another_host_under_the_same_name_takes_nothing_away(answer: str, act: str) -> None:
    before = plan(*(mailbox(f"m{number}@a.test") for number in range(20)))
    after = plan(domain("b.test"), mailbox("x@b.test"))
    made = run(after, state(before), many_vanished=answer)
    assert made[Kind.MAILBOX, "m1@a.test"] == act
    assert run(after, state(before))[Kind.MAILBOX, "m1@a.test"] == "keep"


def test_another_password_in_the_clear_is_a_change() -> None:
    before, after = (
        plan(mailbox("ana@a.test", password="{PLAIN}one")),
        plan(mailbox("ana@a.test", password="{PLAIN}two")),
    )
    assert run(before, state(before))[KEY] == "same"
    assert run(after, state(before))[KEY] == "set"

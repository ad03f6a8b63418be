"""What becomes of aliases: mailboxes' own rows, forwardings, catch-alls, targets that are missing, circles."""

import pytest

from .small import alias, asked, domain, fate, found, keys, mailbox, plan, wanted

ANA = mailbox("ana@a.test")


def test_the_row_that_a_mailbox_has_of_its_own_is_no_alias() -> None:
    made = plan(ANA, alias("ana@a.test", "ana@a.test"))
    assert not keys(made, "alias")
    assert fate(made, "alias", "ana@a.test") == "imported"


def test_the_mark_of_a_vacation_notice_is_no_target() -> None:
    made = plan(ANA, alias("ana@a.test", "ana@a.test", "ana#a.test@autoreply.a.test"))
    assert not keys(made, "alias")
    assert fate(made, "alias", "ana@a.test") == "imported"


def test_a_forwarding_with_a_copy_keeps_it() -> None:
    made = plan(ANA, alias("ana@a.test", "ana@a.test", "x@world.test"))
    assert wanted(made, "alias", "ana@a.test")["targets"] == ["ana@a.test", "x@world.test"]
    assert not asked(made)


def test_a_forwarding_without_a_copy_is_asked_about() -> None:
    row = alias("ana@a.test", "x@world.test")
    assert wanted(plan(ANA, row), "alias", "ana@a.test")["targets"] == ["x@world.test"]
    made = plan(ANA, row, answers={"forwarding-without-copy": "copy"})
    assert wanted(made, "alias", "ana@a.test")["targets"] == ["ana@a.test", "x@world.test"]


def test_a_forwarding_that_is_switched_off_leaves_the_mailbox_its_mail() -> None:
    made = plan(ANA, alias("ana@a.test", "x@world.test", active=False))
    assert not keys(made, "alias")
    assert fate(made, "alias", "ana@a.test") == "left"


def test_an_alias_that_is_switched_off_stays_so_or_goes_on() -> None:
    row = alias("old@a.test", "ana@a.test", active=False)
    assert wanted(plan(ANA, row), "alias", "old@a.test") == {"targets": ["ana@a.test"], "active": False}
    assert wanted(plan(ANA, row, answers={"inactive-alias": "active"}), "alias", "old@a.test")["active"]


@pytest.mark.parametrize("spelt", ["@a.test", "*@a.test", "@A.test"])
def test_a_catch_all_is_one(spelt: str) -> None:
    made = plan(ANA, alias(spelt, "ana@a.test"))
    assert wanted(made, "alias", "@a.test")["targets"] == ["ana@a.test"]


def test_spellings_of_targets_are_one() -> None:
    made = plan(ANA, alias("x@a.test", "Ana@A.test", "ana@a.test"))
    assert wanted(made, "alias", "x@a.test")["targets"] == ["ana@a.test"]


@pytest.mark.parametrize("goal", ["|/usr/bin/vacation", "/dev/null", ":include:/etc/list", "root", '"a b"@world.test'])
def test_targets_that_are_no_addresses_are_left_out_and_told(goal: str) -> None:
    made = plan(ANA, alias("x@a.test", goal, "ana@a.test"))
    assert wanted(made, "alias", "x@a.test")["targets"] == ["ana@a.test"]
    assert found(made)["odd-targets"] == [f"x@a.test → {goal}"]


def test_an_alias_with_nothing_else_is_refused() -> None:
    made = plan(ANA, alias("x@a.test", "|/usr/bin/vacation"))
    assert fate(made, "alias", "x@a.test") == "refused"


def test_a_target_that_does_not_exist_is_dropped_or_the_alias_left() -> None:
    row = alias("x@a.test", "ana@a.test", "gone@a.test")
    assert wanted(plan(ANA, row), "alias", "x@a.test")["targets"] == ["ana@a.test"]
    made = plan(ANA, row, answers={"dangling-target": "leave"})
    assert fate(made, "alias", "x@a.test") == "refused"


def test_one_dangling_target_pulls_others_after_it() -> None:
    made = plan(alias("x@a.test", "y@a.test"), alias("y@a.test", "z@a.test"), alias("z@a.test", "gone@a.test"))
    assert not keys(made, "alias")
    assert [fate(made, "alias", f"{name}@a.test") for name in "xyz"] == ["refused"] * 3


def test_an_alias_for_a_program_alone_is_a_dangling_target_for_one_before_it() -> None:
    made = plan(ANA, alias("a@a.test", "b@a.test", "ana@a.test"), alias("b@a.test", "|/usr/bin/program"))
    assert asked(made) == ["dangling-target a@a.test → b@a.test: drop"]
    assert wanted(made, "alias", "a@a.test")["targets"] == ["ana@a.test"]
    assert fate(made, "alias", "b@a.test") == "refused"


def test_targets_exist_by_a_catch_all_a_tag_and_an_alias_domain() -> None:
    rows = (domain(), domain("b.test"), ANA, alias("@b.test", "@a.test"))
    made = plan(*rows, alias("x@a.test", "ana+list@a.test"), alias("y@a.test", "ana@b.test"))
    assert keys(made, "alias") == ["x@a.test", "y@a.test"]
    made = plan(ANA, alias("@a.test", "ana@a.test"), alias("x@a.test", "whoever@a.test"))
    assert keys(made, "alias") == ["@a.test", "x@a.test"]


def test_a_circle_is_opened_at_one_place() -> None:
    made = plan(ANA, alias("x@a.test", "y@a.test", "ana@a.test"), alias("y@a.test", "x@a.test", "ana@a.test"))
    assert [name for name in asked(made) if name.startswith("loop")] == ["loop x@a.test → y@a.test: drop"]
    assert wanted(made, "alias", "x@a.test")["targets"] == ["ana@a.test"]
    assert wanted(made, "alias", "y@a.test")["targets"] == ["x@a.test", "ana@a.test"]


def test_an_alias_for_itself_without_a_mailbox_is_refused() -> None:
    made = plan(alias("x@a.test", "x@a.test"))
    assert fate(made, "alias", "x@a.test") == "refused"


def test_two_mailboxes_that_forward_to_each_other_lose_one_direction() -> None:
    made = plan(ANA, mailbox("bia@a.test"), alias("ana@a.test", "bia@a.test"), alias("bia@a.test", "ana@a.test"))
    assert any(name.startswith("loop") for name in asked(made))
    assert len(keys(made, "alias")) == 1


def test_the_own_row_of_a_mailbox_that_is_left_is_left_too() -> None:
    made = plan(mailbox("ana@lost.test"), alias("ana@lost.test", "ana@lost.test"))
    assert fate(made, "alias", "ana@lost.test") == "left"

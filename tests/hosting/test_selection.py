"""One act on many: one transaction, and for each its own refusal."""

import pytest

from carteiro.hosting import domains, selection
from carteiro.hosting.access import Actor
from carteiro.hosting.errors import Forbidden, Invalid, Limit, NotFound
from carteiro.hosting.models import Alias, Binned, Change, Mailbox
from carteiro.hosting.selection import Act
from tests.hosting.world import alias, asked, mailbox


def faults(outcomes: list[selection.Outcome]) -> dict[str, type | None]:
    return {each.address: type(each.fault) if each.fault else None for each in outcomes}


def test_each_address_has_its_own_answer(root: Actor, alice: Actor) -> None:
    domains.add(root, "other.example")
    for address in ("ana@example.org", "bob@example.org", "eve@other.example"):
        mailbox(root, address)
    chosen = ["ana@example.org", "eve@other.example", "ghost@example.org", "bob@example.org", "ana@example.org"]
    assert faults(selection.of_mailboxes(alice, chosen, Act.DEACTIVATE)) == {
        "ana@example.org": None,
        "eve@other.example": Forbidden,
        "ghost@example.org": NotFound,
        "bob@example.org": None,
    }
    assert set(Mailbox.objects.filter(active=True).values_list("address", flat=True)) == {"eve@other.example"}
    assert asked() == ["kick_user ana@example.org", "kick_user bob@example.org"]


def test_a_refused_one_leaves_no_trace_among_the_others(root: Actor) -> None:
    domains.set_(root, "example.org", max_mailbox_quota=5000)
    domains.add(root, "free.example")
    mailbox(root, "ana@example.org", quota=1000)
    mailbox(root, "bob@free.example", quota=1000)
    before = Change.objects.count()
    outcomes = selection.of_mailboxes(root, ["ana@example.org", "bob@free.example"], Act.QUOTA, quota=9000)
    assert faults(outcomes) == {"ana@example.org": Limit, "bob@free.example": None}
    assert Change.objects.count() == before + 1
    assert [change.number for change in Change.objects.order_by("number")] == list(range(1, before + 2))


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        (Act.FORBID_SENDING, {"smtp": False}),
        (Act.ALLOW_SENDING, {"smtp": True}),
        (Act.ACTIVATE, {"active": True}),
        (Act.QUOTA, {"quota": 7}),
    ],
)
def test_what_can_be_done_to_mailboxes(root: Actor, act: Act, fields: dict[str, object]) -> None:
    mailbox(root, "ana@example.org")
    selection.of_mailboxes(root, ["ana@example.org"], act, quota=7)
    assert Mailbox.objects.filter(**fields).count() == 1


def test_removed_ones_are_in_the_bin(root: Actor) -> None:
    mailbox(root, "ana@example.org")
    alias(root, "team@example.org", "x@elsewhere.test")
    selection.of_mailboxes(root, ["ana@example.org"], Act.REMOVE)
    selection.of_aliases(root, ["team@example.org"], Act.REMOVE)
    assert set(Binned.objects.values_list("key", flat=True)) == {"ana@example.org", "team@example.org"}


def test_aliases_are_switched(root: Actor) -> None:
    alias(root, "team@example.org", "x@elsewhere.test")
    selection.of_aliases(root, ["team@example.org"], Act.DEACTIVATE)
    assert not Alias.objects.get().active
    with pytest.raises(Invalid):
        selection.of_aliases(root, ["team@example.org"], Act.QUOTA)


def test_nonsense_is_refused_as_a_whole(root: Actor) -> None:
    with pytest.raises(Invalid, match="too many"):
        selection.of_mailboxes(root, [f"m{number}@example.org" for number in range(selection.MOST + 1)], Act.REMOVE)
    mailbox(root, "ana@example.org")
    assert faults(selection.of_mailboxes(root, ["ana@example.org"], Act.QUOTA)) == {"ana@example.org": Invalid}
